"""`paraphe heads check`: the audit trails against the chain heads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.operate.commands.arguments import add_file, add_firm, roots
from infra.operate.commands.running import Answer, add_work
from paraphe.command.parser import NO_VERDICT

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command

_EXITS = {
    0: "all holds",
    1: "something differs",
    2: "all holds, but a day was stamped days late",
    3: "nothing is written down",
    NO_VERDICT: "wrong arguments, or it could not be checked",
}


def add_to(parser: Command) -> None:
    """Add the command."""
    heads = parser.add_group("heads", "check what was written down of audit trails each day")
    check = add_work(
        heads,
        "check",
        "hold a firm's audit trails against all its chain heads, and print what differs",
        _check,
        example="paraphe heads check --stack paraphe-staging --firm frm_… --trust tsa-root.pem",
        exits=_EXITS,
    )
    add_firm(check)
    add_file(
        check,
        "--trust",
        action="append",
        default=[],
        type=roots,
        metavar="ROOT.pem",
        help="a time-stamp root that you trust, instead of those of the stack (may be repeated)",
    )


def _check(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.heads import check_for_stack, exit_code, render

    stack.say("reading the days")
    report = check_for_stack(
        stack.client_of,
        stack.outputs,
        options.firm,
        stack.now,
        [root for file in options.trust for root in file],
        stack.say,
    )
    return Answer(render(report), exit_code(report))
