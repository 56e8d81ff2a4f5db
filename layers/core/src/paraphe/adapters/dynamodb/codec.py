"""Dataclasses as DynamoDB items and back, read off their fields.

Later versions can read what earlier ones wrote: unknown attributes are ignored, missing ones take
the field's default. None is left out where it is the default, so an index stays sparse. Instants
are RFC 3339 text. Mappings are kept as JSON text, which keeps 1 and 1.0 apart: audit hashes cover
them.
"""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, TypeAlias, TypeVar

from paraphe.domain import times

Attribute: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, Attribute]
T = TypeVar("T")
_Writer: TypeAlias = Callable[[Any], Attribute]
_Reader: TypeAlias = Callable[[Attribute], Any]
_NULL: Attribute = {"NULL": True}


class StoredItemError(ValueError):
    """An item lacks what its type cannot do without; names the field only."""


def encode(value: Any, skip: frozenset[str] = frozenset()) -> Item:  # noqa: ANN401 - any dataclass
    """Write a dataclass as an item's attributes, without the fields in `skip`.

    Raises:
        ValueError: a number is infinite or not a number.

    """
    item: Item = {}
    for name, leave_out_none, write, _, _ in _plan(type(value)):
        content = getattr(value, name)
        if name in skip or (content is None and leave_out_none):
            continue
        item[name] = _NULL if content is None else write(content)
    return item


def decode(kind: type[T], item: Mapping[str, Attribute]) -> T:
    """Read a dataclass from an item's attributes.

    Raises:
        StoredItemError: a field without default is missing.
        ValueError: an attribute does not hold what its field takes.

    """
    values: dict[str, Any] = {}
    for name, _, _, read, when_missing in _plan(kind):
        attribute = item.get(name)
        if attribute is not None:
            values[name] = None if "NULL" in attribute else read(attribute)
        elif when_missing is MISSING:
            raise StoredItemError(f"{kind.__name__}.{name} is missing")
        elif when_missing is None:
            values[name] = None
    return kind(**values)


# name, whether None is left out, writer, reader, what a missing attribute means:
# None, MISSING (an error) or ... (the field's own default)
_Step: TypeAlias = tuple[str, bool, _Writer, _Reader, Any]


_PLANS: dict[Any, tuple[_Step, ...]] = {}


def _plan(kind: Any) -> tuple[_Step, ...]:  # noqa: ANN401 - any dataclass type
    plan = _PLANS.get(kind)
    if plan is None:
        hints = typing.get_type_hints(kind)
        plan = tuple(_step(field, hints[field.name]) for field in fields(kind))
        _PLANS[kind] = plan
    return plan


def _step(field: Field[Any], hint: Any) -> _Step:  # noqa: ANN401 - a type hint
    inner, optional = _without_none(hint)
    write, read = _converters(inner)
    has_default = field.default is not MISSING or field.default_factory is not MISSING
    none_is_default = field.default is None or not has_default
    missing = ... if has_default else (None if optional else MISSING)
    return field.name, optional and none_is_default, write, read, missing


def _without_none(hint: Any) -> tuple[Any, bool]:  # noqa: ANN401
    if typing.get_origin(hint) not in {typing.Union, types.UnionType}:
        return hint, False
    rest = [part for part in typing.get_args(hint) if part is not type(None)]
    if len(rest) != 1:
        raise TypeError("a stored field has one type, or that type or None")
    return rest[0], True


def _converters(hint: Any) -> tuple[_Writer, _Reader]:  # noqa: ANN401
    origin = typing.get_origin(hint)
    if origin is tuple:
        write, read = _converters(typing.get_args(hint)[0])
        return (
            lambda value: {"L": [write(part) for part in value]},
            lambda attribute: tuple(read(part) for part in attribute["L"]),
        )
    if origin is not None and issubclass(origin, Mapping):
        return (
            lambda value: {"S": json.dumps(dict(value), ensure_ascii=False, allow_nan=False)},
            lambda attribute: json.loads(attribute["S"]),
        )
    if is_dataclass(hint) and isinstance(hint, type):
        nested: type = hint
        return (
            lambda value: {"M": encode(value)},
            lambda attribute: decode(nested, attribute["M"]),
        )
    if isinstance(hint, type) and issubclass(hint, Enum):
        return (lambda value: {"S": str(value.value)}, lambda attribute: hint(attribute["S"]))
    if hint not in _SCALARS:
        raise TypeError(f"no way to store a field of type {hint}")
    return _SCALARS[hint]


def _finite(value: float) -> Attribute:
    if not math.isfinite(value):
        raise ValueError("only finite numbers can be stored")
    # Text, because DynamoDB's numbers end at 1E+126 and lose the sign of zero.
    return {"S": repr(float(value))}


_SCALARS: dict[Any, tuple[_Writer, _Reader]] = {
    str: (lambda value: {"S": value}, lambda attribute: str(attribute["S"])),
    bool: (lambda value: {"BOOL": value}, lambda attribute: bool(attribute["BOOL"])),
    int: (lambda value: {"N": str(value)}, lambda attribute: int(attribute["N"])),
    float: (_finite, lambda attribute: float(attribute["S"])),
    datetime: (
        lambda value: {"S": times.to_text(value)},
        lambda attribute: times.from_text(attribute["S"]),
    ),
}
