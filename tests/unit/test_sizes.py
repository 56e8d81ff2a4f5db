"""How long files and functions may be, and how often a module's name may return."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import PurePosixPath
from statistics import median, quantiles
from typing import TYPE_CHECKING

from infra.tree import files, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 350
SOURCES = {".py", ".js", ".mjs", ".css", ".html", ".yaml", ".yml", ".toml"}
# What a command writes: nobody reads it from top to bottom, and nobody edits it.
GENERATED = {
    "infra/template.yaml": "`make generate`, from infra/template/parts",
    "infra/workflow.asl.yaml": "`make generate`, from infra/template/states.yaml",
    "tests/integration/releases/0.1.0/workflow.asl.yaml": "recorded from the release",
}
# Still too long. This list may only shrink.
TOO_LONG: set[str] = set()

MEDIAN, NINETIETH = 7, 20
CODE = ("layers/", "functions/", "infra/")
# Names that Python, pytest and our packaging of functions give.
GIVEN_NAMES = {"__init__", "__main__", "handler", "conftest"}
OFTEN = 5


def _hand_written() -> list[str]:
    return [
        path for path in files() if PurePosixPath(path).suffix in SOURCES and path not in GENERATED
    ]


def _function_lengths() -> Iterator[int]:
    """The lines of each function's body, without its docstring and its blank lines."""
    for path in files():
        if not (path.startswith(CODE) and path.endswith(".py")):
            continue
        lines = text_of(path).splitlines()
        for node in ast.walk(ast.parse(text_of(path))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) is not None else node.body
                if body and node.end_lineno is not None:
                    yield sum(
                        map(bool, map(str.strip, lines[body[0].lineno - 1 : node.end_lineno]))
                    )


def test_no_file_is_too_long() -> None:
    """Exact, so that a file that was split also leaves the list."""
    assert {path for path in _hand_written() if _length(path) > LONGEST} == TOO_LONG


def _length(path: str) -> int:
    return len(text_of(path).splitlines())


def test_what_counts_as_generated_is_there_and_needs_it() -> None:
    """An exemption that nothing needs any more goes."""
    assert [path for path in GENERATED if path not in files() or _length(path) <= LONGEST] == []


def test_functions_are_short() -> None:
    """Half of them at a glance, nine of ten without scrolling."""
    lengths = list(_function_lengths())
    assert len(lengths) > 1000
    assert median(lengths) <= MEDIAN
    assert quantiles(lengths, n=10)[-1] <= NINETIETH


def test_no_module_s_name_returns_too_often() -> None:
    """Whoever looks for a file by its name has few to choose from."""
    names = Counter(PurePosixPath(path).stem for path in files() if path.endswith(".py"))
    often = {name for name, count in names.items() if count >= OFTEN}
    assert often <= GIVEN_NAMES, {name: names[name] for name in often - GIVEN_NAMES}
