"""The routes. The template of the infrastructure is made from them, so that they cannot differ."""

from collections.abc import Callable

from chalice.app import Chalice, Response

from paraphe.pages import form_data, http_request
from web import link_views, plain_views
from web.errors import ERROR_PAGES
from web.link import View, address_of, behind_link
from web.services import Door

FORM = [form_data.URL_ENCODED]
LOOK = ["GET", "HEAD"]
CODE = "/s/{token}/code"
# With a code may come a picture's pixels: base64 of 256 kB, and what escaping adds.
MAX_FORMS = {CODE: 500_000}

ROUTES: tuple[tuple[str, list[str], View], ...] = (
    ("/", LOOK, plain_views.landing),
    ("/about", LOOK, plain_views.about),
    ("/healthz", LOOK, plain_views.healthz),
    ("/static/{file}", LOOK, plain_views.static),
    ("/s/{token}", LOOK, behind_link(link_views.show)),
    ("/s/{token}/read/{document}", LOOK, behind_link(link_views.read_on)),
    ("/s/{token}/documents/{document}", LOOK, behind_link(link_views.download)),
    ("/s/{token}/attestation", LOOK, behind_link(link_views.attestation)),
    ("/s/{token}/consent", ["POST"], behind_link(link_views.consent)),
    ("/s/{token}/approve", ["POST"], behind_link(link_views.approve)),
    ("/s/{token}/reading", ["POST"], behind_link(link_views.reading)),
    (CODE, ["POST"], behind_link(link_views.enter_code)),
    ("/s/{token}/decline", LOOK, behind_link(link_views.decline_form)),
    ("/s/{token}/decline", ["POST"], behind_link(link_views.decline)),
)


def build(door: Door) -> Chalice:
    """Make the app of a door."""
    made = Chalice("paraphe-web", configure_logs=False)
    for path, methods, view in ROUTES:
        types = {"content_types": FORM} if methods == ["POST"] else {}
        name = f"{view.__name__}_view"
        made.route(path, methods=methods, name=name, **types)(_answer(made, door, path, view))
    return made


def _answer(made: Chalice, door: Door, path: str, view: View) -> Callable[..., Response]:
    most = MAX_FORMS.get(path, form_data.MAX_FORM)

    def answer(**_: str) -> Response:
        # Read in here: Chalice would log the path, and so the token, of what goes wrong in it.
        request = made.current_request
        if request is None:
            raise RuntimeError("a view runs within a request")
        http = http_request.read(request.to_original_event(), door.clock(), max_form=most)
        found = ERROR_PAGES.guarded(
            lambda: view(door, http), http, door.observer.fault, address=address_of(http)
        )
        body = "" if http.method == "HEAD" else found.body
        return Response(body=body, status_code=found.status, headers=dict(found.headers))

    return answer
