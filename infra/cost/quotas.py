"""Which of AWS's quotas breaks first as requests grow."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.cost.prices import Price

FILE = Path(__file__).with_name("quotas.toml")
VOLUMES = (10_000, 1_000_000, 10_000_000)  # requests a month
DAYS_A_MONTH = 365 / 12


@dataclass(frozen=True, slots=True)
class Load:
    """How a month's requests come.

    Attributes:
        working_hours: of a month, in which they come.
        working_days: of a month.
        peak: the busiest second, in averages of these hours.
        open_days: of a request, on average.
    """

    working_hours: float
    working_days: float
    peak: float
    open_days: float

    def share(self, rate: str) -> float:
        """How much of a month's sum falls into a quota's time: its second, day or month.

        Raises:
            KeyError: no quota is counted so.
        """
        return {
            "second": self.peak / (self.working_hours * 3600),
            "day": 1 / self.working_days,
            "month": 1.0,
            "open": self.open_days / DAYS_A_MONTH,
        }[rate]


@dataclass(frozen=True, slots=True)
class Quota:
    """One quota of an account in a region.

    Attributes:
        name: with its unit.
        uses: what of a request's bill counts, by `amount` or `usd`; nothing for the request itself.
        rate: `second` (the busiest), `day`, `month`, or `open` at the same time.
        default: what an account has.
        checked: against what that was checked.
        remedy: what to do.
    """

    name: str
    uses: Mapping[str, str]
    rate: str
    default: float
    checked: str
    remedy: str

    def breaks_at(
        self, request: Mapping[str, float], prices: Mapping[str, Price], load: Load
    ) -> float:
        """From how many requests a month on it is exceeded."""
        used = sum(
            request[what] * (prices[what].each if by == "usd" else 1)
            for what, by in self.uses.items()
        )
        each = used if self.uses else 1
        return self.default / (each * load.share(self.rate))


def load_quotas(file: Path = FILE) -> tuple[list[Quota], Load]:
    """Read the quotas, and how requests come.

    Raises:
        TypeError: a quota has a field that is not known, or lacks one.
    """
    told: dict[str, Any] = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Quota(**quota) for quota in told["quota"]], Load(**told["load"])


def table(
    request: Mapping[str, float],
    prices: Mapping[str, Price],
    quotas: Sequence[Quota],
    load: Load,
) -> list[str]:
    """Lines of text, the quota that breaks first on top."""
    found = sorted(
        ((quota.breaks_at(request, prices, load), quota) for quota in quotas), key=itemgetter(0)
    )
    volumes = "".join(f"{volume:>15,}" for volume in VOLUMES)
    lines = [f"  {'requests a month':44}{'breaks at':>12}{volumes}"]
    for limit, quota in found:
        shares = "".join(f"{volume / limit:>14,.2f}x" for volume in VOLUMES)
        lines.append(f"  {quota.name:44}{limit:>12,.0f}{shares}  {quota.remedy}")
    return lines
