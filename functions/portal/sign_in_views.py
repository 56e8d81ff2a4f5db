"""Signing in and out."""

from urllib.parse import urlencode

from paraphe.domain.errors import ForbiddenError, GoneError, NotFoundError
from paraphe.domain.firms.sign_in import path_of
from paraphe.pages import http_response
from paraphe.pages.error_pages import status_of
from paraphe.pages.http_request import HttpRequest
from paraphe.pages.http_response import HttpResponse, see_other
from paraphe.ports.identity import Answer, IdentityRefusedError
from paraphe.ports.system import TransientError
from paraphe.usecases.firms.sessions import EndSessions
from paraphe.usecases.firms.sign_in import BeginSignIn, FinishSignIn
from portal.door import Door
from portal.errors import NOTICES, UNAVAILABLE
from portal.render import PAGES, STATIC, told
from portal.session import (
    Click,
    address,
    begun,
    browser_of,
    closed,
    invitation_of,
    invited,
    is_invitation,
    opened,
)

_FORBIDDEN, _NOT_FOUND, _UNAVAILABLE = 403, 404, 503


def welcome(_: Door, http: HttpRequest) -> HttpResponse:
    """Show what this place is, and the way in."""
    query = {"to": path_of(http.query.get("to", ""))}
    if http.chosen_language:
        query["lang"] = http.chosen_language
    start = f"{address(http, '/sign-in/start')}?{urlencode(query)}"
    unsent = "unsent" in http.query
    return PAGES.page("sign_in.html", http, {"start": start, "invited": False, "unsent": unsent})


def invitation(_: Door, http: HttpRequest) -> HttpResponse:
    """Show who was invited the way in; their link is kept for as long as a sign-in takes.

    Looking changes nothing: the invitation is accepted by who signs in (P10).
    """
    token = http.path_values["token"]
    if not is_invitation(token):
        return told(NOTICES["invitation_unknown"], http, _NOT_FOUND)
    start_here = f"{address(http, '/sign-in/start')}{http.language_query}"
    page = PAGES.page("sign_in.html", http, {"start": start_here, "invited": True, "unsent": False})
    headers = {**page.headers, "Set-Cookie": invited(http, token)}
    return HttpResponse(page.status, page.body, headers)


def start(door: Door, http: HttpRequest) -> HttpResponse:
    """Send the browser to the identity provider."""
    try:
        made = door.use(BeginSignIn)(
            return_to=http.query.get("to", ""), browser=browser_of(http), now=http.now
        )
    except (TransientError, IdentityRefusedError) as error:
        return _unavailable(door, http, error)
    return see_other(made.address, {"Set-Cookie": begun(http, made.browser)})


def callback(door: Door, http: HttpRequest) -> HttpResponse:
    """Let in who comes back from the identity provider, if they may."""
    if "error" in http.query:
        door.observer.kept_out("sign_in_canceled", "provider")
        return told(NOTICES["sign_in_canceled"], http, _FORBIDDEN)
    answer = Answer(http.query.get("code", ""), http.query.get("iss", ""))
    try:
        made = door.use(FinishSignIn)(
            state=http.query.get("state", ""),
            answer=answer,
            browser=browser_of(http),
            agent=http.agent,
            now=http.now,
            invitation=invitation_of(http),
        )
    except (ForbiddenError, GoneError, NotFoundError) as error:
        door.observer.kept_out(error.code, error.detail)
        return told(NOTICES[error.code], http, status_of(error))
    except TransientError as error:
        return _unavailable(door, http, error)
    door.observer.signed_in()
    return see_other(address(http, made.return_to), {"Set-Cookie": opened(http, made)})


def sign_out(door: Door, click: Click) -> HttpResponse:
    """End this session."""
    door.use(EndSessions)(click.visitor, click.visitor.session.id)
    where = f"{address(click.http, '/sign-in')}{click.http.language_query}"
    return see_other(where, {"Set-Cookie": closed(click.http)})


def healthz(_: Door, __: HttpRequest) -> HttpResponse:
    """Say that the function runs."""
    return http_response.plain(200, "ok\n")


def static(_: Door, http: HttpRequest) -> HttpResponse:
    """Answer with a static file."""
    return STATIC.answer(http.path_values["file"])


def _unavailable(door: Door, http: HttpRequest, error: Exception) -> HttpResponse:
    door.observer.fault(error)
    return told(UNAVAILABLE, http, _UNAVAILABLE)
