"""Rules of docs/ARCHITECTURE.md that import-linter can't express."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

SOURCES = Path(__file__).resolve().parents[2] / "layers" / "core" / "src"
DOMAIN = sorted((SOURCES / "paraphe" / "domain").glob("**/*.py"))
ENGINE = sorted((SOURCES / "paraphe" / "adapters" / "trust" / "pades").glob("**/*.py"))
# All that the engine may know of the rest: values and errors, each of the standard library only.
ENGINE_VALUES = {
    "paraphe.domain.errors",
    "paraphe.domain.trust.signatures",
    "paraphe.domain.trust.verdict",
}


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
    assert ENGINE


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


@pytest.mark.parametrize("path", ENGINE, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_engine_imports_itself_and_three_modules_of_values(path: Path) -> None:
    """For type checking either: whatever is new in the product is forbidden here at once."""
    for module in imported(path):
        own = module.startswith("paraphe.adapters.trust.pades")
        assert own or module in ENGINE_VALUES or not module.startswith("paraphe"), module


def test_what_the_engine_knows_is_needed_and_knows_nothing_more() -> None:
    """The three modules are in use, and import nothing of Paraphe themselves."""
    used = {module for path in ENGINE for module in imported(path)}
    assert used >= ENGINE_VALUES
    for name in ENGINE_VALUES:
        path = SOURCES / f"{name.replace('.', '/')}.py"
        assert not any(module.startswith("paraphe") for module in imported(path)), name
