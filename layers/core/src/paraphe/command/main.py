"""Reads the command line and runs what it names."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from paraphe.command import completion, operators, verify
from paraphe.command.parser import FAILED, NO_VERDICT, Command, fail

if TYPE_CHECKING:
    import argparse
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
    return perform(parser.read(words))


def perform(options: argparse.Namespace) -> int:
    """Run what was named; returns its exit code.

    A fault of ours shows its traceback, because that is what we need to mend it, and never ends
    with the code of a verdict.
    """
    try:
        return int(options.run(options))
    except KeyboardInterrupt:
        return fail(options.command, "interrupted", INTERRUPTED)
    except Exception:  # noqa: BLE001 - the end of the process, whatever it is
        traceback.print_exc()
        return NO_VERDICT if options.parser.wrong_usage == NO_VERDICT else FAILED


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
