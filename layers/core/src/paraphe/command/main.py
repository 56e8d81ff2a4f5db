"""Reads the command line and runs what it names."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from paraphe.command import completion, operators, verify
from paraphe.command.parser import Command, fail

if TYPE_CHECKING:
    from collections.abc import Sequence

INTERRUPTED = 130
_EPILOG = "paraphe COMMAND --help has an example and the exit codes of each."
_NEEDS_CHECKOUT = (
    "needs a checkout of Paraphe's repository: type make setup there, then .venv/bin/paraphe"
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    words = sys.argv[1:] if arguments is None else list(arguments)
    first = words[0] if words else ""
    if first in operators.NAMES and operators.checkout() is None:
        return fail(f"paraphe {first}", _NEEDS_CHECKOUT)
    parser = build_parser(with_operators=first != "verify")
    options = parser.read(words)
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return fail(options.command, "interrupted", INTERRUPTED)


def build_parser(*, with_operators: bool = True) -> Command:
    """Build the parser of the whole command.

    Args:
        with_operators: whether it reads what operators do, where that is at hand.

    """
    parser = Command(
        prog="paraphe",
        description="Verify what was signed; run the platform that signs.",
        epilog=_EPILOG,
    )
    verify.add_to(parser)
    if with_operators and not operators.add_to(parser):
        names = ", ".join(operators.NAMES)
        parser.epilog = f"{_EPILOG}\nIn a checkout of the repository also: {names}."
    completion.add_to(parser, build_parser)
    return parser
