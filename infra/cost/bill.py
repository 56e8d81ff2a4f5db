"""From what was used to what it costs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from infra.cost.prices import Price

SMS = "SNS: SMS to France"


class Amounts(defaultdict[str, float]):
    """So many of each thing that has a price; 0 of what is not there."""

    def __init__(self, given: Mapping[str, float] | None = None) -> None:
        super().__init__(float, given or {})

    def add(self, more: Mapping[str, float], times: float = 1) -> None:
        """Add other amounts, so many times."""
        for what, amount in more.items():
            self[what] += amount * times


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a bill: so many of what has a price."""

    what: str
    amount: float
    price: Price

    @property
    def usd(self) -> float:
        """What it comes to."""
        return self.amount * self.price.each


def bill(used: Mapping[str, float], prices: Mapping[str, Price]) -> list[Line]:
    """Price what was used, the dearest first.

    Raises:
        LookupError: something has no price.
    """
    unknown = sorted(set(used) - set(prices))
    if unknown:
        raise LookupError(f"no price for {', '.join(unknown)}")
    lines = [Line(what, amount, prices[what]) for what, amount in used.items() if amount]
    return sorted(lines, key=lambda line: (-line.usd, line.what))


def total(lines: Iterable[Line]) -> float:
    """What all lines come to, in USD."""
    return sum(line.usd for line in lines)


def without_sms(lines: Iterable[Line]) -> list[Line]:
    """The lines that are not for SMS."""
    return [line for line in lines if line.what != SMS]


def table(lines: Sequence[Line], *, per: int = 1) -> list[str]:
    """Lines of text, one for each line of the bill; dollars for so many requests."""
    return [
        f"  {line.what:42}{line.amount:14,.4f}  ${line.usd * per:10.4f}  {_share(line, lines):5.1%}"
        for line in lines
    ]


def _share(line: Line, lines: Iterable[Line]) -> float:
    return line.usd / (total(lines) or 1)
