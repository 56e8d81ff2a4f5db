"""What all operators' commands share: the stack, progress, one line for what goes wrong."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from paraphe.command.parser import EXITS, FAILED, NO_VERDICT, fail
from paraphe.command.progress import Progress

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command prints, and its exit code."""

    text: str
    code: int = 0


def add_work(
    parser: Command,
    name: str,
    summary: str,
    work: Callable[[argparse.Namespace, Stack], Answer],
    *,
    example: str,
    exits: Mapping[int, str] = EXITS,
) -> Command:
    """Add a command that works on a deployed stack.

    Args:
        parser: to which.
        name: one word.
        summary: one sentence.
        work: does it, once the stack is found.
        example: to type.
        exits: what each exit code means; with `NO_VERDICT` that is what a failure ends with.

    """
    command = parser.add_command(name, summary, example=example, exits=exits)
    command.add_argument(
        "--stack", required=True, metavar="NAME", help="name of the CloudFormation stack"
    )
    command.add_argument("--quiet", action="store_true", help="show no progress")
    failed = NO_VERDICT if NO_VERDICT in exits else FAILED
    command.set_defaults(run=partial(run, work=work, failed=failed))
    return command


def run(
    options: argparse.Namespace,
    *,
    work: Callable[[argparse.Namespace, Stack], Answer],
    failed: int = FAILED,
    client_of: Callable[[str], Any] | None = None,
    now: datetime | None = None,
) -> int:
    """Find the stack, do the work, print its answer; returns the exit code.

    Args:
        options: as parsed.
        work: what to do.
        failed: the exit code when it cannot be done.
        client_of: makes AWS clients; those of the environment's credentials if not given.
        now: the instant, UTC; the machine's if not given.

    """
    from infra.operate.failures import explain
    from infra.operate.stack import Stack, account, outputs_of

    try:
        with Progress(sys.stderr, quiet=options.quiet) as progress:
            progress.say(f"looking for the stack {options.stack}")
            clients = client_of or account()
            outputs = outputs_of(clients, options.stack)
            at = now or datetime.now(UTC)
            answer = work(options, Stack(clients, outputs, at, progress.say))
    except Exception as error:
        told = explain(error)
        if told is None:
            raise
        return fail(options.command, told, failed)
    sys.stdout.write(answer.text)
    return answer.code
