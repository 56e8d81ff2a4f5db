"""EU DSS, an independent validator, out of process: built once by Maven, then asked many files.

    python -m tests.judge.eu_dss --lock     # after a change of pom.xml: the jars' hashes anew

It judges offline, by its own default policy: what a file does not bring is missing. The jars are
those of `dss/jars.sha256`, whatever a repository serves.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.support.maven_build import fingerprint, jars
from tests.support.tools import tool

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SOURCES = Path(__file__).parent / "dss"
BUILT = Path(__file__).resolve().parents[2] / ".cache" / "judge"
LOCK = SOURCES / "jars.sha256"
_OLDEST_JAVA = 17
_MOST_SECONDS = 900
# What Maven says when it was not let at a package, in contrast to an error in what we wrote.
_UNREACHED = re.compile(r"[Cc]ould not (?:be resolved|transfer|find|resolve)")


class UnavailableError(Exception):
    """Java is too old here, or Maven cannot have the packages."""


@dataclass(frozen=True, slots=True)
class Question:
    """A file to judge.

    Attributes:
        file: a PDF, or a CMS in DER.
        signatures: PEM file of roots that vouch for signers and seals.
        timestamps: PEM file of roots that vouch for time-stamps.
        at: the instant of validation.
        content: what a detached CMS is about.

    """

    file: Path
    signatures: Path
    timestamps: Path
    at: datetime
    content: Path | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What DSS says of one signature or time-stamp.

    Attributes:
        kind: PAdES or CAdES level, or which kind of time-stamp.
        field: its form field, if it is in one of its own.
        verdict: indication, with the sub-indication if there is one.
        purpose: whether its certificate leads to a root that was given for this purpose.
        errors: in words.
        warnings: in words.
        changes: paths of objects that differ in the last revision, by what DSS takes it for.

    """

    kind: str
    field: str | None
    verdict: str
    purpose: bool
    errors: tuple[str, ...]
    warnings: tuple[str, ...]
    changes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What DSS says of one file; `error` when it could not be read at all."""

    signatures: tuple[Finding, ...]
    timestamps: tuple[Finding, ...]
    error: str | None


def build() -> None:
    """Compile the judge and fetch what it stands on, unless that was done.

    Raises:
        MissingToolError: no Java or no Maven.
        UnavailableError: Java is too old, or Maven cannot have the packages.
        RuntimeError: it does not compile, or a jar is not the one that is locked.

    """
    done = BUILT / "done"
    if done.is_file() and done.read_text() == fingerprint(SOURCES):
        return
    _compile()
    if jars(BUILT / "lib") != LOCK.read_text():
        raise RuntimeError(f"Jars differ from {LOCK.name}: python -m tests.judge.eu_dss --lock")
    done.write_text(fingerprint(SOURCES))


def ask(questions: Sequence[Question]) -> list[Answer]:
    """One answer for each file, from one Java process."""
    asked = [
        {
            "file": str(one.file),
            "content": None if one.content is None else str(one.content),
            "signatures": [str(one.signatures)],
            "timestamps": [str(one.timestamps)],
            "at": one.at.isoformat().replace("+00:00", "Z"),
        }
        for one in questions
    ]
    ran = subprocess.run(
        [
            *(tool("java"), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx1g"),
            *("-Djava.awt.headless=true", "-cp", f"{BUILT / 'classes'}:{BUILT / 'lib'}/*"),
            "org.paraphe.judge.Judge",
        ],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        timeout=_MOST_SECONDS,
    )
    if ran.returncode:
        raise RuntimeError(ran.stderr)
    return [
        Answer(
            tuple(_finding(found, found["format"]) for found in one["signatures"]),
            tuple(_finding(found, found["kind"]) for found in one["timestamps"]),
            one.get("error"),
        )
        for one in json.loads(ran.stdout)
    ]


def _compile() -> None:
    _require_java()
    maven = tool("mvn")
    shutil.rmtree(BUILT, ignore_errors=True)
    command = [maven, "--batch-mode", "--quiet", "--strict-checksums", "process-classes"]
    ran = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    if ran.returncode:
        said = (ran.stdout + ran.stderr).strip()
        if _UNREACHED.search(said):
            raise UnavailableError(f"Maven cannot have the packages: {said.splitlines()[0][:300]}")
        raise RuntimeError(said)


def _finding(found: dict[str, Any], kind: str) -> Finding:
    verdict = ":".join(filter(None, (found["indication"], found.get("subIndication"))))
    return Finding(
        kind,
        found.get("field"),
        verdict,
        found["purpose"],
        tuple(found["errors"]),
        tuple(found["warnings"]),
        found.get("changes") or {},
    )


def _require_java() -> None:
    ran = subprocess.run([tool("javac"), "-version"], capture_output=True, text=True, check=True)
    found = re.search(r"javac (\d+)", ran.stdout + ran.stderr)
    if found is None or int(found[1]) < _OLDEST_JAVA:
        raise UnavailableError(f"Java {_OLDEST_JAVA} or newer is needed, not {ran.stdout.strip()}")


if __name__ == "__main__" and sys.argv[1:] == ["--lock"]:
    _compile()
    LOCK.write_text(jars(BUILT / "lib"))
