"""`Archivist` for all that is kept: PDFs, and the sealed account itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.evidence import sealing
from paraphe.adapters.trust.pades.writer.trust import ends_at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from paraphe.adapters.trust.pdf_archivist import PdfArchivist


@dataclass(frozen=True, slots=True)
class KeptArchivist:
    """Keeps `Archivist`: what begins with a brace is an account, everything else a PDF."""

    pdfs: PdfArchivist

    def reach(self) -> datetime:
        """Keep `Archivist.reach`."""
        return self.pdfs.reach()

    def reached(self, file: Path) -> datetime | None:
        """Keep `Archivist.reached`.

        Raises:
            PdfError, CadesError, TrustServiceRefusedError: the file is not what was stamped.

        """
        if not _is_account(file):
            return self.pdfs.reached(file)
        chain = sealing.newest_chain(sealing.read(file.read_bytes()), self.pdfs.roots)
        return ends_at(chain) if chain else None

    def renew(self, file: Path, now: datetime) -> None:
        """Keep `Archivist.renew`; on any failure the file is as before.

        Raises:
            TrustServiceUnavailableError, TrustServiceRefusedError: a service's answer.

        """
        if not _is_account(file):
            self.pdfs.renew(file, now)
            return
        account = sealing.read(file.read_bytes())
        file.write_bytes(sealing.renew(account, self.pdfs.trust, now, self.pdfs.roots))


def _is_account(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(1) == b"{"
