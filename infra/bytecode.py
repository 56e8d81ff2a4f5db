"""Compiles packages for Lambda's Python, whose import time bytecode halves."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

LAMBDA_PYTHON = "3.13"


def lambda_interpreter() -> str | None:
    """An interpreter of the version that Lambda runs, if this machine has one."""
    name = f"python{LAMBDA_PYTHON}"
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser() / "versions"
    managed = Path("~/.local/share/uv/python").expanduser()
    candidates = [
        os.environ.get("PARAPHE_LAMBDA_PYTHON"),
        shutil.which(name),
        *map(str, sorted(pyenv.glob(f"{LAMBDA_PYTHON}*/bin/{name}"))),
        *map(str, sorted(managed.glob(f"*/bin/{name}"))),
    ]
    for candidate in candidates:
        if candidate and _runs(candidate):
            return candidate
    return None


def _runs(interpreter: str) -> bool:
    try:
        done = subprocess.run(
            [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return False
    return done.stdout.strip() == LAMBDA_PYTHON


def compile_tree(interpreter: str, folder: Path, *, sourceless: bool) -> None:
    """Compile every module under `folder`.

    Unchecked: files in a layer don't change, so no import compares them with their source.
    Sourceless: the bytecode takes its source's place, which saves a third of a layer; tracebacks
    keep files and line numbers.

    Raises:
        CalledProcessError: a module does not compile.
    """
    where = ["-b"] if sourceless else []
    subprocess.run(
        [
            *(interpreter, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash"),
            *(*where, "-s", str(folder), str(folder)),
        ],
        check=True,
    )
    if sourceless:
        for compiled in folder.rglob("*.pyc"):
            compiled.with_suffix(".py").unlink(missing_ok=True)
