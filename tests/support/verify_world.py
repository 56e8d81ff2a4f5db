"""What the public door of verification works with: the real judge, a place in memory."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from paraphe.adapters.trust.verification.check import check
from paraphe.domain.errors import GoneError
from paraphe.ports.upload_forms import Upload
from tests.support import signed
from tests.support.services import in_memory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.services import Services

NOW = signed.BEGIN + timedelta(minutes=5)


@functools.cache
def house() -> signed.House:
    """One house for all tests."""
    return signed.house()


@functools.cache
def signed_pdf() -> bytes:
    """Two persons and the seal."""
    return signed.signed(house())[-1]


@dataclass
class VerifyWorld:
    """What the door works with: the real judge, a place in memory."""

    kept: dict[str, tuple[bytes, bytes | None]] = field(default_factory=dict)
    backs: list[str | None] = field(default_factory=list)

    def services(self) -> Services:
        """The door's services."""
        return in_memory(
            verifier=lambda pdf, evidence, now: check(pdf, evidence, [house().roots_pem], now),
            verifications=self,
            public_url="https://sign.example.org",
        )

    def uploads(
        self, verification: str, now: datetime, back: str | None = None
    ) -> Mapping[str, Upload]:
        """Return addresses."""
        self.backs.append(back)
        url = "https://uploads.example.org/"
        return {
            kind: Upload(url, {"key": f"{verification}/{kind}"}, now, 50)
            for kind in ("pdf", "evidence")
        }

    def fetch(self, verification: str) -> tuple[bytes, bytes | None]:
        """Return what was put there."""
        if verification not in self.kept:
            raise GoneError("document_gone", "This file is not kept.")
        return self.kept[verification]
