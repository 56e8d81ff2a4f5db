"""The published document, the routes and the application say the same."""

import json

from api.app import create_app, operations
from api.services import ApiContext
from infra import openapi, routes
from tests.support.api import Recorder
from tests.support.services import in_memory
from tests.support.world import World


def test_the_document_in_the_repository_is_fresh() -> None:
    """`python -m infra.openapi` would change nothing."""
    assert openapi.TARGET.read_text(encoding="utf-8") == openapi.text()


def test_the_application_has_exactly_the_declared_routes(world: World) -> None:
    """Chalice's table, the routes for the template and the document are one list."""
    app = create_app(ApiContext(in_memory(world), lambda: world.now, Recorder()))
    in_app = {(path, method) for path, methods in app.routes.items() for method in methods}
    for_template = {(route.path, route.method) for route in routes.api_routes()}
    published = {
        (path, method.upper())
        for path, item in openapi.document()["paths"].items()
        for method in item
    }
    assert in_app == for_template == published
    assert len(in_app) == len(operations())


def test_every_operation_is_named_once_and_asks_for_a_scope() -> None:
    """Operation ids are unique; no operation is open."""
    found = [item for path in openapi.document()["paths"].values() for item in path.values()]
    ids = [item["operationId"] for item in found]
    assert len(set(ids)) == len(ids)
    assert all(item["security"][0]["oauth2"] for item in found)
    assert all(item["summary"] for item in found)


def test_every_reference_resolves() -> None:
    """No dangling `$ref` in the document."""
    document = openapi.document()
    refs = {value for value in _values(document, "$ref") if isinstance(value, str)}
    assert refs
    for ref in refs:
        node = document
        for part in ref.removeprefix("#/").split("/"):
            node = node[part]
        assert isinstance(node, dict)


def test_what_an_answer_makes_is_linked_to_what_can_follow() -> None:
    """Each link fills every path parameter of an operation that there is."""
    paths = openapi.document()["paths"]
    by_id = {item["operationId"]: path for path, of in paths.items() for item in of.values()}
    linked = set()
    for of in paths.values():
        for item in of.values():
            for answer in item["responses"].values():
                for link in answer.get("links", {}).values():
                    path = by_id[link["operationId"]]
                    assert all(f"{{{name}}}" in path for name in link["parameters"])
                    assert path.count("{") <= len(link["parameters"])
                    linked.add(link["operationId"])
    within = {name for name, path in by_id.items() if "{" in path}
    assert within <= linked


def test_what_is_told_once_may_be_missing() -> None:
    """A repeated call answers without it."""
    schemas = openapi.document()["components"]["schemas"]
    for name, secret in (("IssuedClient", "client_secret"), ("NewWebhookOut", "secret")):
        assert secret in schemas[name]["properties"]
        assert secret not in schemas[name]["required"]
        assert "id" in schemas[name]["required"]


def test_a_copys_id_is_the_answers() -> None:
    """Not that of what was copied."""
    copy = openapi.document()["paths"]["/v1/templates/{template_id}/copy"]["post"]
    link = copy["responses"]["201"]["links"]["get_template"]
    assert link["parameters"] == {"template_id": "$response.body#/id"}


def test_examples_are_accepted() -> None:
    """The examples in the document are read without a fault."""
    tried = 0
    for operation in operations():
        for example in operation.given.model_json_schema().get("examples", []):
            operation.given.model_validate_json(json.dumps(example))
            tried += 1
    assert tried >= 5


def _values(node: object, key: str) -> list[object]:
    if isinstance(node, dict):
        own = [node[key]] if key in node else []
        return own + [value for child in node.values() for value in _values(child, key)]
    if isinstance(node, list):
        return [value for child in node for value in _values(child, key)]
    return []
