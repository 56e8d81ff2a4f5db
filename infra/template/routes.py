"""Writes the API Gateway events of all applications: one per route."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.routes import Route

AUTHORIZER = "FirmSoftware"
APIS = {"api": "HttpApi", "web": "WebApi", "portal": "PortalApi"}


def events(routes: Iterable[Route]) -> list[str]:
    """Return each route as an event of its function."""
    return [line for route in routes for line in _event(route)]


def _event(route: Route) -> tuple[str, str]:
    scope = route.scope
    auth = f", Auth: {{Authorizer: {AUTHORIZER}, AuthorizationScopes: [{scope}]}}" if scope else ""
    name = "".join(part.capitalize() for part in route.name.split("_"))
    # A view may have several methods; the event's name has to be its own.
    method = route.method.capitalize()
    properties = (
        f"RestApiId: !Ref {APIS[route.app]}, Path: '{route.path}', Method: {route.method}{auth}"
    )
    return f"{name}{method}:", f"  {{Type: Api, Properties: {{{properties}}}}}"
