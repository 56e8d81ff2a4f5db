"""The headers that every answer has, and the content security policy of pages."""

from collections.abc import Mapping
from dataclasses import dataclass

SELF = "'self'"
_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Strict-Transport-Security": "max-age=63072000",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_NOT_INDEXED = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


def security_headers(*, indexed: bool = False) -> Mapping[str, str]:
    """Return what every answer has.

    Args:
        indexed: whether search engines may list it: only what is meant for everybody.

    """
    return _ALWAYS if indexed else {**_ALWAYS, **_NOT_INDEXED}


@dataclass(frozen=True, slots=True)
class ContentPolicy:
    """Where a page's parts may come from (CSP level 3). What is not named is forbidden.

    Attributes:
        styles: origins or hashes of stylesheets; likewise of scripts and pictures.
        connections: what scripts may fetch.
        forms: where forms may be posted.

    """

    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    connections: tuple[str, ...] = ()
    forms: tuple[str, ...] = (SELF,)

    def header(self) -> str:
        """Return the value of `Content-Security-Policy`."""
        named = (
            ("style-src", self.styles),
            ("script-src", self.scripts),
            ("img-src", self.images),
            ("connect-src", self.connections),
            ("form-action", self.forms),
        )
        parts = [" ".join((name, *sources)) for name, sources in named if sources]
        if not self.forms:
            parts.append("form-action 'none'")  # which `default-src` does not stand for
        return "; ".join(
            ("default-src 'none'", *parts, "base-uri 'none'", "frame-ancestors 'none'")
        )


OWN_FILES_ONLY = ContentPolicy(styles=(SELF,), scripts=(SELF,), images=(SELF,), connections=(SELF,))
