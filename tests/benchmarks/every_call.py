"""Processor time of every operation of the HTTP API, over what its calls of AWS take.

The examples of the reference are played: each operation through the real door, with AWS in memory,
whose time is taken off. The median of an operation has one budget, wide enough for any machine;
`api_calls.py` looks closer at the four most frequent ones.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import statistics
import time
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.result import Result
from tests.support import api_examples
from tests.support.api import Caller, matched
from tests.support.fakes.table import FakeTable
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS, SHORT_ROUNDS = 12, 5
# Milliseconds, over the calls of AWS.
BUDGET = 3.0


class _Clock:
    """Processor time outside the table in memory."""

    def __init__(self) -> None:
        self.inside = 0.0
        self._deep = 0

    def timed(self, operation: Callable[..., Any]) -> Callable[..., Any]:
        """Return the table's operation, whose time is kept apart."""

        def counted(*given: object, **more: object) -> Any:  # noqa: ANN401 - the table's
            started = time.process_time()
            self._deep += 1
            try:
                return operation(*given, **more)
            finally:
                self._deep -= 1
                if not self._deep:
                    self.inside += time.process_time() - started

        return counted


def measure(*, short: bool = False) -> Iterator[Result]:
    """Yield each operation's median."""
    found: dict[str, list[float]] = defaultdict(list)
    clock = _Clock()
    with (
        Path(os.devnull).open("w") as nowhere,
        contextlib.redirect_stdout(nowhere),
        _kept_apart(clock),
    ):
        for _ in range(SHORT_ROUNDS if short else ROUNDS):
            _play(found, clock)
    for name, times in sorted(found.items()):
        median = statistics.median(times)
        yield Result(f"API, {name}", median, "ms", BUDGET, fails=True)


@contextlib.contextmanager
def _kept_apart(clock: _Clock) -> Iterator[None]:
    names = [name for name in vars(FakeTable) if not name.startswith("_")]
    before = {name: vars(FakeTable)[name] for name in names if callable(vars(FakeTable)[name])}
    for name, operation in before.items():
        setattr(FakeTable, name, clock.timed(operation))
    try:
        yield
    finally:
        for name, operation in before.items():
            setattr(FakeTable, name, operation)


def _play(found: dict[str, list[float]], clock: _Clock) -> None:
    for module in sorted(one.name for one in pkgutil.iter_modules(api_examples.__path__)):
        if module == "__main__":
            continue
        world = World()
        caller = Caller(world)
        caller.handler = _timed(caller.handler, found, clock)
        importlib.import_module(f"{api_examples.__name__}.{module}").play(world, caller)


def _timed(
    handler: Callable[..., dict[str, Any]], found: dict[str, list[float]], clock: _Clock
) -> Callable[..., dict[str, Any]]:
    def timed(event: Any, context: object) -> dict[str, Any]:  # noqa: ANN401 - the gateway's
        clock.inside, started = 0.0, time.process_time()
        answer = handler(event, context)
        taken = time.process_time() - started - clock.inside
        if answer["statusCode"] < 400:
            found[f"{event['httpMethod']} {matched(event['path'])[0]}"].append(taken * 1000)
        return answer

    return timed
