"""The parser of `paraphe`, command by command, and what texts tell people to type."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.command.main import build_parser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.command.parser import Command

# What an ellipsis stands for, where not any text will do.
SAMPLES = {"--siren": "123456782", "--serial": "0x1f"}
_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_IN_FENCE = re.compile(r"^ *(?:\.venv/bin/)?paraphe ([^\n#>]+)", re.MULTILINE)
_INLINE = re.compile(r"`(?:\.venv/bin/)?paraphe ([^`]+)`")


@dataclass(frozen=True)
class Typed:
    """What follows `paraphe`; `whole` when it can be typed as it stands, else it is a mention."""

    words: tuple[str, ...]
    whole: bool


def leaves(parser: Command | None = None) -> Iterator[Command]:
    """Every command that does something."""
    parser = parser or build_parser()
    if parser._commands is None:
        yield parser
        return
    for command in parser._commands.choices.values():
        yield from leaves(command)


def lines(text: str) -> list[Typed]:
    """Each line of a text that can be typed."""
    return [Typed(_words(line), whole=True) for line in _IN_FENCE.findall(_joined(text))]


def typed_in(page: str) -> list[Typed]:
    """All that a page of documentation says of the command."""
    fenced = [one for fence in _FENCE.findall(page) for one in lines(fence)]
    inline = [_words(found) for found in _INLINE.findall(_FENCE.sub("", page))]
    return [*fenced, *(Typed(words, "--stack" in words) for words in inline)]


def taken(typed: Typed) -> set[str]:
    """Refuse what the command does not take; returns the names of the commands that are meant.

    Raises:
        SystemExit: it cannot be typed.
        LookupError: it mentions what there is not.

    """
    parser, rest, names = build_parser(), list(typed.words), {"paraphe"}
    while parser._commands is not None and rest and not rest[0].startswith("-"):
        meant = rest.pop(0).split("|")
        choices = parser._commands.choices
        names = {choices[one].prog for one in meant}
        parser = choices[meant[0]]
    if typed.whole:
        build_parser().read(typed.words)
    options = [word for word in rest if word.startswith("--")]
    if unknown := [word for word in options if word not in parser._option_string_actions]:
        raise LookupError(unknown)
    return names


def _joined(text: str) -> str:
    return re.sub(r"\\\n\s*", " ", text)


def _words(line: str) -> tuple[str, ...]:
    words = shlex.split(re.sub(r"[\[\]]", "", line))
    before = ["", *words]
    return tuple(
        SAMPLES.get(previous, "x") if word.endswith("…") else word
        for previous, word in zip(before, words, strict=False)
    )
