"""List prices and what is assumed beside them, from `prices.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

FILE = Path(__file__).with_name("prices.toml")
FROM_MEMORY = "from memory"


@dataclass(frozen=True, slots=True)
class Price:
    """What AWS lists for one thing.

    Attributes:
        usd: for `per` of them.
        per: how many it is for.
        page: where AWS lists it.
        checked: against what the price was checked.
    """

    usd: float
    per: float
    page: str
    checked: str

    @property
    def each(self) -> float:
        """USD for one."""
        return self.usd / self.per

    @property
    def is_known_from_memory(self) -> bool:
        """Whether nothing was found to check it against."""
        return self.checked.startswith(FROM_MEMORY)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What no recording can show; `prices.toml` has a word on each."""

    full_core_mb: float
    core_slowness: float
    cold_starts: float
    runs_log_bytes: float
    access_log_bytes: float
    traced: float
    tokens_per_client: float
    months_of_documents: float
    months_of_evidence: float
    months_of_table: float
    wait_ms: Mapping[str, float]
    time_stamp_ms: float


@dataclass(frozen=True, slots=True)
class PriceList:
    """All prices of one region on one day."""

    dated: date
    region: str
    prices: Mapping[str, Price]
    assumed: Assumed


def load(file: Path = FILE) -> PriceList:
    """Read a price list.

    Raises:
        TypeError: a price or an assumption has a field that is not known, or lacks one.
    """
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    prices = {name: Price(**price) for name, price in told["price"].items()}
    return PriceList(told["dated"], told["region"], prices, Assumed(**told["assumed"]))
