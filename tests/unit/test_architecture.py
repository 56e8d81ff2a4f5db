"""Rules of docs/ARCHITECTURE.md that import-linter can't express."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "layers" / "core" / "src"
DOMAIN = sorted((SOURCES / "paraphe" / "domain").glob("**/*.py"))


def imported(path: Path) -> set[str]:
    """Every module that a file imports, absolute."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} has a relative import"
            found.add(node.module or "")
    return found


def test_there_are_rules_to_check() -> None:
    """The folder is where this test looks for it."""
    assert DOMAIN


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_domain_imports_only_the_standard_library_and_itself(path: Path) -> None:
    """Rules are pure: nothing that has to be installed, nothing that does I/O."""
    for module in imported(path):
        top = module.split(".")[0]
        assert top in sys.stdlib_module_names or module.startswith("paraphe.domain"), module
        assert top not in {"os", "socket", "subprocess", "urllib", "http", "pathlib"}, module


@pytest.mark.parametrize("path", DOMAIN, ids=lambda path: path.stem)
def test_domain_never_reads_the_clock(path: Path) -> None:
    """`now` is a parameter: no rule asks the machine for the time."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            clocks = {"now", "utcnow", "today", "time", "time_ns", "monotonic"}
            assert node.func.attr not in clocks, f"{path.name}:{node.lineno}"
