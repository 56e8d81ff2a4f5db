"""`Archivist`: document time-stamps on files that are kept (docs/SIGNING.md)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import archive
from paraphe.adapters.trust.pades.writer.trust import ends_at

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from paraphe.adapters.trust.pades.writer.trust import Trust


@dataclass(frozen=True, slots=True)
class PdfArchivist:
    """Keeps `Archivist`.

    Attributes:
        trust: time-stamps and proof about their service.
        roots: under which time-stamps are believed.

    """

    trust: Trust
    roots: Sequence[x509.Certificate]

    def reach(self) -> datetime:
        """Keep `Archivist.reach`: asks the service, which may have a new certificate by now."""
        return ends_at(self.trust.stamp(bytes(32)).chain)

    def reached(self, file: Path) -> datetime | None:
        """Keep `Archivist.reached`.

        Raises:
            PdfError, TrustServiceRefusedError: the file is not what was stamped.

        """
        with file.open("rb") as opened:
            chain = archive.newest_chain(opened, self.roots)
        return ends_at(chain) if chain else None

    def renew(self, file: Path, now: datetime) -> None:
        """Keep `Archivist.renew`; on any failure the file is as before.

        Raises:
            TrustServiceUnavailableError, TrustServiceRefusedError: a service's answer.

        """
        with file.open("r+b") as opened:
            archive.renew(opened, self.trust, now, self.roots)
