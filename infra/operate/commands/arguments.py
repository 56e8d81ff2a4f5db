"""Arguments that are read before anything is done: what they cannot be is wrong usage."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.command.completion import complete_files
from paraphe.domain import text

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from paraphe.command.parser import Command
    from paraphe.domain.trust.signatures import Raster

_SIREN = 9


def add_firm(command: Command) -> None:
    """Add `--firm`, required."""
    command.add_argument("--firm", required=True, metavar="ID", help="the firm's id, frm_…")


def add_file(container: argparse._ActionsContainer, name: str, **more: object) -> None:
    """Add an option that names a file."""
    complete_files(container.add_argument(name, **more))  # type: ignore[arg-type] # argparse's


def siren(typed: str) -> str:
    """Read a firm's number in the French register.

    Raises:
        argparse.ArgumentTypeError: it has not nine digits.

    """
    if not (typed.isascii() and typed.isdigit() and len(typed) == _SIREN):
        raise argparse.ArgumentTypeError("a SIREN has nine digits")
    return typed


def name(typed: str) -> str:
    """Read a firm's name, as people see it.

    Raises:
        argparse.ArgumentTypeError: it is blank, or holds what cannot be seen.

    """
    try:
        shown = text.line(typed)
    except text.UnreadableError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    if not shown:
        raise argparse.ArgumentTypeError("it is blank")
    return shown


def serial(typed: str) -> int:
    """Read a certificate's serial number, decimal or `0x…`.

    Raises:
        argparse.ArgumentTypeError: it is none.

    """
    try:
        return int(typed, 0)
    except ValueError:
        raise argparse.ArgumentTypeError("a serial number is decimal, or 0x…") from None


def countries(listed: str) -> tuple[str, ...]:
    """Read a list of countries, as `FR,BE`.

    Raises:
        argparse.ArgumentTypeError: one is none that phones are numbered in.

    """
    from phonenumbers import SUPPORTED_REGIONS

    found = tuple(dict.fromkeys(part.strip().upper() for part in listed.split(",")))
    unknown = [country for country in found if country not in SUPPORTED_REGIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such country: {', '.join(unknown)}")
    return found


def amount(typed: str) -> int:
    """Read how many.

    Raises:
        argparse.ArgumentTypeError: it is no whole number.

    """
    if not typed.isdecimal():
        raise argparse.ArgumentTypeError("a whole number, 0 or more")
    return int(typed)


def picture(path: str) -> Raster:
    """Read the picture that a seal shows.

    Raises:
        argparse.ArgumentTypeError: it cannot be read or shown.

    """
    from infra.operate.stamp import BadStampError, read_stamp

    try:
        return read_stamp(Path(path).read_bytes())
    except (OSError, BadStampError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def roots(path: str) -> list[Certificate]:
    """Read certificates, PEM.

    Raises:
        argparse.ArgumentTypeError: there is none in it.

    """
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return load_pem_x509_certificates(Path(path).read_bytes())
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"no certificate in {path}: {error}") from error
