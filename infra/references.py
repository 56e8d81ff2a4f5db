"""Finds references to files that are not in the repository; mends those that only moved.

`python -m infra.references` lists them; `--mend` first replaces each by the one file of that name.

A reference is a relative link of a document, a document's name (`*.md`), and whatever stands in
backticks and looks like a path, a file's name, a module (`paraphe.clock`) or `python -m …`. Braces,
`*` and `…` stand for what they stand for in a shell. Keys of buckets are no paths: they begin with
none of our folders.
"""

from __future__ import annotations

import fnmatch
import functools
import re
import sys
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from infra.tree import ROOT, files, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READ = (".md", ".py", ".yaml", ".yml", ".html", ".toml", ".js", ".css", "Makefile", ".ci/run")
SUFFIXES = (".py", ".md", ".yaml", ".json", ".asl.yaml", ".toml", ".svg", ".html", ".in", ".mjs")
# Where a path may begin, beside the root and the folder of the file that names it.
BASES = ("layers/core/src/", "layers/core/src/paraphe/", "docs/", "infra/", "tests/")
# Not ours: what others write, what we make elsewhere, and names that stand for any file.
FOREIGN = {
    "evidence.json": "an evidence file",
    "report.json": "what an inspection writes into a bucket",
    "heads.json": "the heads of a day, downloaded",
    "revoked.json": "an object of the bucket `pki`",
    "commit.json": "what is chosen of a contact list, in a bucket",
    "done.json": "that a contact list is committed, in a bucket",
    "openapi.yaml": "an example in docs/LOCAL.md",
    "inbox.json": "an address of the inbox",
    "DAY.json": "stands for the heads of any day",
    "0001.json": "a page's text in a bucket",
}
MADE = ("out/", "build/", ".local/", ".cache/")  # what commands write, never committed
ELSEWHERE = re.compile(r"\.\./shared\b|\bfaq\.fr\b")
MAY_LOOK_ELSEWHERE = {".ci/run": "public PDFs to try things on, where there are some"}
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]*))?\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_DOCUMENT = re.compile(r"(?<![\w./<*…-])[\w./-]*\w\.md\b")
_TICKED = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_PATH = re.compile(r"[\w.{},*/-]+")
_MODULE = re.compile(r"(?:paraphe|infra|tests)(?:\.\w+)+")
_RUN = re.compile(r"python3? -m ((?:paraphe|infra|tests)[\w.]*)")
_BRACES = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True, order=True)
class Dangling:
    """A reference to what is not there.

    Attributes:
        file: who refers.
        line: where, from 1.
        target: to what.

    """

    file: str
    line: int
    target: str

    def __str__(self) -> str:
        """Write it as compilers do."""
        return f"{self.file}:{self.line}: {self.target}"


def dangling(paths: Iterable[str]) -> list[Dangling]:
    """Return every dangling reference in these files."""
    found = []
    for path in paths:
        if path.endswith(READ):
            for number, line in enumerate(text_of(path).splitlines(), 1):
                found += [Dangling(path, number, target) for target in missing(path, line)]
    return found


def missing(path: str, line: str) -> Iterator[str]:
    """Yield what one line of a file refers to and what is not there."""
    if path not in MAY_LOOK_ELSEWHERE:
        yield from ELSEWHERE.findall(line)
    if path.endswith(".md"):
        yield from _dead_links(path, line)
    named = set(_DOCUMENT.findall(_LINK.sub("]", line)))
    if path.endswith((".md", ".py")):
        for ticked in _TICKED.findall(line):
            named.update(_named_in(ticked))
    yield from sorted(name for name in named if not _known(path, name))
    for module in {*_modules(line), *_RUN.findall(line)}:
        if not _is_module(module):
            yield module


