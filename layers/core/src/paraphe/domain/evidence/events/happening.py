"""How an event's typed fields are stored, and read back from what any version has stored.

Stored is what each field holds, under its name, in the order of the class; None is left out. Parts
(such as `Browser`) are stored flat. Lists of text stand for tuples, RFC 3339 text for instants.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import datetime
from typing import Any, ClassVar, TypeAlias, TypeVar

from paraphe.domain import times

Value: TypeAlias = str | int | float | bool | list[str] | None
P = TypeVar("P", bound="Part")

# Marks a field that tells of people: the table forgets it (docs/RETENTION.md). It is optional.
PERSONAL = types.MappingProxyType({"personal": True})
_Plan: TypeAlias = tuple[tuple[str, Any, Any], ...]
_PLANS: dict[type[Any], _Plan] = {}
_EMPTY: dict[Any, Any] = {str: "", int: 0, bool: False, tuple[str, ...]: ()}
_UNFIT = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Fields that are stored together, in an event's data."""

    def data(self) -> dict[str, Value]:
        """Return the stored form."""
        stored: dict[str, Value] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, Part):
                stored |= value.data()
            elif value is not None:
                stored[one.name] = _stored(value)
        return stored

    @classmethod
    def personal(cls) -> frozenset[str]:
        """Return the names of the fields that tell of people, those of its parts included."""
        own = {one.name for one in fields(cls) if one.metadata.get("personal")}
        parts = (hint for _, hint, _ in _plan(cls) if _is_part(hint))
        return frozenset(own).union(*(part.personal() for part in parts))


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(Part):
    """What happened, as an event of the audit trail tells it; each kind is a class."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser(Part):
    """Who acts through a link, as far as the page sees: the address, what the browser says."""

    ip: str | None = field(default=None, metadata=PERSONAL)
    user_agent: str | None = field(default=None, metadata=PERSONAL)
    locale: str | None = None


UNSEEN = Browser()


def read(expected: type[P], data: Mapping[str, Value]) -> P:
    """Read what any version has stored: never fails.

    Names that the class does not know are passed over. What is missing, was taken out
    (docs/RETENTION.md) or is of another type is the field's default, or empty. The event's own
    `data` has all of it, as it was stored.
    """
    values = {}
    for name, hint, default in _plan(expected):
        if _is_part(hint):
            values[name] = read(hint, data)
            continue
        found = _typed(hint, data.get(name))
        values[name] = default if found is _UNFIT else found
    return expected(**values)


def _plan(expected: type[Part]) -> _Plan:
    """Return each field's name, its type without None, and what stands for it when missing."""
    if expected not in _PLANS:
        hints = typing.get_type_hints(expected)
        _PLANS[expected] = tuple(
            (one.name, kind, _EMPTY.get(kind) if one.default is MISSING else one.default)
            for one in fields(expected)
            for kind in [_without_none(hints[one.name])]
        )
    return _PLANS[expected]


def _is_part(hint: Any) -> bool:  # noqa: ANN401 - a type hint
    return isinstance(hint, type) and issubclass(hint, Part)


def _without_none(hint: Any) -> Any:  # noqa: ANN401 - a type hint
    if not isinstance(hint, types.UnionType):
        return hint
    (kind,) = (part for part in typing.get_args(hint) if part is not types.NoneType)
    return kind


def _stored(value: Any) -> Value:  # noqa: ANN401 - whatever a field holds
    if isinstance(value, datetime):
        return times.to_text(value)
    stored: Value = list(value) if isinstance(value, tuple) else value
    return stored


def _typed(kind: Any, value: Value) -> Any:  # noqa: ANN401 - whatever a field holds
    if kind == tuple[str, ...]:
        fits = isinstance(value, list) and all(isinstance(part, str) for part in value)
        return tuple(value) if fits and isinstance(value, list) else _UNFIT
    if kind is datetime:
        return _instant(value)
    return value if type(value) is kind else _UNFIT


def _instant(value: Value) -> Any:  # noqa: ANN401 - an instant or none
    try:
        return times.from_text(value) if isinstance(value, str) else _UNFIT
    except ValueError:
        return _UNFIT
