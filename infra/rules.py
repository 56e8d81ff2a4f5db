"""Writes into docs/RULES.md which code and which tests carry each rule.

`python -m infra.rules` writes; `--check` only tells whether something would change.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from infra.tree import ROOT, files, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

GUIDE = "docs/RULES.md"
PLANNED = "**Planned.**"
# Where a rule is decided: a reader looks there first.
DOMAIN = ("layers/core/src/paraphe/domain/",)
CODE = ("functions/", "layers/", "infra/")
TESTS = ("tests/",)
MADE = {"infra/template.yaml", "infra/workflow.asl.yaml"}  # of fragments that cite, too
ID = re.compile(r"\bP[0-9]{1,3}\b")
HEADING = re.compile(r"^### (P[0-9]+) · (.+)$", re.MULTILINE)
BEGIN, END = "<!-- generated: begin -->\n", "<!-- generated: end -->\n"
_SHORTENED = ("layers/core/src/paraphe/", "tests/")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the guide defines it.

    Attributes:
        id: how code and tests cite it.
        title: its name.
        planned: the guide says that it is not built yet.

    """

    id: str
    title: str
    planned: bool


def defined(guide: str) -> dict[str, Rule]:
    """Return the rules that the guide defines, by id."""
    sections = _sections(guide)
    return {id_: Rule(id_, title, PLANNED in body) for id_, title, body in sections}


def mentions(paths: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return the files that cite each rule, in order."""
    found: dict[str, list[str]] = {}
    for path in (path for path in paths if path not in MADE):
        for id_ in set(ID.findall(text_of(path))):
            found.setdefault(id_, []).append(path)
    return {id_: tuple(citing) for id_, citing in found.items()}


def under(paths: Iterable[str], folders: tuple[str, ...]) -> tuple[str, ...]:
    """Return the paths that lie in one of the folders."""
    return tuple(path for path in paths if path.startswith(folders))


def generated(guide: str, citing: Mapping[str, tuple[str, ...]]) -> str:
    """Return the guide with the lists that belong between the markers of each rule."""
    begins = [match.start() for match in HEADING.finditer(guide)]
    parts = [guide[: begins[0]]] if begins else [guide]
    for at, after in zip(begins, [*begins[1:], len(guide)], strict=True):
        section = guide[at:after]
        before, _, rest = section.partition(BEGIN)
        _, _, tail = rest.partition(END)
        id_ = ID.findall(section)[0]
        parts.append(before + BEGIN + _lists(citing.get(id_, ())) + END + tail)
    return "".join(parts)


def faults(guide: str, citing: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return what is wrong between the rules and those who cite them, a sentence each."""
    rules = defined(guide)
    found = [f"{id_} is no rule: {', '.join(citing[id_])}" for id_ in citing if id_ not in rules]
    for rule in rules.values():
        code = under(citing.get(rule.id, ()), CODE)
        tests = under(citing.get(rule.id, ()), TESTS)
        if rule.planned and (code or tests):
            found.append(f"{rule.id} is called planned, but {(code + tests)[0]} cites it")
        if not rule.planned and not code:
            found.append(f"{rule.id} is cited by no code")
        if not rule.planned and not tests:
            found.append(f"{rule.id} is cited by no test")
    return found


def _sections(guide: str) -> list[tuple[str, str, str]]:
    split = HEADING.split(guide)[1:]
    return list(zip(split[::3], split[1::3], split[2::3], strict=True))


def _lists(citing: tuple[str, ...]) -> str:
    if not citing:
        return ""
    code = under(citing, CODE)
    decided = under(code, DOMAIN)
    rest = tuple(path for path in code if path not in decided)
    lines = [("Decided in", decided), ("Carried by", rest), ("Tests", under(citing, TESTS))]
    return "".join(f"- {name}: {_links(paths)}\n" for name, paths in lines if paths)


def _links(paths: tuple[str, ...]) -> str:
    return " · ".join(f"[{_short(path)}](../{path})" for path in paths)


def _short(path: str) -> str:
    for prefix in _SHORTENED:
        path = path.removeprefix(prefix)
    return path


def main(arguments: list[str]) -> int:
    """Write or check; 1 when `--check` finds the guide stale."""
    stored = text_of(GUIDE)
    fresh = generated(stored, mentions(files()))
    if "--check" in arguments:
        return int(stored != fresh)
    (ROOT / GUIDE).write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
