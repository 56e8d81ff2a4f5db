"""Examples of the API's reference: real calls, played in memory. A module per resource.

Each module has `play(world, caller)`, which calls every operation of its resource once; what was
sent and answered becomes the example. `make examples` writes them into infra/examples.json.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from typing import TYPE_CHECKING, Any

from api.app import operations
from infra.tree import ROOT
from tests.support.api import Answered, Caller, matched
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

STORED = ROOT / "infra" / "examples.json"


class Recording(Caller):
    """A caller that keeps the first good answer to each operation."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.examples: dict[str, dict[str, Any]] = {}

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - as `Caller.call`
    ) -> Answered:
        """Call, and keep what was said."""
        answer = super().call(method, path, body, query=query, headers=headers, **more)
        declared = matched(path)[0]
        for operation in operations():
            if (operation.method, operation.path) != (method, declared) or answer.status >= 400:
                continue
            example: dict[str, Any] = {"status": answer.status}
            if operation.has_body and body:
                example["body"] = body
            if answer.headers.get("Content-Type") == "application/json":
                example["answer"] = answer.json
            self.examples.setdefault(operation.id, example)
        return answer


def stories() -> list[str]:
    """Return the names of the modules that play something."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if m.name != "__main__")


def played() -> dict[str, dict[str, Any]]:
    """Play every module in a world of its own; return the examples by operation."""
    found: dict[str, dict[str, Any]] = {}
    for name in stories():
        world = World()
        caller = Recording(world)
        importlib.import_module(f"{__name__}.{name}").play(world, caller)
        found |= {name: one for name, one in caller.examples.items() if name not in found}
    return dict(sorted(found.items()))


def text() -> str:
    """Return the examples as they are stored."""
    return json.dumps(played(), indent=1, ensure_ascii=False) + "\n"
