"""How an event's typed fields are stored, and read back from what any version has stored.

Stored is what each field holds, under its name, in the order of the class; None is left out. Parts
(such as `Browser`) are stored flat. Lists of text stand for tuples, RFC 3339 text for instants.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import FrozenInstanceError
from datetime import datetime
from typing import Annotated, Any, ClassVar, TypeAlias, TypeVar, dataclass_transform

from paraphe.domain import times

Value: TypeAlias = str | int | float | bool | list[str] | None
P = TypeVar("P", bound="Part")

_PERSONAL = "personal"
# A field that tells of people: the table forgets it (docs/RETENTION.md), so it may be missing.
Personal: TypeAlias = Annotated[str | None, _PERSONAL]
_EMPTY: dict[Any, Any] = {str: "", int: 0, bool: False, tuple[str, ...]: ()}
_UNFIT = object()


def _is_field(hint: Any) -> bool:  # noqa: ANN401 - a type hint
    origin: Any = typing.get_origin(hint)
    return origin is not ClassVar


@dataclass_transform(kw_only_default=True, frozen_default=True)
class Part:
    """Fields that are stored together, in an event's data.

    To its users a frozen dataclass that takes names only. `dataclass` itself compiles its methods
    for each class: for all kinds of events that is 20 ms of each cold start.
    """

    _hints: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls) -> None:
        own = {name: hint for name, hint in cls.__annotations__.items() if _is_field(hint)}
        cls._hints = cls._hints | own

    def __init__(self, **values: Any) -> None:  # noqa: ANN401 - what the class declares
        for name in self._hints:
            value = values.pop(name, getattr(type(self), name, _UNFIT))
            if value is _UNFIT:
                raise TypeError(f"{type(self).__name__} needs {name}")
            self.__dict__[name] = value
        if values:
            raise TypeError(f"{type(self).__name__} has no {', '.join(values)}")

    def __setattr__(self, name: str, _: object) -> None:
        raise FrozenInstanceError(f"cannot assign to field {name}")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((type(self), *self.__dict__.values()))

    def __repr__(self) -> str:
        held = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({held})"

    def data(self) -> dict[str, Value]:
        """Return the stored form."""
        stored: dict[str, Value] = {}
        for name, value in self.__dict__.items():
            if isinstance(value, Part):
                stored |= value.data()
            elif value is not None:
                stored[name] = _stored(value)
        return stored

    @classmethod
    def personal(cls) -> frozenset[str]:
        """Return the names of the fields that tell of people, those of its parts included."""
        own = {name for name, hint in cls._hints.items() if hint == Personal}
        parts = (hint for hint in cls._hints.values() if _is_part(hint))
        return frozenset(own).union(*(part.personal() for part in parts))

    @classmethod
    def read(cls, data: Mapping[str, Value]) -> typing.Self:
        """Read what any version has stored: never fails.

        Names that the class does not know are passed over. What is missing, was taken out
        (docs/RETENTION.md) or is of another type is the field's default, or empty. The event's own
        `data` has all of it, as it was stored.
        """
        values = {}
        for name, hint in cls._hints.items():
            if _is_part(hint):
                values[name] = hint.read(data)
                continue
            kind = _without_none(hint)
            found = _typed(kind, data.get(name))
            default = getattr(cls, name, _EMPTY.get(kind))
            values[name] = default if found is _UNFIT else found
        return cls(**values)


class Happening(Part):
    """What happened, as an event of the audit trail tells it; each kind is a class."""

    kind: ClassVar[str]


class Browser(Part):
    """Who acts through a link, as far as the page sees: the address, what the browser says."""

    ip: Personal = None
    user_agent: Personal = None
    locale: str | None = None


UNSEEN = Browser()


def _is_part(hint: Any) -> bool:  # noqa: ANN401 - a type hint
    return isinstance(hint, type) and issubclass(hint, Part)


def _without_none(hint: Any) -> Any:  # noqa: ANN401 - a type hint
    if hint == Personal:
        return str
    kinds = [part for part in typing.get_args(hint) if part is not types.NoneType]
    return kinds[0] if isinstance(hint, types.UnionType) else hint


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
