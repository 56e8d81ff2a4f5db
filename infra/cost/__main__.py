"""`make cost`: what a signature request and an idle month cost; fails over the budget."""

from __future__ import annotations

import json
import sys
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from infra.cost.measure import measure
from infra.cost.prices import load
from infra.cost.report import over_budget, report
from infra.local import emulator, stack

if TYPE_CHECKING:
    from infra.cost.measure import Measured

OUT = emulator.REPOSITORY / "out" / "cost.json"


def main() -> int:
    """Measure, print, write `out/cost.json`; 1 when something is over the budget."""
    prices = load()
    with (
        tempfile.TemporaryDirectory(prefix="paraphe-cost-") as folder,
        stack.running(Path(folder)) as platform,
    ):
        measured = measure(platform, prices.assumed)
    _keep(measured)
    print("\n".join(report(measured, prices)))
    over = over_budget(measured, prices)
    for one in over:
        print(f"Over the budget: {one}", file=sys.stderr)
    return 1 if over else 0


def _keep(measured: Measured) -> None:
    """Write the amounts down, for whoever wants to price them otherwise."""
    amounts = {field.name: getattr(measured, field.name) for field in fields(measured)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(amounts, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
