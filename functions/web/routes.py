"""The routes. The template of the infrastructure is made from them, so that they cannot differ."""

from collections.abc import Callable

from chalice.app import Chalice, Response

from web import errors, views
from web import request as asking
from web.render import Reply
from web.services import Surroundings

FORM = ["application/x-www-form-urlencoded"]
LOOK = ["GET", "HEAD"]

View = Callable[[Surroundings, asking.Ask], Reply]

ROUTES: tuple[tuple[str, list[str], View], ...] = (
    ("/", LOOK, views.landing),
    ("/about", LOOK, views.about),
    ("/healthz", LOOK, views.healthz),
    ("/static/{file}", LOOK, views.static),
    ("/s/{token}", LOOK, views.show),
    ("/s/{token}/read/{document}", LOOK, views.read_on),
    ("/s/{token}/documents/{document}", LOOK, views.download),
    ("/s/{token}/attestation", LOOK, views.attestation),
    ("/s/{token}/consent", ["POST"], views.consent),
    ("/s/{token}/code", ["POST"], views.enter_code),
    ("/s/{token}/decline", LOOK, views.decline_form),
    ("/s/{token}/decline", ["POST"], views.decline),
)


def build(world: Surroundings) -> Chalice:
    """Make the app on a world."""
    made = Chalice("paraphe-web", configure_logs=False)
    for path, methods, view in ROUTES:
        types = {"content_types": FORM} if methods == ["POST"] else {}
        name = f"{view.__name__}_view"
        made.route(path, methods=methods, name=name, **types)(_answer(made, world, view))
    return made


def _answer(made: Chalice, world: Surroundings, view: View) -> Callable[..., Response]:
    def answer(**_: str) -> Response:
        # Read in here: Chalice would log the path, and so the token, of what goes wrong in it.
        request = made.current_request
        if request is None:
            raise RuntimeError("a view runs within a request")
        asked = asking.read(request, world.clock())
        reply = errors.guarded(lambda: view(world, asked), asked, world.observer.fault)
        body = "" if asked.head else reply.body
        return Response(body=body, status_code=reply.status, headers=dict(reply.headers))

    return answer
