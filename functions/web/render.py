"""Templates, static files and the headers that every page has."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from web.request import Ask

if TYPE_CHECKING:
    from jinja2 import Environment

_HERE = Path(__file__).parent
_TYPES = {
    "app.css": "text/css; charset=utf-8",
    "app.js": "text/javascript; charset=utf-8",
    "mark.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_HASH = 12
_ALWAYS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
    "Strict-Transport-Security": "max-age=63072000",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What is answered."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def page(
    template: str,
    ask: Ask,
    *,
    locale: str | None = None,
    status: int = 200,
    pictures: tuple[str, ...] = (),
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Reply:
    """Render a page.

    Args:
        template: a file of `templates/`.
        ask: the request.
        locale: the reader's language; the switch wins over it.
        status: HTTP status.
        pictures: origins that its pictures come from.
        headers: more headers.
        values: what the template shows.

    """
    words = ask.words(locale)
    body = (
        environment()
        .get_template(template)
        .render(ask=ask, words=words, t=words.t, tn=words.tn, static=static_name, **values)
    )
    return Reply(
        status,
        body,
        {
            **_ALWAYS,
            "Content-Type": "text/html; charset=utf-8",
            "Content-Language": words.locale,
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy(pictures),
            **(headers or {}),
        },
    )


def plain(status: int, text: str) -> Reply:
    """Answer with a line of text."""
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return Reply(status, text, {**_ALWAYS, **headers})


def see_other(address: str, headers: Mapping[str, str] | None = None) -> Reply:
    """Send the browser elsewhere, with GET (RFC 9110 §15.4.4)."""
    more = {"Location": address, "Cache-Control": "no-store", "Content-Type": "text/plain"}
    return Reply(303, "", {**_ALWAYS, **more, **(headers or {})})


def policy(pictures: tuple[str, ...]) -> str:
    """Give the content security policy: nothing inline, nothing from elsewhere but the pictures."""
    images = " ".join(("'self'", *pictures))
    return (
        f"default-src 'none'; style-src 'self'; script-src 'self'; img-src {images}; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


@functools.cache
def static_name(name: str) -> str:
    """Give the name under which a static file is served: it holds the content's hash."""
    stem, dot, suffix = name.partition(".")
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()[:_HASH]
    return f"{stem}-{digest}{dot}{suffix}"


def static(served: str) -> Reply | None:
    """Give a static file by its served name, or None; cached for good: the name is the content."""
    for name, media_type in _TYPES.items():
        if served == static_name(name):
            body = (_HERE / "static" / name).read_text(encoding="utf-8")
            cache = "public, max-age=31536000, immutable"
            return Reply(200, body, {**_ALWAYS, "Content-Type": media_type, "Cache-Control": cache})
    return None


@functools.cache
def environment() -> "Environment":
    """Give the templates' environment: everything escaped, nothing undefined let through."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415 (slow)

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
