"""The home, and where somebody is signed in."""

from paraphe.pages.http_response import HttpResponse, see_other
from paraphe.usecases.firms.sessions import EndSessions, ListSessions
from portal.door import Door
from portal.render import page
from portal.session import Click, address, closed

_ALL = "all"


def home(door: Door, click: Click) -> HttpResponse:
    """Say who is signed in; who has steps left goes there first."""
    if click.visitor.person.step is not None:
        return click.to("/first-run")
    acting = click.visitor.acting
    firm = door.services.firms.firm(acting.principal.firm_id) if acting is not None else None
    return page("home.html", click, firm=firm)


def sessions(door: Door, click: Click) -> HttpResponse:
    """Show where somebody is signed in."""
    found = door.use(ListSessions)(click.visitor, click.http.now)
    return page("sessions.html", click, sessions=found)


def end_session(door: Door, click: Click) -> HttpResponse:
    """End one session, or all."""
    chosen = click.http.form.get("session", "")
    door.use(EndSessions)(click.visitor, None if chosen == _ALL else chosen)
    if chosen in {_ALL, click.visitor.session.id}:
        there = f"{address(click.http, '/sign-in')}{click.http.language_query}"
        return see_other(there, {"Set-Cookie": closed(click.http)})
    return click.to("/sessions")
