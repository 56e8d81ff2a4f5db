"""API Gateway knows exactly the applications' routes, each with its scope."""

import json
from pathlib import Path
from typing import Any

import pytest

from infra import gateway, routes, sam_template
from infra.routes import Route

TEMPLATE = Path(sam_template.__file__).with_name("template.yaml")


def _events(handler: str) -> list[tuple[str, str, str | None]]:
    functions = sam_template.functions(sam_template.load(TEMPLATE)).values()
    (function,) = (f for f in functions if f["Handler"] == handler)
    events = function["Events"].values()
    return sorted((_event(e["Properties"]) for e in events if e["Type"] == "Api"), key=str)


def _event(properties: dict[str, Any]) -> tuple[str, str, str | None]:
    scopes = properties.get("Auth", {}).get("AuthorizationScopes", [])
    return properties["Path"], properties["Method"].upper(), ",".join(scopes) or None


def _told(listed: tuple[Route, ...]) -> list[tuple[str, str, str | None]]:
    return sorted(((r.path, r.method, r.scope) for r in listed), key=str)


@pytest.mark.parametrize("app", ["api", "web", "portal"])
def test_the_template_has_the_applications_routes(app: str) -> None:
    """None missing, none more, none with another scope; else run `make generate`."""
    listed = getattr(routes, f"{app}_routes")()
    events = _events(f"{app}.handler.handler")
    assert events
    assert events == _told(listed)


def test_the_gateway_answers_with_problem_documents() -> None:
    """The template's gateway responses are those that `python -m infra.gateway` prints."""
    api = sam_template.load(TEMPLATE)["Resources"]["HttpApi"]["Properties"]
    assert api["GatewayResponses"] == gateway.responses()
    for kind, response in gateway.responses().items():
        problem = json.loads(response["ResponseTemplates"]["application/json"])
        assert problem["status"] == response["StatusCode"], kind
        assert problem["code"] == gateway.ANSWERS[kind][1]
