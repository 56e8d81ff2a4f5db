"""A time-stamp service that is away for as long as the state machine's retries last.

    python -m tests.benchmarks.outage

Deploys the platform, lets one of two people sign while the service answers 503, and waits until the
request is failed (some minutes). Then the service is back, the clock moves over the pause, and the
sweep resumes. Prints how long each part took.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from infra.local import stack
from infra.local.journey import wait_for
from tests.integration.conftest import function_log, launched, new_software, sweep


def main() -> int:
    """Run it once; 1 when somebody was alarmed, or the request was not resumed."""
    with (
        tempfile.TemporaryDirectory() as folder,
        stack.running(Path(folder)) as platform,
    ):
        software = new_software(platform)
        case = launched(platform, software, (1, 2))
        case.link(0)
        platform.tsa_down.touch()
        case.sign(0)
        started = time.monotonic()
        software.wait_state(case.id, "failed", patience=600)
        print(f"failed after      {time.monotonic() - started:6.1f} s")
        platform.tsa_down.unlink()
        told = function_log(platform, "fail")
        platform.shift_clock(90)
        started = time.monotonic()
        sweep(platform)
        trail = f"/signature_requests/{case.id}/events"

        def kinds() -> list[str]:
            return [event["kind"] for event in software.ask("GET", trail)["events"]]

        wait_for("the signature", lambda: "recipient_signed" in kinds(), 120)
        print(f"signed after      {time.monotonic() - started:6.1f} s")
        alarmed = '"RequestsFailed"' in told
        print(f"interrupted told  {'RequestsInterrupted' in told}, alarmed {alarmed}")
        return int(alarmed or kinds().count("document_signed") != 1)


if __name__ == "__main__":
    sys.exit(main())
