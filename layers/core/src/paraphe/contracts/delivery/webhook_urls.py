"""Which addresses a firm may have its events sent to: `https://`, a name, nothing internal."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit

from paraphe.domain.errors import InvalidError

MOST_CHARACTERS = 2000
HTTPS_PORT = 443
FIELD = "url"
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
# What a name ends with that no public name does: RFC 6761, RFC 6762, RFC 8375, RFC 9476, ICANN.
# In one text, as these are words of names and none of a stage.
_INTERNAL = frozenset(
    re.split(
        " ",
        "alt arpa corp example home internal intranet invalid lan local localdomain localhost "
        "mail onion private test",
    )
)
_LOOPBACK = "127.0.0.1"
_MOST_NAME = 253
# Of a path or a query, what stands there as it is (RFC 3986), the sign of what is encoded included.
_KEPT = "/?:@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a message goes: `host` is a name in ASCII; `path` is with the query."""

    host: str
    port: int
    path: str
    secure: bool = True


def normalised(url: str, *, loopback: bool = False) -> str:
    """Return an address as it is stored: ASCII, the name in lower case.

    Args:
        url: as the firm wrote it.
        loopback: whether `http://127.0.0.1` will do: on a laptop only.

    Raises:
        InvalidError: `webhook_url_invalid`, `webhook_url_not_https`, `webhook_url_internal`.

    """
    if len(url) > MOST_CHARACTERS or any(c.isspace() or not c.isprintable() for c in url):
        raise _invalid(f"An address has at most {MOST_CHARACTERS} characters and no spaces.")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise _invalid("This is no address: write https://, a name, and a path.") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _invalid("An address holds no user and password: check the signature instead.")
    if parts.fragment or "#" in url:
        raise _invalid("An address holds no fragment (#).")
    path = quote(parts.path or "/", safe=_KEPT)
    query = quote(parts.query, safe=_KEPT)
    if loopback and parts.scheme == "http" and host == _LOOPBACK:
        return urlunsplit(("http", parts.netloc, path, query, ""))
    if parts.scheme != "https":
        raise InvalidError(
            "webhook_url_not_https", "Webhooks go to https:// addresses only.", field=FIELD
        )
    if port not in {None, HTTPS_PORT} or parts.netloc.endswith(":"):
        raise _invalid(f"Webhooks go to port {HTTPS_PORT} only: leave the port out.")
    return urlunsplit(("https", _name(host), path, query, ""))


def target(url: str) -> Target:
    """Read a stored address."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    path = f"{parts.path}?{parts.query}" if parts.query else parts.path
    return Target(parts.hostname or "", parts.port or HTTPS_PORT, path, secure=secure)


def _name(host: str) -> str:
    """Return a host's name in ASCII (RFC 5891).

    Raises:
        InvalidError: it is an address in whatever spelling, or no public name.

    """
    try:
        name = host.encode("idna").decode().lower().removesuffix(".")
    except UnicodeError:
        raise _invalid("The host of this address is no name.") from None
    labels = name.split(".")
    if len(name) > _MOST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise _invalid("The host of this address is no name.")
    # 127.1, 0x7f.1 and 2130706433 are addresses to most resolvers.
    if len(labels) == 1 or labels[-1] in _INTERNAL or not labels[-1][0].isalpha():
        raise InvalidError(
            "webhook_url_internal",
            "Webhooks go to public hosts, by name: no IP address, no internal name.",
            field=FIELD,
        )
    return name


def _invalid(detail: str) -> InvalidError:
    return InvalidError("webhook_url_invalid", detail, field=FIELD)
