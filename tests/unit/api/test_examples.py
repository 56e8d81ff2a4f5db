"""The examples of the reference are calls that were really made: `make examples` writes them."""

from __future__ import annotations

import importlib
import json
from typing import TYPE_CHECKING, Any

from api.app import operations
from infra import openapi
from tests.support import api_examples
from tests.support.api import matched
from tests.support.world import World

if TYPE_CHECKING:
    from tests.support.api import Answered


def test_every_operation_has_an_example() -> None:
    """A module of tests/support/api_examples plays each once; what is stored is what it gave."""
    stored = json.loads(api_examples.STORED.read_text(encoding="utf-8"))
    missing = {operation.id for operation in operations()} - set(stored)
    assert not missing, "call it in tests/support/api_examples, then `make examples`"
    assert api_examples.text() == api_examples.STORED.read_text(encoding="utf-8")


def test_what_has_an_etag_is_documented_with_it() -> None:
    """Each GET of the stories that answers one, and no other, takes If-None-Match."""
    seen: set[str] = set()

    class Watching(api_examples.Recording):
        def call(self, method: str, path: str, *given: Any, **more: Any) -> Answered:  # noqa: ANN401
            answer = super().call(method, path, *given, **more)
            if method == "GET" and answer.status == 200 and "ETag" in answer.headers:
                seen.add(
                    next(
                        o.id
                        for o in operations()
                        if (o.method, o.path) == (method, matched(path)[0])
                    )
                )
            return answer

    for name in api_examples.stories():
        world = World()
        importlib.import_module(f"{api_examples.__name__}.{name}").play(world, Watching(world))
    documented = {
        item["get"]["operationId"]
        for item in openapi.document()["paths"].values()
        if "304" in item.get("get", {}).get("responses", {})
    }
    assert documented == seen
