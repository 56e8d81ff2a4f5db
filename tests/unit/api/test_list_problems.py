"""Problems of lists name the parameter that is wrong: a call without a body has no pointers."""

from typing import Any

import pytest

from api.app import operations
from api.operations import Operation
from tests.support.api import Caller
from tests.support.world import World

LISTS = [o for o in operations() if o.method == "GET" and "cursor" in o.given.model_fields]


@pytest.fixture
def caller() -> Caller:
    """A caller of a firm that has nothing."""
    return Caller(World())


def path_of(operation: Operation[Any], caller: Caller) -> str:
    """Return where a list is read: a list of a thing needs the thing."""
    path = operation.path
    for name, thing in (("webhook_id", "whk"), ("bulk_id", "blk"), ("import_id", "imp")):
        path = path.replace(f"{{{name}}}", f"{thing}_01jdkqz6m8w9x2y4t5v7b3c1n0")
    if operation.path.startswith("/v1/webhooks/{webhook_id}"):
        made = caller.call("POST", "/v1/webhooks", {"url": "https://hooks.example.com/p"})
        path = operation.path.replace("{webhook_id}", made.json["id"])
    assert "{" not in path
    return path


@pytest.mark.parametrize("operation", LISTS, ids=lambda operation: operation.id)
def test_a_cursor_that_no_list_gave(operation: Operation[Any], caller: Caller) -> None:
    """Every list says that it is the parameter `cursor`."""
    refused = caller.call("GET", path_of(operation, caller), query={"cursor": ["no!"]})
    assert refused.status == 422, refused.text
    (fault,) = refused.json["errors"]
    assert fault["parameter"] == "cursor"
    assert "pointer" not in fault


def test_an_order_that_a_search_does_not_have(caller: Caller) -> None:
    """So does what is wrong about two parameters together: it names the one to leave out."""
    query = {"sort": ["updated_at"], "text": ["a"]}
    refused = caller.call("GET", "/v1/signature_requests", query=query)
    assert refused.code == "sort_with_search"
    (fault,) = refused.json["errors"]
    assert (fault["parameter"], "pointer" in fault) == ("sort", False)


def test_a_cursor_of_another_list(caller: Caller) -> None:
    """Nor does a cursor go on with other filters."""
    draft = {"title": "a", "sender": {"name": "Anne", "email": "anne@cabinet.example"}}
    for _ in range(2):
        assert caller.call("POST", "/v1/signature_requests", draft).status == 201
    first = caller.call("GET", "/v1/signature_requests", query={"limit": ["1"]})
    query = {"cursor": [first.json["next_cursor"]], "state": ["draft"]}
    refused = caller.call("GET", "/v1/signature_requests", query=query)
    assert refused.code == "cursor_of_another_list"
    assert refused.json["errors"][0]["parameter"] == "cursor"


def test_a_mode_is_one_of_two(caller: Caller) -> None:
    """`mode` lists what counts, or tests; another word is a problem of that parameter."""
    draft = {"title": "a", "sender": {"name": "Anne", "email": "anne@cabinet.example"}}
    made = caller.call("POST", "/v1/signature_requests", {**draft, "mode": "test"})
    assert made.status == 201, made.text
    for mode, ids in (("live", []), ("test", [made.json["id"]])):
        listed = caller.call("GET", "/v1/signature_requests", query={"mode": [mode]})
        assert [item["id"] for item in listed.json["items"]] == ids
    refused = caller.call("GET", "/v1/signature_requests", query={"mode": ["fake"]})
    assert refused.status == 422
    assert refused.json["errors"][0]["parameter"] == "mode"


def test_a_body_has_pointers(caller: Caller) -> None:
    """What is searched by a body points into it."""
    refused = caller.call("POST", "/v1/contact_exports", {"format": "csv", "cursor": "no!"})
    assert refused.code == "bad_cursor"
    assert refused.json["errors"][0]["pointer"] == "#/cursor"
