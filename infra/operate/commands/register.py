"""`paraphe register import`: who is a chartered accountant, from a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from infra.operate.commands.running import Answer, add_work
from paraphe.command.completion import complete_files

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command

_IMPORT = "paraphe register import --stack paraphe-staging tableau.csv --column Numéro"


def add_to(parser: Command) -> None:
    """Add the command."""
    register = parser.add_group("register", "say who is a chartered accountant")
    bring = add_work(
        register,
        "import",
        "put a new edition of the profession's register in force",
        _bring,
        example=_IMPORT,
    )
    complete_files(bring.add_argument("file", metavar="FILE", help="CSV, a row for each person"))
    bring.add_argument(
        "--column", default="Numéro", metavar="NAME", help="the column with their numbers"
    )
    bring.add_argument(
        "--may-shrink",
        action="store_true",
        help="even if that strikes off more than a tenth of the register",
    )


def _bring(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.register import bring, numbers_in
    from paraphe.domain.errors import InvalidError

    stack.say("reading the file")
    try:
        content = Path(options.file).read_bytes()
    except OSError as error:
        raise InvalidError("register_unreadable", f"{error.strerror}: {options.file}") from None
    numbers = numbers_in(content, options.column)
    stack.say("writing the edition")
    known = bring(
        stack.client("dynamodb"),
        stack.outputs["TableName"],
        numbers,
        stack.now,
        may_shrink=options.may_shrink,
    )
    return Answer(f"{len(numbers)} numbers are in force; there were {known}\n")
