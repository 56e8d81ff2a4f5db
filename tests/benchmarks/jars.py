"""Java's signers in the race: built once by Maven, their jars those of `versus/java/jars.sha256`.

python -m tests.benchmarks.jars --lock     # after a change of pom.xml: the jars' hashes anew
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.maven_build import fingerprint, jars

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
    if not done.is_file() or done.read_text() != fingerprint(SOURCES):
        _compile()
        if jars(BUILT / "lib") != LOCK.read_text():
            raise RuntimeError(f"Jars differ from {LOCK}: python -m tests.benchmarks.jars --lock")
        done.write_text(fingerprint(SOURCES))
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


if __name__ == "__main__" and sys.argv[1:] == ["--lock"]:
    _compile()
    LOCK.write_text(jars(BUILT / "lib"))
