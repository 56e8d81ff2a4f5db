"""Java's signers in the race: built once by Maven, their jars those of `versus/java/jars.sha256`.

python -m tests.benchmarks.jars --lock     # after a change of pom.xml: the jars' hashes anew
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

SOURCES = Path(__file__).parent / "versus" / "java"
BUILT = Path(__file__).resolve().parents[2] / ".cache" / "versus" / "java"
LOCK = SOURCES / "jars.sha256"


class UnavailableError(Exception):
    """There is no Java or no Maven, or it does not build here."""


def build() -> str:
    """Compile, and fetch what it stands on, unless that was done; return the class path.

    Raises:
        UnavailableError: it cannot be built here.
        RuntimeError: a jar is not the one that is locked.

    """
    done = BUILT / "done"
    if not done.is_file() or done.read_text() != _fingerprint():
        _compile()
        if _jars() != LOCK.read_text():
            raise RuntimeError(f"Jars differ from {LOCK}: python -m tests.benchmarks.jars --lock")
        done.write_text(_fingerprint())
    return f"{BUILT / 'classes'}:{BUILT / 'lib'}/*"


def _compile() -> None:
    for name in ("javac", "mvn"):
        if not shutil.which(name):
            raise UnavailableError(f"{name} is missing (Debian: openjdk-17-jdk-headless, maven)")
    shutil.rmtree(BUILT, ignore_errors=True)
    command = ["mvn", "--batch-mode", "--quiet", "--strict-checksums", "process-classes"]
    ran = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = (ran.stdout + ran.stderr).strip()
        raise UnavailableError(f"Maven does not build them: {said[:300]}")


def _fingerprint() -> str:
    state = hashlib.sha256()
    for file in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        state.update(str(file.relative_to(SOURCES)).encode() + b"\0" + file.read_bytes())
    return state.hexdigest()


def _jars() -> str:
    found = sorted((BUILT / "lib").glob("*.jar"))
    lines = [f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in found]
    return "".join(lines)


if __name__ == "__main__" and sys.argv[1:] == ["--lock"]:
    _compile()
    LOCK.write_text(_jars())