def mended(path: str, text: str) -> str:
    """Return a file's text with each dangling path replaced by where the one such file is."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        for target in missing(path, line):
            new = _moved(path, target)
            if new is not None:
                lines[number] = lines[number].replace(target, new)
    return "\n".join(lines)


def _dead_links(path: str, line: str) -> Iterator[str]:
    for target, anchor in _LINK.findall(line):
        if ":" in target:
            continue
        where = _joined(PurePosixPath(path).parent, target) if target else path
        if not _exists(where):
            yield target
        elif anchor and where.endswith(".md") and anchor not in _anchors(where):
            yield f"{target}#{anchor}"


@functools.cache
def _anchors(path: str) -> frozenset[str]:
    """Return the names of a document's headings, as GitHub makes them."""
    found = _HEADING.findall(text_of(path))
    plain = (re.sub(r"[^\w\s-]", "", _LINK.sub("]", heading).lower()) for heading in found)
    return frozenset(heading.replace(" ", "-") for heading in plain)


def _named_in(ticked: str) -> Iterator[str]:
    for word in re.split(r"[\s;:()]+|,(?![^{]*\})", ticked):
        if word in SUFFIXES or not _PATH.fullmatch(word):
            continue
        if word.endswith(SUFFIXES) or word.startswith(_folders()):
            yield word


def _modules(line: str) -> Iterator[str]:
    for ticked in _TICKED.findall(line):
        if _MODULE.fullmatch(ticked) and not ticked.endswith(SUFFIXES):
            yield ticked


def _known(path: str, name: str) -> bool:
    if PurePosixPath(name).name in FOREIGN or "://" in name or name.startswith(MADE):
        return True
    folder = PurePosixPath(path).parent
    for plain in _expanded(name):
        bare = "/" not in plain
        bases = (PurePosixPath(), folder, *map(PurePosixPath, BASES))
        if not any(_exists(_joined(base, plain)) for base in bases) and not (
            bare and not plain.endswith(".md") and fnmatch.filter(_names(), plain)
        ):
            return False
    return True


def _expanded(name: str) -> Iterator[str]:
    braces = _BRACES.search(name)
    if braces is None:
        yield name
        return
    for choice in braces[1].split(","):
        yield from _expanded(name[: braces.start()] + choice + name[braces.end() :])


def _exists(target: str) -> bool:
    if "*" in target:
        return bool(fnmatch.filter(files(), target + "*" * target.endswith("/")))
    return target in _everything()


def _joined(folder: PurePosixPath, target: str) -> str:
    parts: list[str] = []
    for part in (folder / target).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _is_module(name: str) -> bool:
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        where = "/".join(parts[:end])
        for base in ("", "layers/core/src/"):
            if f"{base}{where}.py" in _everything():
                return end == len(parts) or parts[end] in text_of(f"{base}{where}.py")
            if f"{base}{where}" in _everything():
                init = f"{base}{where}/__init__.py"
                return end == len(parts) or (init in files() and parts[end] in text_of(init))
    return False


def _moved(path: str, target: str) -> str | None:
    name = PurePosixPath(target).name
    found = [file for file in files() if PurePosixPath(file).name == name]
    if len(found) != 1 or not target.endswith(SUFFIXES):
        return None
    if target.startswith(".."):
        up = "../" * (len(PurePosixPath(path).parts) - 1)
        return up + found[0]
    if target.startswith("layers/"):
        return found[0]
    plain = found[0].removeprefix("layers/core/src/")
    return plain if target.startswith("paraphe/") else plain.removeprefix("paraphe/")


@functools.cache
def _everything() -> frozenset[str]:
    """Return all files, and all folders that hold some."""
    paths = set(files())
    for file in files():
        paths.update(str(folder) for folder in PurePosixPath(file).parents)
    return frozenset(paths)


@functools.cache
def _folders() -> tuple[str, ...]:
    tops = {file.split("/")[0] for file in files() if "/" in file}
    layers = {file.split("/")[4] for file in files() if file.startswith("layers/core/src/paraphe/")}
    return tuple(sorted(f"{folder}/" for folder in tops | layers))


@functools.cache
def _names() -> tuple[str, ...]:
    return tuple({PurePosixPath(file).name for file in files()})


def main(arguments: list[str]) -> int:
    """List what dangles, after mending if asked to; 1 when something does."""
    if "--mend" in arguments:
        for path in files():
            if path.endswith(READ):
                text = text_of(path)
                new = mended(path, text)
                if new != text:
                    (ROOT / path).write_text(new, encoding="utf-8")
        text_of.cache_clear()
    found = dangling(files())
    for each in found:
        print(each)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
