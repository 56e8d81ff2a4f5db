"""Shapes of the OpenAPI document as rows of a table: one per field, however deep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Schema = dict[str, Any]
DEEPEST = 4
_BOUNDS = (
    ("minLength", "at least {} characters"),
    ("maxLength", "at most {} characters"),
    ("minimum", "from {}"),
    ("maximum", "to {}"),
    ("exclusiveMinimum", "more than {}"),
    ("minItems", "at least {}"),
    ("maxItems", "at most {}"),
)
_ANY = ("minLength", 1)  # goes without saying


@dataclass(frozen=True, slots=True)
class Row:
    """One field.

    Attributes:
        name: with the names of what it is in: `recipients[].email`.
        kind: `string`, `integer or null`, …
        required: whether it has to be sent, or is always there.
        says: what it means, its bounds and its default.

    """

    name: str
    kind: str
    required: bool
    says: str


def rows(
    schema: Schema, schemas: Mapping[str, Schema], prefix: str = "", depth: int = 0
) -> list[Row]:
    """Return the fields of an object, each followed by the fields inside it."""
    found: list[Row] = []
    whole = resolved(schema, schemas)
    for name, property_ in whole.get("properties", {}).items():
        if isinstance(property_, bool):
            continue  # one form of an object says that it has no such field
        path = f"{prefix}{name}"
        needed = name in whole.get("required", ())
        found.append(Row(path, kind(property_, schemas), needed, says(property_, schemas)))
        if depth < DEEPEST:
            for inner, mark in _inside(property_, schemas):
                found += rows(inner, schemas, f"{path}{mark}.", depth + 1)
    return found


def resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    """Return what a reference stands for, with what is said beside it."""
    if "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return {**resolved(schemas[schema["$ref"].rpartition("/")[2]], schemas), **beside}


def kind(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    """Name what a field holds."""
    whole = resolved(schema, schemas)
    for choice in ("anyOf", "oneOf"):
        if choice in whole:
            return " or ".join(dict.fromkeys(kind(one, schemas) for one in whole[choice]))
    if "const" in whole:
        return f"`{whole['const']}`"
    if "enum" in whole:
        return " or ".join(f"`{value}`" for value in whole["enum"])
    if whole.get("type") == "array":
        return f"list of {kind(whole.get('items', {}), schemas)}"
    named = str(whole.get("type", "any"))
    return f"{named} ({whole['format']})" if "format" in whole else named


def says(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    """Say what a field means, its bounds and its default."""
    whole = resolved(schema, schemas)
    parts = [" ".join(str(whole.get("description", "")).split()).rstrip(".")]
    for part in (whole, *(resolved(one, schemas) for one in whole.get("anyOf", ()))):
        parts += [
            text.format(part[key])
            for key, text in _BOUNDS
            if key in part and (key, part[key]) != _ANY
        ]
    if whole.get("default") is not None:
        parts.append(f"default `{_shown(whole['default'])}`")
    return "; ".join(dict.fromkeys(part for part in parts if part))


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _inside(schema: Schema, schemas: Mapping[str, Schema]) -> Iterator[tuple[Schema, str]]:
    whole = resolved(schema, schemas)
    if "properties" in whole:
        yield whole, ""
    if whole.get("type") == "array":
        yield from ((inner, f"[]{mark}") for inner, mark in _inside(whole["items"], schemas))
    for one in whole.get("anyOf", ()):
        yield from _inside(one, schemas)
