"""What DynamoDB bills for an item: its size, and the units for reading it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

READ_UNIT = 4096  # bytes, read consistently; half a unit otherwise


def item_size(item: Mapping[str, Mapping[str, Any]]) -> int:
    """Return an item's size in bytes: names and values, as the developer guide counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def read_units(items: Iterable[Mapping[str, Mapping[str, Any]]], *, consistent: bool) -> float:
    """Return what one answer costs: its items together, rounded up; an empty one is a unit, too."""
    units = max(1, math.ceil(sum(item_size(item) for item in items) / READ_UNIT))
    return units if consistent else units / 2


def _size(value: Mapping[str, Any]) -> int:
    kind, content = next(iter(value.items()))
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return math.ceil(len(str(content).lstrip("-").replace(".", "")) / 2) + 1
    if kind == "L":
        return 3 + sum(1 + _size(one) for one in content)
    if kind == "M":
        return 3 + sum(1 + len(name.encode()) + _size(one) for name, one in content.items())
    if kind in {"NULL", "BOOL"}:
        return 1
    raise ValueError(f"no size is known of the type {kind}")
