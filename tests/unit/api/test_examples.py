"""The examples of the reference are calls that were really made: `make examples` writes them."""

from __future__ import annotations

import json

from api.app import operations
from tests.support import api_examples


def test_every_operation_has_an_example() -> None:
    """A module of tests/support/api_examples plays each once; what is stored is what it gave."""
    stored = json.loads(api_examples.STORED.read_text(encoding="utf-8"))
    missing = {operation.id for operation in operations()} - set(stored)
    assert not missing, "call it in tests/support/api_examples, then `make examples`"
    assert api_examples.text() == api_examples.STORED.read_text(encoding="utf-8")
