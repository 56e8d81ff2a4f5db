"""What the addresses in certificates would serve, for judges that look nothing up themselves."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader

from paraphe.adapters.trust.authority.publishing import publish_responder
from paraphe.domain.trust.certificate_status import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from tests.support.trust import TrustWorld


def fetched_at(world: TrustWorld, pdfs: Iterable[bytes], at: datetime, folder: Path) -> list[Path]:
    """Files of what is served at an instant: both lists, and an answer about who still lives."""
    found = {"tsa.crl": world.tsa.crl(at), "root.crl": world.root_crl(at)}
    publish_responder(world.authority, world.files, "ocsp", at)
    for number, pdf in enumerate(pdfs):
        for signature in PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures:
            certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
            said = world.responder().answer(world.ask(certificate), at)
            if said.outcome is not Outcome.UNAUTHORIZED:
                found[f"{number}-{signature.field_name}.ocsp"] = said.body
    for name, content in found.items():
        (folder / name).write_bytes(content)
    return [folder / name for name in found]
