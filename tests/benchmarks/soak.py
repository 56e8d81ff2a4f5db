"""Requests in parallel whose people behave at random, until the time is up: `make soak`.

At the end every request has ended, or is open with an actor at work; every audit trail is a chain
without a gap; every signed file is valid for `pdfsig` and `qpdf`. `--seed` repeats the choices.
"""

from __future__ import annotations

import argparse
import itertools
import random
import tempfile
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import stack
from infra.local.journey import http
from tests.integration.conftest import launched, new_software, sweep
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Case

BEHAVIOURS = ("sign", "sign", "decline", "cancel", "relaunch", "duplicate", "kill", "leave")
ENDED = frozenset({"completed", "declined", "canceled", "expired"})


@dataclass
class Soak:
    """One run: what was done, what was launched, what went wrong."""

    platform: LocalStack
    software: Software
    until: float
    cases: list[Case] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def work(self, seed: int) -> None:
        """Launch one request after the other, and let its people do something."""
        chance = random.Random(seed)  # noqa: S311 - choices of behaviours, not secrets
        while time.monotonic() < self.until:
            behaviour = chance.choice(BEHAVIOURS)
            try:
                self._one(behaviour)
            except Exception:  # noqa: BLE001 - whatever it is, the run goes on and tells it
                self.faults.append(f"{behaviour}: {traceback.format_exc(limit=3)}")
            self.done[behaviour] += 1

    def _one(self, behaviour: str) -> None:
        case = launched(self.platform, self.software, (1, 2))
        self.cases.append(case)
        path = f"/signature_requests/{case.id}"
        link = case.link(0)
        if behaviour == "leave":
            return
        if behaviour in {"cancel", "relaunch"}:
            self.software.ask("POST", f"{path}/{behaviour}")
            if behaviour == "cancel":
                return
        if behaviour == "kill":
            self._kill(case)
        if behaviour == "duplicate":
            self._twice(case, link)
        elif behaviour == "decline":
            case.people[0].decline(link, "Soak")
            return
        else:
            case.sign(0) if behaviour != "kill" else self._sign_after_repair(case, link)
        case.sign(1)
        self.software.wait_state(case.id, "completed", patience=120)

    def _kill(self, case: Case) -> None:
        machine = self.platform.outputs["StateMachineArn"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{case.id}-1"
        self.platform.client("stepfunctions").stop_execution(executionArn=arn)

    def _sign_after_repair(self, case: Case, link: str) -> None:
        """Consent to a dead actor; the sweep, a minute later, starts another one."""
        person = case.people[0]
        person.consent(link)
        limit = time.monotonic() + 150
        while not person.codes() and time.monotonic() < limit:
            time.sleep(5)
            sweep(self.platform)
        while 'name="code"' not in http("GET", link).text and time.monotonic() < limit:
            time.sleep(0.2)
        person.type_code(link, person.codes()[0])

    def _twice(self, case: Case, link: str) -> None:
        """Consent and type the code as who taps everything twice."""
        person = case.people[0]
        for _ in range(2):
            person.consent(link)
        code = person.wait_code(1)
        while 'name="code"' not in http("GET", link).text:
            time.sleep(0.2)
        taps = [threading.Thread(target=person.type_code, args=(link, code)) for _ in range(2)]
        for tap in taps:
            tap.start()
        for tap in taps:
            tap.join()

    def check(self, case: Case) -> None:
        """Look at one request's invariants.

        Raises:
            AssertionError: naming the request.
        """
        found = self.software.get(case.id)
        state = found["state"]
        told = self.software.ask("GET", f"/signature_requests/{case.id}/events")
        assert told["chain"]["holds"], case.id
        trail = told["events"]
        assert [e["seq"] for e in trail] == list(range(1, len(trail) + 1)), case.id
        links = itertools.pairwise(trail)
        assert all(later["previous"] == one["hash"] for one, later in links), case.id
        if state == "completed":
            assert_sound(self.software.download(case.id, case.documents[0]), 2)
        elif state not in ENDED:
            assert state == "active", f"{case.id} is {state}"
            assert self._has_actor(case), f"{case.id} has no actor"

    def _has_actor(self, case: Case) -> bool:
        listed = self.platform.client("stepfunctions").list_executions(
            stateMachineArn=self.platform.outputs["StateMachineArn"],
            statusFilter="RUNNING",
            maxResults=1000,
        )
        return any(e["name"].startswith(case.id) for e in listed["executions"])


def main() -> int:
    """Run; 0 when nothing went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    parser.add_argument("--at-once", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stack.running(Path(folder)) as platform:
        until = time.monotonic() + given.minutes * 60
        soak = Soak(platform, new_software(platform), until)
        workers = [
            threading.Thread(target=soak.work, args=(given.seed + n,)) for n in range(given.at_once)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        for case in soak.cases:
            try:
                soak.check(case)
            except Exception:  # noqa: BLE001 - the other requests are looked at as well
                soak.faults.append(f"{case.id}: {traceback.format_exc(limit=2)}")
    print(f"{len(soak.cases)} requests: {dict(soak.done)}")
    print("\n".join(soak.faults) or "every invariant holds")
    return 1 if soak.faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
