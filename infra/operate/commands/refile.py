"""`paraphe refile`, once after each upgrade."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.operate.commands.running import Answer, add_work

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command


def add_to(parser: Command) -> None:
    """Add the command."""
    add_work(
        parser,
        "refile",
        "file every request for the sweep as this version does, after an upgrade",
        _refile,
        example="paraphe refile --stack paraphe-staging",
    )


def _refile(_: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.refile import refile

    stack.say("reading the table")
    table = stack.outputs["TableName"]
    filed = refile(stack.client_of, table, lambda done: stack.say(f"request {done}"))
    return Answer(f"{filed} requests filed\n")
