"""The routes of the HTTP applications, read off the applications themselves.

`python -m infra.routes` prints them as JSON; the template's API Gateway events are made from this,
and a test holds both equal.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chalice.app import Chalice

FUNCTIONS = Path(__file__).resolve().parents[1] / "functions"


@dataclass(frozen=True, slots=True, order=True)
class Route:
    """One path with one method; `scope` None is open to everybody."""

    app: str
    path: str
    method: str
    scope: str | None
    name: str


def api_routes() -> tuple[Route, ...]:
    """Routes of the HTTP API, each with the scope that API Gateway's authorizer asks for."""
    reach_functions()
    from api.app import operations  # noqa: PLC0415 - after the path is set

    found = (Route("api", o.path, o.method, str(o.scope), o.id) for o in operations())
    return tuple(sorted(found))


def web_routes() -> tuple[Route, ...]:
    """Routes of the signers' pages; links open them, no token does."""
    reach_functions()
    from web.app import app  # noqa: PLC0415 - after the path is set

    return _pages("web", app)


def portal_routes() -> tuple[Route, ...]:
    """Routes of the portal; a session opens them, no token does."""
    reach_functions()
    from portal.app import app  # noqa: PLC0415 - after the path is set

    return _pages("portal", app)


def _pages(name: str, app: Chalice) -> tuple[Route, ...]:
    found = (
        Route(name, path, method, None, entry.view_name)
        for path, methods in app.routes.items()
        for method, entry in methods.items()
    )
    return tuple(sorted(found))


def main() -> None:
    """Print all routes as JSON."""
    routes = (*api_routes(), *web_routes(), *portal_routes())
    print(json.dumps([asdict(route) for route in routes], indent=2))


def reach_functions() -> None:
    """Let the doors be imported as top-level packages, as Lambda does."""
    if str(FUNCTIONS) not in sys.path:
        sys.path.insert(0, str(FUNCTIONS))


if __name__ == "__main__":
    main()
