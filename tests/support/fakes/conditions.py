"""DynamoDB's condition expressions, as far as the adapters use them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

_TOKEN = re.compile(r"\s*(attribute_(?:not_)?exists|AND|OR|NOT|<=|>=|<>|[<>=()]|[#:]?\w+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: bool(a == b),
    "<>": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
Item = Mapping[str, Any]


def holds(asked: Mapping[str, Any], item: Item | None) -> bool:
    """Tell whether the condition of a write holds for what is stored, if anything is."""
    condition = asked.get("ConditionExpression")
    return condition is None or _Reader(asked, item or {}).read(condition)


class _Reader:
    """Reads one expression, left to right; AND binds closer than OR."""

    def __init__(self, asked: Mapping[str, Any], item: Item) -> None:
        self.names = asked.get("ExpressionAttributeNames", {})
        self.values = asked.get("ExpressionAttributeValues", {})
        self.item = item
        self.tokens: list[str] = []

    def read(self, condition: str) -> bool:
        """Read it whole."""
        assert _TOKEN.sub("", condition).strip() == "", condition
        self.tokens = _TOKEN.findall(condition)
        found = self._any()
        assert not self.tokens, condition
        return found

    def _any(self) -> bool:
        found = self._all()
        while self.tokens and self.tokens[0] == "OR":
            self.tokens.pop(0)
            found = self._all() or found
        return found

    def _all(self) -> bool:
        found = self._one()
        while self.tokens and self.tokens[0] == "AND":
            self.tokens.pop(0)
            found = self._one() and found
        return found

    def _one(self) -> bool:
        first = self.tokens.pop(0)
        if first == "NOT":
            return not self._one()
        if first == "(":
            found = self._any()
            assert self.tokens.pop(0) == ")"
            return found
        if first.startswith("attribute_"):
            assert self.tokens.pop(0) == "("
            is_there = self._name(self.tokens.pop(0)) in self.item
            assert self.tokens.pop(0) == ")"
            return is_there == (first == "attribute_exists")
        compare, second = _COMPARE[self.tokens.pop(0)], self.tokens.pop(0)
        one, other = self._value(first), self._value(second)
        return one is not None and other is not None and compare(one, other)

    def _name(self, token: str) -> str:
        return str(self.names[token]) if token.startswith("#") else token

    def _value(self, token: str) -> Any:  # noqa: ANN401 (any attribute)
        stored = self.item.get(self._name(token))
        attribute = self.values[token] if token.startswith(":") else stored
        if attribute is None:
            return None
        ((kind, content),) = attribute.items()
        return float(content) if kind == "N" else content
