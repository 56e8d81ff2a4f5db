"""Runs the platform, has one request signed, and adds up what AWS would bill for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra import sam_template
from infra.cost import idle, usage
from infra.cost.bill import Amounts
from infra.cost.journey import Recording, Travelled, stored, travel
from infra.local import stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.cost.prices import Assumed
    from infra.local.stack import LocalStack

TRANSITIONS = "Step Functions: transitions"
DAY = 86400
# Past the 31 days after the end, when people and documents are forgotten (P16, decisions/0023).
FORGOTTEN_AFTER = 32 * DAY
# Runs of the sweep that forget everything of a few requests.
SWEEPS = 3


@dataclass(frozen=True, slots=True)
class Measured:
    """Amounts of what has a price.

    Attributes:
        plain: one signature request, until everybody has its evidence.
        sealed: one that ends with the firm's seal.
        forgetting: what is done for it a month later.
        keeping: storage over its whole life.
        idle: a month in which nothing happens.
        client: a month of an API client, beside its requests.
        more_metrics: custom metrics that only traffic makes.
        stamps: time-stamps that the sealed request asked for, whose service has its own price.
    """

    plain: Amounts
    sealed: Amounts
    forgetting: Amounts
    keeping: Amounts
    idle: Amounts
    client: Amounts
    more_metrics: int
    stamps: int


def of_request(travelled: Travelled, warming: Travelled, assumed: Assumed) -> Amounts:
    """Amounts of one request, with its transitions and its share of cold starts."""
    amounts = usage.used(travelled.lines, assumed)
    doors = {usage.door(line["function"]) for line in travelled.lines if line["kind"] == "run"}
    cold = usage.cold_starts([*warming.lines, *travelled.lines], doors, assumed)
    amounts[TRANSITIONS] = travelled.transitions
    amounts["X-Ray: traces"] += assumed.traced  # the execution's
    waiting = usage.stamping(travelled.lines, travelled.stamps, assumed)
    amounts["Lambda: GB-seconds, arm64"] += cold + waiting
    return amounts


def of_keeping(kept: Mapping[str, int], assumed: Assumed) -> Amounts:
    """Storage over the life of what a request leaves, in GB-months."""
    table = kept["table"] / usage.GB * assumed.months_of_table
    objects = (
        kept["documents"] * assumed.months_of_documents
        + kept["evidence"] * assumed.months_of_evidence
    )
    return Amounts(
        {
            "S3: storage, GB-months": objects / usage.GB,
            "DynamoDB: storage, GB-months": table,
            "DynamoDB: point-in-time recovery, GB-months": table,
        }
    )


def of_client(assumed: Assumed) -> Amounts:
    """What Cognito bills for the software of one firm in a month, whatever it asks for."""
    return Amounts(
        {
            "Cognito: API clients, months": 1,
            "Cognito: tokens of software": assumed.tokens_per_client,
        }
    )


def measure(platform: LocalStack, assumed: Assumed) -> Measured:
    """Measure on a platform of one's own: its schedules are taken away and its clock is moved."""
    loaded = sam_template.load_whole(stack.TEMPLATE)
    stop_schedules(platform)
    runs = {name: _idle_run(platform, name) for name in idle.schedules(loaded)}
    sealing = stack.open_firm(platform, "Cabinet Martin", seal_at_end=True)
    software = stack.open_firm(platform, "Cabinet Durand")
    warming = travel(platform, sealing)  # every function has started once
    sealed = travel(platform, sealing)
    plain = travel(platform, software)
    kept = stored(platform, sealed.id)
    quiet = [line for lines in runs.values() for line in lines]
    return Measured(
        plain=of_request(plain, warming, assumed),
        sealed=of_request(sealed, warming, assumed),
        forgetting=_forget(platform, assumed, requests=3),
        keeping=of_keeping(kept, assumed),
        idle=idle.month(loaded, runs, assumed),
        client=of_client(assumed),
        more_metrics=idle.metrics_with_traffic(quiet, sealed.lines),
        stamps=sealed.stamps,
    )


def stop_schedules(platform: LocalStack) -> None:
    """Take the schedules away: only what a request does is recorded."""
    scheduler = platform.client("scheduler")
    for schedule in scheduler.list_schedules()["Schedules"]:
        scheduler.delete_schedule(Name=schedule["Name"], GroupName=schedule["GroupName"])


def _run(platform: LocalStack, door: str) -> None:
    answer = platform.client("lambda").invoke(
        FunctionName=f"paraphe-local-{door}", Payload=json.dumps({}).encode()
    )
    if "FunctionError" in answer:
        raise RuntimeError(f"{door} failed: {answer['Payload'].read()!r}")


def _idle_run(platform: LocalStack, door: str) -> list[dict[str, Any]]:
    """What a scheduled door does when there is nothing to do, and it has run before."""
    _run(platform, door)
    recording = Recording(platform)
    _run(platform, door)
    return recording.lines()


def _forget(platform: LocalStack, assumed: Assumed, requests: int) -> Amounts:
    """What a request's share is of the day's chain heads and of forgetting it."""
    recording = Recording(platform)
    _run(platform, "anchor")
    platform.shift_clock(FORGOTTEN_AFTER)
    for _ in range(SWEEPS):
        _run(platform, "sweep")
    platform.shift_clock(0)
    amounts = usage.used(recording.lines(), assumed)
    share = Amounts()
    share.add(amounts, 1 / requests)
    return share
