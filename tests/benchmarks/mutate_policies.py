"""Takes one permission after the other away, makes the journeys that need it, names survivors.

    python -m tests.benchmarks.mutate_policies [--count 5 | --all] [--seed 1] [--function Sweep]

A permission is missed when a journey fails, or when the role was denied it (which is what
`tests/integration/test_permissions.py` looks at, so a test fails then). Taken away is the action in
the role's policy on the running platform: what deploying the template without it comes to.
"""

from __future__ import annotations

import argparse
import inspect
import json
import random
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from infra.local import stack
from tests.integration.conftest import Clock, new_software
from tests.integration.journeys import JOURNEYS
from tests.integration.test_permissions import ONLY_ON_AWS, Grant, decisions, grants

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.stack import LocalStack

PATIENCE = 120.0


def mutants(platform: LocalStack) -> list[Grant]:
    """One grant for each action of each statement."""
    found = {_place(g): g for g in grants(platform)}
    return [g for g in found.values() if (g.function, g.action) not in ONLY_ON_AWS]


def _place(grant: Grant) -> tuple[str, str, str]:
    return (grant.function, grant.sid, grant.action)


def is_missed(platform: LocalStack, mutant: Grant) -> bool:
    """Tell whether anybody notices that this is not granted."""
    policies = _without(platform, mutant)
    before = len(decisions(platform))
    noticed = threading.Event()
    try:
        worker = threading.Thread(target=_travel, args=(platform, mutant, noticed), daemon=True)
        worker.start()
        limit = time.monotonic() + PATIENCE
        while worker.is_alive() and not noticed.is_set() and time.monotonic() < limit:
            if any(_is_denial(entry, mutant) for entry in decisions(platform)[before:]):
                noticed.set()
            time.sleep(0.2)
        return noticed.is_set()
    finally:
        for name, document in policies.items():
            _put(platform, mutant.role, name, document)
        platform.shift_clock(0)


def _is_denial(entry: dict[str, Any], mutant: Grant) -> bool:
    asked = (entry["role"], entry["action"], entry["decision"])
    return asked == (mutant.role, mutant.action, "Deny")


def _travel(platform: LocalStack, mutant: Grant, noticed: threading.Event) -> None:
    given = {
        "platform": platform,
        "software": new_software(platform, "Cabinet des mutants"),
        "clock": Clock(platform),
    }
    for functions, journey in JOURNEYS:
        if mutant.function in functions and not noticed.is_set():
            try:
                _make(journey, given)
            except Exception:  # noqa: BLE001 - whatever a test raises, it has noticed
                noticed.set()


def _make(journey: Callable[..., None], given: dict[str, Any]) -> None:
    journey(**{name: given[name] for name in inspect.signature(journey).parameters})


def _without(platform: LocalStack, mutant: Grant) -> dict[str, Any]:
    """Take the action out of its statement; the policies as they were."""
    iam, kept = platform.client("iam"), {}
    for name in iam.list_role_policies(RoleName=mutant.role)["PolicyNames"]:
        found = iam.get_role_policy(RoleName=mutant.role, PolicyName=name)["PolicyDocument"]
        kept[name] = found
        changed = [_less(statement, mutant) for statement in found["Statement"]]
        _put(platform, mutant.role, name, {**found, "Statement": [s for s in changed if s]})
    return kept


def _less(statement: dict[str, Any], mutant: Grant) -> dict[str, Any] | None:
    if statement.get("Sid") != mutant.sid:
        return statement
    actions = statement["Action"]
    listed = [actions] if isinstance(actions, str) else actions
    left = [action for action in listed if action != mutant.action]
    return {**statement, "Action": left} if left else None


def _put(platform: LocalStack, role: str, name: str, document: dict[str, Any]) -> None:
    iam = platform.client("iam")
    if document["Statement"]:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
    else:
        iam.delete_role_policy(RoleName=role, PolicyName=name)


def main() -> int:
    """Try mutants; 0 when each was missed by somebody."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--count", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--function", help="of this function only, by its logical name")
    given = parser.parse_args()
    survivors = []
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with stack.running(root / "first") as platform:
            chosen = [m for m in mutants(platform) if given.function in {None, m.function}]
        if not given.all:
            chance = random.Random(given.seed)  # noqa: S311 - a choice of samples
            chosen = chance.sample(chosen, min(given.count, len(chosen)))
        for number, mutant in enumerate(chosen):
            # A platform of its own: what one mutant left half done must not trip the next.
            with stack.running(root / str(number)) as platform:
                # Keys and roles have new names on every platform; the statement has not.
                same = next(m for m in mutants(platform) if _place(m) == _place(mutant))
                missed = is_missed(platform, same)
            print(f"{'missed  ' if missed else 'SURVIVED'} {mutant}", flush=True)
            survivors += [] if missed else [mutant]
    print(f"{len(chosen) - len(survivors)} of {len(chosen)} were missed")
    return 1 if survivors else 0


if __name__ == "__main__":
    raise SystemExit(main())
