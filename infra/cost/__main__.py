"""`make cost`: what a signature request and an idle month cost; fails over the budget."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from infra.cost.bill import SMS, bill, table, total, without_sms
from infra.cost.measure import measure
from infra.cost.prices import load
from infra.local import emulator, stack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from infra.cost.bill import Line
    from infra.cost.measure import Measured
    from infra.cost.prices import PriceList

OUT = emulator.REPOSITORY / "out" / "cost.json"
MOST_USD = 0.003
MOST_TRANSITIONS = 26


def over_budget(usd: float, transitions: int) -> list[str]:
    """Say what is over the budget, in words; nothing when all is within."""
    found = []
    if usd > MOST_USD:
        found.append(f"${usd:.5f} a request without SMS is over ${MOST_USD}")
    if transitions > MOST_TRANSITIONS:
        found.append(f"{transitions} transitions a request are over {MOST_TRANSITIONS}")
    return found


def report(measured: Measured, prices: PriceList) -> tuple[list[str], list[str]]:
    """The lines to print, and what is over the budget."""
    request = bill(measured.request, prices.prices)
    plain = without_sms(request)
    keeping = bill(measured.keeping, prices.prices)
    month = bill(measured.idle, prices.prices)
    later = bill(measured.forgetting, prices.prices)
    metric = prices.prices["CloudWatch: custom metrics, months"].each
    client = prices.prices["Cognito: API clients, months"].each
    lines = [
        f"List prices of {prices.region}, {prices.dated}, without free tiers; docs/COST.md says what is in them.",
        "",
        "One signature request: 1 document, 2 signers one after the other, the firm's seal, evidence.",
        *_section("each; dollars for 1,000 requests", plain, 1000),
        f"  ${total(plain):.5f} a request without SMS (budget ${MOST_USD}),"
        f" ${total(request):.5f} with SMS to France",
        f"  {measured.transitions} transitions (budget {MOST_TRANSITIONS})",
        f"  {_from_memory(plain):.0%} of it at prices that could not be checked",
        "",
        *_section("Later: chain heads, forgetting; dollars for 1,000 requests", later, 1000),
        f"  ${total(later):.5f} a request",
        "",
        *_section("Keeping it for its life; dollars for 1,000 requests", keeping, 1000),
        f"  ${total(keeping):.5f} a request",
        "",
        *_section("An idle month", month, 1),
        f"  ${total(month):.2f} a month; in a month with traffic in every hour,"
        f" {measured.more_metrics} more metrics: ${measured.more_metrics * metric:.2f};"
        f" for each API client ${client:.2f}",
    ]
    return lines, over_budget(total(plain), measured.transitions)


def _section(title: str, lines: Sequence[Line], per: int) -> list[str]:
    return [title, *table(lines, per=per)]


def _from_memory(lines: Sequence[Line]) -> float:
    return total(line for line in lines if line.price.is_known_from_memory) / (total(lines) or 1)


def main() -> int:
    """Measure, print, write `out/cost.json`; 1 when something is over the budget."""
    prices = load()
    with (
        tempfile.TemporaryDirectory(prefix="paraphe-cost-") as folder,
        stack.running(Path(folder)) as platform,
    ):
        measured = measure(platform, prices.assumed)
    lines, over = report(measured, prices)
    print("\n".join(lines))
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(asdict(measured), indent=1) + "\n", encoding="utf-8")
    for one in over:
        print(f"Over the budget: {one}", file=sys.stderr)
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
