"""What the OpenAPI document says of tags, fields and parameters whose contract says nothing.

The sentences stand in `infra/descriptions.toml`: one for a field wherever it appears, another where
a shape means something else by it (decision 52).
"""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraphe.contracts.fields import INSTANT

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = Path(__file__).with_suffix(".toml")


def tags(names: Iterable[str]) -> list[dict[str, str]]:
    """Return the tags of the document, each with its sentence."""
    said = _words()["tags"]
    return [
        {"name": name, **({"description": said[name]} if name in said else {})} for name in names
    ]


def describe_fields(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes with a description for each field; what a contract says itself stays."""
    for name, schema in schemas.items():
        properties = schema.get("properties", {})
        for field, property_ in properties.items():
            if isinstance(property_, dict):
                properties[field] = _described("fields", short(name), field, property_)
    return schemas


def describe_parameters(operation: str, parameters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the parameters with a description each; what a contract says itself comes first."""
    return [_parameter(operation, parameter) for parameter in parameters]


def short(schema: str) -> str:
    """Return a shape's name without its module, where two modules have one of the same name."""
    return schema.rpartition("__")[2]


def _parameter(operation: str, parameter: dict[str, Any]) -> dict[str, Any]:
    said = parameter["schema"].get("description")
    if said and "description" not in parameter:
        return {**parameter, "description": said}
    return _described("parameters", operation, parameter["name"], parameter)


def _described(section: str, holder: str, name: str, held: dict[str, Any]) -> dict[str, Any]:
    given = held.get("description", "")
    if given not in {"", INSTANT}:
        return held
    said = _words()[section]
    found = said.get(f"{holder}.{name}") or said.get(name)
    return {**held, "description": f"{found} {given}".rstrip()} if found else held


@functools.cache
def _words() -> dict[str, dict[str, str]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
