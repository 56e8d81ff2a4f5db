"""How every command describes itself: one sentence, an example, the exit codes."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FAILED = 1
WRONG_USAGE = 2
EXITS = {
    0: "done",
    FAILED: "refused or failed; one line on standard error says why",
    WRONG_USAGE: "wrong arguments",
}
# For commands whose answer is a verdict: 1 and 2 have a meaning there (sysexits.h: EX_USAGE).
NO_VERDICT = 64


_Formatter = argparse.RawDescriptionHelpFormatter


class Command(argparse.ArgumentParser):
    """A command, or a group of commands.

    Attributes:
        wrong_usage: the exit code for wrong arguments.

    """

    def __init__(self, *, wrong_usage: int = WRONG_USAGE, **more: Any) -> None:  # noqa: ANN401 - argparse's
        as_written = {"formatter_class": partial(_Formatter, max_help_position=28)}
        super().__init__(**{"allow_abbrev": False, **as_written, **more})
        self.wrong_usage = wrong_usage
        self._commands: argparse._SubParsersAction[Command] | None = None

    def add_group(self, name: str, summary: str) -> Command:
        """Add a command that only has commands of its own."""
        return self._add(name, summary, epilog=f"paraphe {name} COMMAND --help has examples.")

    def add_command(
        self, name: str, summary: str, *, example: str, exits: Mapping[int, str] = EXITS
    ) -> Command:
        """Add a command.

        Args:
            name: one word.
            summary: one sentence that begins with a verb, without a full stop.
            example: one line or more to type.
            exits: what each exit code means.

        """
        return self._add(
            name,
            summary,
            epilog=_epilog(example, exits),
            wrong_usage=NO_VERDICT if NO_VERDICT in exits else WRONG_USAGE,
        )

    def _add(self, name: str, summary: str, **more: Any) -> Command:  # noqa: ANN401 - argparse's
        if self._commands is None:
            self._commands = self.add_subparsers(title="commands", metavar="COMMAND", required=True)
        made = self._commands.add_parser(
            name, help=summary, description=f"{summary[0].upper()}{summary[1:]}.", **more
        )
        made.set_defaults(command=made.prog, parser=made)
        return made

    def read(self, words: Sequence[str]) -> argparse.Namespace:
        """Parse the words of a command line.

        Like `parse_args`, but what nobody asked for is the named command's wrong usage, with its
        exit code, not that of the whole.
        """
        options, unknown = self.parse_known_args(words)
        if unknown:
            options.parser.error(f"unrecognized arguments: {' '.join(unknown)}")
        return options

    def error(self, message: str) -> NoReturn:
        """End the process with one line that says what is wrong."""
        one_line = " ".join(message.split())
        self.exit(self.wrong_usage, f"{self.prog}: {one_line} (see {self.prog} --help)\n")


def fail(command: str, message: object, code: int = FAILED) -> int:
    """Say on one line of standard error what went wrong; returns the exit code."""
    sys.stderr.write(f"{command}: {' '.join(str(message).split())}\n")
    return code


def _epilog(example: str, exits: Mapping[int, str]) -> str:
    lines = [f"  {line}" for line in example.splitlines()]
    codes = [f"  {code:<4}{meaning}" for code, meaning in exits.items()]
    return "\n".join(["example:", *lines, "", "exit codes:", *codes])
