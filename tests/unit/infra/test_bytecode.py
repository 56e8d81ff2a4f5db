"""Layers carry bytecode that no import compares with its source."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from infra import bytecode

if TYPE_CHECKING:
    from pathlib import Path

# PEP 552: bit 0 says "hash-based", bit 1 says "check it"; the flags follow the magic number.
HASHED_UNCHECKED = 0b01


def package(folder: Path) -> Path:
    """A package of one module."""
    (folder / "rule").mkdir()
    (folder / "rule" / "__init__.py").write_text("ANSWER = 42\n")
    return folder


def answer(folder: Path) -> str:
    """What another process finds in the package."""
    program = f"import sys; sys.path.insert(0, {str(folder)!r}); import rule; print(rule.ANSWER)"
    done = subprocess.run([sys.executable, "-Ic", program], capture_output=True, check=True)
    return done.stdout.decode().strip()


def test_sourceless_packages_still_import(tmp_path: Path) -> None:
    """The bytecode stands where its source stood."""
    bytecode.compile_tree(sys.executable, package(tmp_path), sourceless=True)
    assert [path.name for path in (tmp_path / "rule").iterdir()] == ["__init__.pyc"]
    assert answer(tmp_path) == "42"


def test_bytecode_is_not_compared_with_its_source(tmp_path: Path) -> None:
    """That is the half of an import's time that layers save."""
    bytecode.compile_tree(sys.executable, package(tmp_path), sourceless=False)
    (compiled,) = (tmp_path / "rule" / "__pycache__").iterdir()
    assert int.from_bytes(compiled.read_bytes()[4:8], "little") == HASHED_UNCHECKED
    assert (tmp_path / "rule" / "__init__.py").exists()
    assert answer(tmp_path) == "42"


def test_paths_of_the_building_machine_stay_out(tmp_path: Path) -> None:
    """Tracebacks name files below the layer, wherever it was built."""
    bytecode.compile_tree(sys.executable, package(tmp_path), sourceless=True)
    assert str(tmp_path).encode() not in (tmp_path / "rule" / "__init__.pyc").read_bytes()
