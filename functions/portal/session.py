"""The session's cookie, and what is behind it: who clicks.

The cookie holds whose session it is and the session's secret; only the secret's hash is stored.
`__Host-` makes browsers keep it for this very host and for https. On a laptop, where there is no
https, it has no such prefix.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from paraphe.domain.errors import ForbiddenError
from paraphe.domain.firms.session import ABSOLUTE
from paraphe.pages import cookies, csrf
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse, see_other
from paraphe.usecases.firms.sessions import UseSession, Visitor
from paraphe.usecases.firms.sign_in import SignedIn
from portal.door import Door

View = Callable[[Door, HttpRequest], HttpResponse]
_SESSION, _SIGN_IN, _INVITATION = "session", "sign-in", "invitation"
_SIGN_IN_SECONDS = 900
_WORD = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
_MAX_WORD = 64
SIGN_OUT = "/sign-out"
_MAX_INVITATION = 200


@dataclass(frozen=True, slots=True, repr=False)
class Click:
    """A request of who is signed in. It has no `repr`: the secret must not get into a log."""

    http: HttpRequest
    visitor: Visitor
    secret: str

    @property
    def token(self) -> str:
        """What this session's forms carry."""
        return csrf.token(self.secret)

    def to(self, path: str) -> HttpResponse:
        """Send the browser to a path of ours, in the language of the switch."""
        return see_other(f"{address(self.http, path)}{self.http.language_query}")


SignedInView = Callable[[Door, Click], HttpResponse]


def address(http: HttpRequest, path: str) -> str:
    """Return the address of a path of ours, from here: it works below any stage and domain."""
    return f"{http.root}{path.lstrip('/')}" or "./"


def behind_session(view: SignedInView) -> View:
    """Make a view of who is signed in a view of any request; others are sent to sign in."""

    @functools.wraps(view)
    def show(door: Door, http: HttpRequest) -> HttpResponse:
        person_id, _, secret = http.cookies.get(_name(http, _SESSION), "").partition(".")
        try:
            if not (_is_word(person_id) and _is_word(secret)):
                return _sign_in(http)
            visitor = door.use(UseSession)(person_id, secret, http.now)
        except ForbiddenError as error:
            if error.code != "not_signed_in":
                raise
            return _sign_in(http)
        if http.method == "POST":
            csrf.check(http, secret)
        return view(door, Click(http, visitor, secret))

    return show


def _sign_in(http: HttpRequest) -> HttpResponse:
    """Send to the sign-in, and from there back to this page.

    A form's page is above where it is sent to: there the person finds the step that is left.
    """
    is_form = http.method == "POST"
    page = (http.route.rpartition("/")[0] or "/") if is_form else http.route
    query = {} if page == "/" else {"to": page}
    if is_form and http.route != SIGN_OUT:
        query["unsent"] = "1"
    if http.chosen_language:
        query["lang"] = http.chosen_language
    return see_other(f"{address(http, '/sign-in')}{'?' if query else ''}{urlencode(query)}")


def opened(http: HttpRequest, made: SignedIn) -> str:
    """Return the cookie of a new session."""
    value = f"{made.person_id}.{made.secret}"
    seconds = int(ABSOLUTE.total_seconds())
    return cookies.write(_name(http, _SESSION), value, max_age=seconds, secure=http.is_secure)


def closed(http: HttpRequest) -> str:
    """Return what removes the session's cookie."""
    return cookies.write(_name(http, _SESSION), "", max_age=0, secure=http.is_secure)


def begun(http: HttpRequest, browser: str) -> str:
    """Return the cookie of a sign-in that has begun."""
    return cookies.write(
        _name(http, _SIGN_IN), browser, max_age=_SIGN_IN_SECONDS, secure=http.is_secure
    )


def browser_of(http: HttpRequest) -> str:
    """Return what the cookie of a sign-in holds; empty when there is none, or a strange one."""
    found = http.cookies.get(_name(http, _SIGN_IN), "")
    return found if _is_word(found) else ""


def invited(http: HttpRequest, token: str) -> str:
    """Return the cookie of who has followed an invitation and signs in now."""
    return cookies.write(
        _name(http, _INVITATION), token, max_age=_SIGN_IN_SECONDS, secure=http.is_secure
    )


def invitation_of(http: HttpRequest) -> str:
    """Return the token of the invitation that was followed; empty when none was."""
    found = http.cookies.get(_name(http, _INVITATION), "")
    return found if is_invitation(found) else ""


def is_invitation(text: str) -> bool:
    """Tell whether a text has the form of an invitation's token."""
    return len(text) <= _MAX_INVITATION and all(_is_word(part) for part in text.split("."))


def _name(http: HttpRequest, name: str) -> str:
    return f"__Host-{name}" if http.is_secure else name


def _is_word(text: str) -> bool:
    return 0 < len(text) <= _MAX_WORD and _WORD.issuperset(text)
