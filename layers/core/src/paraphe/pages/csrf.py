"""Forms that act for whoever is signed in come from our own pages (OWASP's CSRF cheat sheet).

For doors whose readers carry a session in a cookie, which a browser also sends with other sites'
forms. Pages behind a link have nothing of the kind: the link itself is the secret, and no other
site knows it.
"""

import base64
import hashlib
import hmac
from urllib.parse import urlsplit

from paraphe.domain.errors import ForbiddenError
from paraphe.pages.http_request import HttpRequest

FIELD = "csrf"
_PURPOSE = b"paraphe form "
_OURS = frozenset({"same-origin", "none"})


def token(session: str) -> str:
    """Return the token that a session's forms carry: only who has the cookie can make it.

    Args:
        session: the session's secret, as its cookie holds it.

    """
    digest = hmac.new(session.encode(), _PURPOSE, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def check(http: HttpRequest, session: str) -> None:
    """Let a posted form pass only if it came from a page of ours, in this session.

    Raises:
        ForbiddenError: it did not.

    """
    carried = http.form.get(FIELD, "").encode()
    right = bool(session) and hmac.compare_digest(carried, token(session).encode())
    if not right or not is_from_here(http):
        raise ForbiddenError(
            "form_from_elsewhere", "The form does not come from a page of this session."
        )


def is_from_here(http: HttpRequest) -> bool:
    """Tell what the browser says of the page that a form was on.

    `Sec-Fetch-Site` decides where there is one: our pages send no referrer, and so browsers write
    `Origin: null` beside it. A browser that sends neither header is left to the token.
    """
    site = http.headers.get("sec-fetch-site")
    if site is not None:
        return site in _OURS
    origin = http.headers.get("origin")
    if origin is None:
        return True
    sent = urlsplit(origin)
    scheme = "https" if http.is_secure else "http"
    return (sent.scheme, sent.netloc) == (scheme, http.headers.get("host", ""))
