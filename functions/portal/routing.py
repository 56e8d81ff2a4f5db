"""The routes. The template of the infrastructure is made from them, so that they cannot differ."""

from collections.abc import Callable

from chalice.app import Chalice, Response

from paraphe.pages import form_data, http_request
from portal import first_run_views, home_views, sign_in_views
from portal.door import Door
from portal.errors import ERROR_PAGES
from portal.session import View, behind_session

FORM = [form_data.URL_ENCODED]
LOOK = ["GET", "HEAD"]
POST = ["POST"]

ROUTES: tuple[tuple[str, list[str], View], ...] = (
    ("/", LOOK, behind_session(home_views.home)),
    ("/healthz", LOOK, sign_in_views.healthz),
    ("/static/{file}", LOOK, sign_in_views.static),
    ("/sign-in", LOOK, sign_in_views.welcome),
    ("/sign-in/start", ["GET"], sign_in_views.start),
    ("/sign-in/callback", ["GET"], sign_in_views.callback),
    ("/invitations/{token}", LOOK, sign_in_views.invitation),
    ("/sign-out", POST, behind_session(sign_in_views.sign_out)),
    ("/sessions", LOOK, behind_session(home_views.sessions)),
    ("/sessions/end", POST, behind_session(home_views.end_session)),
    ("/first-run", LOOK, behind_session(first_run_views.first_run)),
    ("/first-run/terms", POST, behind_session(first_run_views.accept_terms)),
    ("/first-run/firm", POST, behind_session(first_run_views.open_firm)),
    ("/first-run/mobile", POST, behind_session(first_run_views.ask_code)),
    ("/first-run/code", POST, behind_session(first_run_views.check_code)),
    ("/first-run/certificate", POST, behind_session(first_run_views.certify)),
)


def build(door: Door) -> Chalice:
    """Make the app of a door."""
    made = Chalice("paraphe-portal", configure_logs=False)
    for path, methods, view in ROUTES:
        types = {"content_types": FORM} if methods == POST else {}
        made.route(path, methods=methods, name=f"{view.__name__}_view", **types)(
            _answer(made, door, view)
        )
    return made


def _answer(made: Chalice, door: Door, view: View) -> Callable[..., Response]:
    def answer(**_: str) -> Response:
        request = made.current_request
        if request is None:
            raise RuntimeError("a view runs within a request")
        http = http_request.read(request.to_original_event(), door.clock())
        found = ERROR_PAGES.guarded(lambda: view(door, http), http, door.observer.fault)
        body = "" if http.method == "HEAD" else found.body
        return Response(body=body, status_code=found.status, headers=dict(found.headers))

    return answer
