"""`paraphe completion bash|zsh|fish`: a script that completes commands, options and files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from paraphe.command.parser import fail

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from paraphe.command.parser import Command

SHELLS = ("bash", "zsh", "fish")
# How an argument that names a file is completed, in shtab's terms.
FILE = {
    "bash": "_shtab_compgen_files",
    "zsh": "_files",
    "fish": "(__fish_complete_path (commandline -ct))",
}
_EXAMPLE = """\
paraphe completion bash > ~/.local/share/bash-completion/completions/paraphe
paraphe completion zsh > "${fpath[1]}/_paraphe"
paraphe completion fish > ~/.config/fish/completions/paraphe.fish"""


def complete_files(argument: argparse.Action) -> None:
    """Let an argument be completed with the names of files."""
    argument.complete = FILE  # type: ignore[attr-defined] # shtab reads it


def add_to(parser: Command, whole: Callable[[], Command]) -> None:
    """Add the command.

    Args:
        parser: to which.
        whole: builds the parser that the script is made from.

    """
    command = parser.add_command(
        "completion", "write a script that completes this command", example=_EXAMPLE
    )
    command.add_argument("shell", choices=SHELLS, help="which shell reads it")
    command.set_defaults(run=lambda options: _run(options, whole()))


def _run(options: argparse.Namespace, parser: Command) -> int:
    try:
        import shtab  # noqa: PLC0415 - a checkout has it, Lambda's layers do not
    except ModuleNotFoundError:
        return fail(options.command, "the package shtab is missing: pip install shtab")
    sys.stdout.write(shtab.complete(parser, options.shell))
    return 0
