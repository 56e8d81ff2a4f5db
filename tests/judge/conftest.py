"""Files of every kind, and EU DSS to judge them; skipped only where there is no Java."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.judge import eu_dss
from tests.judge.kinds import Maker, Signed

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Judge:
    """EU DSS, with a folder for what it reads."""

    folder: Path

    def ask(self, files: list[tuple[Signed, bytes, datetime]]) -> list[eu_dss.Answer]:
        """Judge bytes with the roots of a signed file, at an instant: one process for all."""
        questions = []
        for number, (signed, pdf, at) in enumerate(files):
            file, signers, stamps = (
                self.folder / f"{number}{end}" for end in (".pdf", ".signers.pem", ".stamps.pem")
            )
            file.write_bytes(pdf)
            signers.write_bytes(signed.signers)
            stamps.write_bytes(signed.stamps)
            questions.append(eu_dss.Question(file, signers, stamps, at))
        return eu_dss.ask(questions)


@pytest.fixture(scope="session")
def dss(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """EU DSS, ready to be asked; in CI its absence is a failure."""
    try:
        eu_dss.build()
    except eu_dss.UnavailableError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"EU DSS did not judge anything: {reason}")
    return Judge(tmp_path_factory.mktemp("asked"))


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Signed]:
    """A file of every kind, by name."""
    return {one.name: one for one in Maker(tmp_path_factory.mktemp("made")).all()}
