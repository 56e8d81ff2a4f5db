"""Everything in the OpenAPI document has a sentence, and no sentence is for nothing."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from infra import descriptions, openapi
from paraphe.contracts.fields import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterator

DOCUMENT = openapi.document()
WORDS = tomllib.loads(descriptions.WORDS.read_text(encoding="utf-8"))
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]


def operations() -> Iterator[dict[str, Any]]:
    """Yield every operation, and what receivers of webhooks are sent."""
    for item in (*DOCUMENT["paths"].values(), *DOCUMENT["webhooks"].values()):
        yield from item.values()


def fields() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield each shape's name, a field's name, and the field."""
    for name, schema in SCHEMAS.items():
        for field, property_ in schema.get("properties", {}).items():
            if isinstance(property_, dict):
                yield descriptions.short(name), field, property_


def test_every_field_is_described() -> None:
    """By its contract, or by descriptions.toml."""
    silent = {None, "", INSTANT}
    found = [f"{shape}.{name}" for shape, name, it in fields() if it.get("description") in silent]
    assert found == []


def test_every_parameter_is_described() -> None:
    """In the path, the query and the headers."""
    silent = [
        f"{operation['operationId']}.{parameter['name']}"
        for operation in operations()
        for parameter in operation.get("parameters", ())
        if not parameter.get("description")
    ]
    assert silent == []


def test_every_tag_and_operation_is_described() -> None:
    """A sentence for a tag; for an operation at least a summary that says what it does."""
    assert [tag["name"] for tag in DOCUMENT["tags"] if not tag.get("description")] == []
    assert [o["operationId"] for o in operations() if len(o["summary"].split()) < 2] == []


@pytest.mark.parametrize("section", ["tags", "fields", "parameters"])
def test_no_sentence_is_for_nothing(section: str) -> None:
    """Each stands somewhere in the document: a line that is left over describes nothing."""
    used = {
        "tags": {(tag["name"], tag.get("description")) for tag in DOCUMENT["tags"]},
        "fields": {
            (key, it.get("description", "").removesuffix(INSTANT).strip())
            for shape, field, it in fields()
            for key in (field, f"{shape}.{field}")
        },
        "parameters": {
            (key, parameter.get("description"))
            for operation in operations()
            for parameter in operation.get("parameters", ())
            for key in (parameter["name"], f"{operation['operationId']}.{parameter['name']}")
        },
    }
    left = [key for key, said in WORDS[section].items() if (key, said) not in used[section]]
    assert left == []
