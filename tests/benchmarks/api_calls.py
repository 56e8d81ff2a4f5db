"""Processor time of calls of the HTTP API: events through the real door, on an embedded DynamoDB.

The door is the deployed one: Chalice, reading, rules, adapters, log lines and metrics; the embedded
DynamoDB's own time is another process's. Beside each figure stands the part of it that the client
of DynamoDB takes. Machines differ, so budgets are relative to a yardstick, a fixed piece of work
that is measured between the calls: a tenth more than what was measured when they were set.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from api.app import create_handler
from api.observer import DOOR, DoorObserver
from api.services import ApiContext
from infra.local import emulator
from paraphe import clock, observe
from paraphe.adapters import clients
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.requests.request_store import DynamoRequests
from tests.benchmarks.result import Result
from tests.integration.adapters.conftest import TABLE, create_table
from tests.support.api import CLIENT, Caller
from tests.support.services import in_memory
from tests.support.software import PEOPLE, ROOT, SENDER
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.services import Services

ROUNDS, SHORT_ROUNDS = 400, 80
# Per cent of the yardstick: as measured on 2026-11-27, and a tenth.
BUDGETS = {
    "GET a request": 106.0,
    "GET a list": 187.0,
    "POST a request": 141.0,
    "PATCH a recipient": 184.0,
}


class Timed:
    """A client of DynamoDB that knows how much processor time its calls have taken."""

    def __init__(self, client: object) -> None:
        self._client = client
        self.milliseconds = 0.0

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the operation, timed."""
        operation = getattr(self._client, name)

        def timed(**asked: object) -> Any:  # noqa: ANN401 - as the client's
            started = time.process_time()
            try:
                return operation(**asked)
            finally:
                self.milliseconds += (time.process_time() - started) * 1000

        return timed


def services_on(world: World, client: Timed) -> Services:
    """Return the real stores of requests and firms; the rest is in memory, and hardly used."""
    real = cast("DynamoDBClient", client)
    return in_memory(world, requests=DynamoRequests(real, TABLE), firms=DynamoFirms(real, TABLE))


@dataclass
class Measured:
    """Processor times in milliseconds: calls, what of them the client took, the yardstick."""

    calls: list[float] = field(default_factory=list)
    client: list[float] = field(default_factory=list)
    yardstick: list[float] = field(default_factory=list)


def measure(*, short: bool = False) -> Iterator[Result]:
    """Yield the medians."""
    with TemporaryDirectory() as folder, emulator.running(Path(folder)) as running:
        before = dict(os.environ)
        os.environ.update(running.environment())
        clients.forget()
        try:
            create_table()
            yield from _results(_measured(SHORT_ROUNDS if short else ROUNDS))
        finally:
            os.environ.clear()
            os.environ.update(before)
            clients.forget()


def _results(found: dict[str, Measured]) -> Iterator[Result]:
    for name, measured in found.items():
        median = statistics.median(measured.calls)
        yield Result(f"API, {name}", median, "ms")
        yield Result("  of it DynamoDB's client", statistics.median(measured.client), "ms")
        relative = 100 * median / statistics.median(measured.yardstick)
        yield Result("  of the yardstick", relative, "%", BUDGETS[name])


def _measured(rounds: int) -> dict[str, Measured]:
    client = Timed(clients.dynamodb())
    world = World()
    caller = Caller(world, services_on(world, client))
    firms = DynamoFirms(cast("DynamoDBClient", client), TABLE)
    firms.save(FIRM)
    firms.bind_client(CLIENT, FIRM.id, "Logiciel de test")
    context = ApiContext(services_on(world, client), clock.now, DoorObserver())
    handler = observe.door(DOOR)(create_handler(context))
    found = {name: Measured() for name in BUDGETS}
    taken = Measured()

    def timed(event: Any, context: object) -> dict[str, Any]:  # noqa: ANN401 - the gateway's
        client.milliseconds = 0.0
        started = time.process_time()
        answer: dict[str, Any] = handler(event, context)
        taken.calls.append((time.process_time() - started) * 1000)
        taken.client.append(client.milliseconds)
        return answer

    caller.handler = timed
    with Path(os.devnull).open("w") as nowhere, contextlib.redirect_stdout(nowhere):
        draft, recipient = _draft(caller)
        for number in range(rounds + 5):
            for name, call in _calls(caller, draft, recipient, number).items():
                call()
                if number >= 5:
                    found[name].calls.append(taken.calls[-1])
                    found[name].client.append(taken.client[-1])
                    found[name].yardstick.append(_yardstick())
    return found


def _draft(caller: Caller) -> tuple[str, str]:
    """Make a draft of two documents and three people; gives its path and somebody's."""
    made = _ok(caller, "POST", ROOT, {"title": "Lettre", "sender": SENDER})
    path = f"{ROOT}/{made['id']}"
    for number in range(2):
        _ok(caller, "POST", f"{path}/documents", {"name": f"lettre-{number}.pdf"})
    people = [_ok(caller, "POST", f"{path}/recipients", person)["id"] for person in PEOPLE[:3]]
    return path, f"{path}/recipients/{people[0]}"


def _calls(
    caller: Caller, draft: str, recipient: str, number: int
) -> dict[str, Callable[[], object]]:
    fresh = {"title": f"Lettre {number}", "sender": SENDER}
    return {
        "GET a request": lambda: _ok(caller, "GET", draft),
        "GET a list": lambda: _ok(caller, "GET", ROOT),
        "POST a request": lambda: _ok(caller, "POST", ROOT, fresh),
        "PATCH a recipient": lambda: _ok(
            caller, "PATCH", recipient, {"name": f"Jean {chr(97 + number % 26)}"}
        ),
    }


def _ok(caller: Caller, method: str, path: str, body: object = None) -> dict[str, Any]:
    answer = caller.call(method, path, body)
    if answer.status >= 300:
        raise RuntimeError(f"{method} {path}: {answer.text}")
    return dict(answer.json)


def _yardstick() -> float:
    """Do what a call is made of, without any of our code; the time it took."""
    started = time.process_time()
    text = ""
    for number in range(60):
        text = json.dumps({"item": [{"S": f"{text[:200]}{n}"} for n in range(20)], "n": number})
        text = json.dumps(json.loads(text), sort_keys=True)
        text = hashlib.sha256(text.encode()).hexdigest() + text
    return (time.process_time() - started) * 1000
