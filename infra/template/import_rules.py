"""Writes the lists of doors into the import rules of `import_rules.toml`, between markers.

import-linter knows no variables, and needs every root package by its name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from infra.template.table import doors

if TYPE_CHECKING:
    from collections.abc import Iterable

    from infra.template.table import Door

APPLICATIONS = {"api", "web", "portal"}  # they alone may use Chalice
WIDTH = 130
_LIST = re.compile(r"( *)# (doors[\w ]*): begin\n(?:.*\n)*?\1# \2: end\n")


class MarkersError(ValueError):
    """A file has no markers, or some that nobody knows."""


def with_doors(text: str) -> str:
    """Return the text of `import_rules.toml` with the doors of the table.

    Raises:
        MarkersError: nothing is marked, or a mark is unknown.

    """
    lists = _lists(doors())

    def written(found: re.Match[str]) -> str:
        indent, name = found.groups()
        if name not in lists:
            raise MarkersError(f"nobody generates the list: {name}")
        lines = "".join(f"{indent}{line}\n" for line in lists[name])
        return f"{indent}# {name}: begin\n{lines}{indent}# {name}: end\n"

    fresh, count = _LIST.subn(written, text)
    if not count:
        raise MarkersError("no list of doors is marked")
    return fresh


def _lists(table: Iterable[Door]) -> dict[str, list[str]]:
    names = [door.name for door in table]
    return {
        "doors": _wrapped(names),
        "doors but applications": _wrapped(name for name in names if name not in APPLICATIONS),
        "doors side by side": [f'"{" | ".join(names)}",'],
    }


def _wrapped(names: Iterable[str]) -> list[str]:
    lines = [""]
    for name in names:
        quoted = f'"{name}",'
        if len(lines[-1]) + len(quoted) > WIDTH:
            lines.append("")
        lines[-1] = f"{lines[-1]} {quoted}".strip()
    return lines
