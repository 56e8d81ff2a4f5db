"""What a benchmark found, and the budget it is held against."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Result:
    """One measured figure.

    Attributes:
        name: what was measured.
        value: how much.
        unit: of what.
        budget: the most that it may be, in the same unit; None where there is no budget.
        fails: over its budget it fails the run, whatever the machine: `--strict` or not.
    """

    name: str
    value: float
    unit: str
    budget: float | None = None
    fails: bool = False

    @property
    def over(self) -> bool:
        """It is over its budget."""
        return self.budget is not None and self.value > self.budget

    def line(self) -> str:
        """One line of the table."""
        budget = "" if self.budget is None else f"of {self.budget:g} {self.unit}"
        return f"{self.name:74}{self.value:10.1f} {self.unit:5}{budget:14}{'OVER' * self.over}"
