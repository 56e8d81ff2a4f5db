"""Checks the prose: documents, and the docstrings of code (docs/WRITING.md says how to write).

proselint knows the traps of English. Ours are here: sentences that are too long or hide who does
what, private words, docstrings that begin with "Give". `python -m infra.prose` lists them.
"""

from __future__ import annotations

import ast
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from proselint.checks import __register__
from proselint.config import DEFAULT
from proselint.registry import CheckRegistry
from proselint.tools import LintFile

from infra.tree import files, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES = "docs/WRITING.md"  # shows how not to write
LONGEST = 45  # words in a sentence; code in backticks is one
LONGEST_LISTED = 60  # decisions and the changelog list what was weighed and done
PASSIVES = 3  # in one sentence
# Checks of proselint that are right elsewhere.
UNFIT = {
    "typography.symbols.curly_quotes": "Markdown and code have straight quotes",
    "typography.diacritical_marks": "knows one spelling of 'resume', and means a curriculum vitae",
    "lexical_illusions": "a heading's last word may begin the text below",
}
# What only we would say; beside it, what others say.
PRIVATE = {
    r"so-manieth": "the n-th",
    r"(?:by )?whom ever": "whoever",
    r"gives? back": "return",
    r"handed back": "returned",
    r"taken for good": "accepted",
    r"in earnest": "for real",
    r"for who listens": "for screen readers",
    r"of interest to who": "say who",
    r"(?:is|are) of no interest": "does not matter",
    r"turn of the actor": "step of the execution",
    r"surroundings": "services",
    r"the court": "the validation",
    r"hears? the": "validate the",
}
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
_GENERATED = re.compile(r"<!-- generated: begin -->.*?<!-- generated: end -->", re.DOTALL)
_TICKED = re.compile(r"`[^`]*`")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_STARTS = re.compile(r"\s*(?:[-*] |\d+\. |#|\||$)")
_ENDS = re.compile(r"(?<=[.!?])[*_)”\"]*\s+(?=[A-ZÉ*_(“\"\d])")
_WORD = re.compile(r"\w[\w’'-]*")
_PASSIVE = re.compile(
    r"\b(?:is|are|was|were|be|been|being)\s+(?:\w+ly\s+|not\s+|never\s+|then\s+|also\s+)?"
    r"(?:\w+ed|\w+en|kept|sent|made|put|found|read|told|left|lost|held|built|bound|cut|drawn|known)\b"
)
_GIVE = re.compile(r"Gives?\b")


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """A place that reads badly.

    Attributes:
        file: where.
        line: from 1.
        message: what to mend.

    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """Write it as compilers do."""
        return f"{self.file}:{self.line}: {self.message}"


def of_document(path: str, text: str) -> list[Fault]:
    """Return what reads badly in a document."""
    prose = plain(text)
    listed = "/decisions/" in path or path == "CHANGELOG.md"
    longest = LONGEST_LISTED if listed else LONGEST
    found = [Fault(path, line, message) for line, message in _standard(prose)]
    for line, sentence in sentences(prose):
        words = len(_WORD.findall(sentence))
        opening = " ".join(sentence.split()[:6])
        if words > longest:
            found.append(Fault(path, line, f"{words} words in a sentence: {opening} ..."))
        if len(_PASSIVE.findall(sentence)) > PASSIVES:
            found.append(Fault(path, line, f"who does all this? {opening} ..."))
    found += [Fault(path, line, message) for line, message in _private(prose)]
    return sorted(set(found))


def of_code(path: str, text: str) -> list[Fault]:
    """Return what reads badly in the docstrings of a module."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        doc = ast.get_docstring(node)
        if doc:
            line = node.body[0].lineno
            if _GIVE.match(doc):
                found.append(Fault(path, line, 'a docstring says "Return", not "Give"'))
            found += [Fault(path, line + at - 1, message) for at, message in _private(doc)]
    return sorted(found)


def plain(text: str) -> str:
    """Return the prose of a document, line by line where it was: no code, tables' bars, links."""
    for unread in (_FENCED, _GENERATED):
        text = unread.sub(lambda found: "\n" * found[0].count("\n"), text)
    text = _TICKED.sub(lambda found: "Code" + "\n" * found[0].count("\n"), text)
    return _LINK.sub(lambda found: found[1], text)


def sentences(prose: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence with its line; list items, headings and cells are apart."""
    block: list[str] = []
    start = 1
    for number, line in enumerate([*prose.split("\n"), ""], 1):
        if _STARTS.match(line):
            yield from _split(start, "\n".join(block))
            block, start = [], number
        if line.lstrip().startswith(("|", "#")):
            for cell in line.split("|"):
                yield from _split(number, cell)
            start = number + 1
        else:
            block.append(line)


def _split(line: int, block: str) -> Iterator[tuple[int, str]]:
    at = 0
    for match in [*_ENDS.finditer(block), None]:
        sentence = block[at : match.start() if match else None]
        text = sentence.lstrip()
        if text:
            begins = at + len(sentence) - len(text)
            yield line + block[:begins].count("\n"), text
        at = match.end() if match else at


def _private(prose: str) -> Iterator[tuple[int, str]]:
    for word, better in PRIVATE.items():
        for found in re.finditer(rf"\b{word}\b", prose, re.IGNORECASE):
            line = prose.count("\n", 0, found.start()) + 1
            yield line, f'"{found[0]}" is a word of our own: {better}'


def _standard(prose: str) -> Iterator[tuple[int, str]]:
    registry = CheckRegistry()
    if not registry.checks:
        registry.register_many(__register__)
    for result in LintFile("prose", prose).lint(DEFAULT):
        name = result.check_result.check_path
        if not name.startswith(tuple(UNFIT)):
            yield result.pos[0], f"{name}: {result.check_result.message}"


def main() -> int:
    """List what reads badly; 1 when something does."""
    found: list[Fault] = []
    for path in files():
        if path == EXAMPLES:
            continue
        if path.endswith(".md"):
            found += of_document(path, text_of(path))
        elif path.endswith(".py"):
            found += of_code(path, text_of(path))
    for fault in found:
        print(fault)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
