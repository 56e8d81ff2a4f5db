"""How often AWS is called for one signature request, by service: `make demo`'s, recorded.

Counts are the same on every machine, but for how often somebody looks whether something is done;
so a tenth more than was recorded fails the run, and CI with it.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from infra.cost import usage
from infra.cost.journey import travel
from infra.cost.measure import stop_schedules
from infra.local import stack
from tests.benchmarks.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.cost.journey import Travelled

# As recorded on 2026-11-27; a service that is missing is printed without a budget.
RECORDED = {"dynamodb": 157, "s3": 53, "kms": 21, "states": 5, "sns": 2}
TOLERATED = 1.1


def measure(*, short: bool = False) -> Iterator[Result]:  # noqa: ARG001 - one request, always
    """Yield the calls by service, of a request without the firm's seal."""
    with TemporaryDirectory() as folder, stack.running(Path(folder)) as platform:
        stop_schedules(platform)
        software = stack.open_firm(platform, "Cabinet Durand")
        travel(platform, software)  # every function has started once
        found = counted(travel(platform, software))
    for service, count in sorted(found.items()):
        most = TOLERATED * RECORDED[service] if service in RECORDED else None
        name = f"AWS calls of a request, {service}"
        yield Result(name, count, "calls", most, fails=True)


def counted(travelled: Travelled) -> Counter[str]:
    """Return the calls of the platform's functions, by service."""
    return Counter(
        line["service"]
        for line in travelled.lines
        if line["kind"] == "call" and line["by"] not in {usage.ADMINISTRATOR, "public"}
    )
