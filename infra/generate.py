"""Writes what the template has from the applications: one API Gateway event per route.

`python -m infra.generate` writes, `--check` only tells whether something would change.
"""

from __future__ import annotations

import sys
from pathlib import Path

from infra.routes import Route, api_routes, web_routes

TEMPLATE = Path(__file__).resolve().parent / "template.yaml"
AUTHORIZER = "FirmSoftware"
APIS = {"api": "HttpApi", "web": "WebApi"}


class MarkersMissingError(ValueError):
    """The template lacks the lines between which an application's routes belong."""


def event(route: Route) -> str:
    """Write one route as an event of its function, indented as the template is."""
    scope = route.scope
    auth = f", Auth: {{Authorizer: {AUTHORIZER}, AuthorizationScopes: [{scope}]}}" if scope else ""
    name = "".join(part.capitalize() for part in route.name.split("_"))
    # A view may have several methods; the event's name has to be its own.
    method = route.method.capitalize()
    properties = (
        f"RestApiId: !Ref {APIS[route.app]}, Path: '{route.path}', Method: {route.method}{auth}"
    )
    return f"        {name}{method}:\n          {{Type: Api, Properties: {{{properties}}}}}\n"


def generate(template: str, routes: tuple[Route, ...], app: str) -> str:
    """Put the routes between their markers.

    Raises:
        MarkersMissingError: naming the application.

    """
    begin, end = f"        # routes of {app}: begin\n", f"        # routes of {app}: end\n"
    if begin not in template or end not in template:
        raise MarkersMissingError(app)
    before, _, rest = template.partition(begin)
    _, _, after = rest.partition(end)
    return before + begin + "".join(map(event, routes)) + end + after


def generated(template: str) -> str:
    """Return the template with the routes of both applications."""
    return generate(generate(template, api_routes(), "api"), web_routes(), "web")


def main(arguments: list[str]) -> int:
    """Write or check; 1 when `--check` finds the template stale."""
    stored = TEMPLATE.read_text(encoding="utf-8")
    fresh = generated(stored)
    if "--check" in arguments:
        return int(stored != fresh)
    TEMPLATE.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
