"""A firm's seal, as its settings say: certificate, key, and the stamp that it shows (P21)."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from cryptography import x509

from paraphe.adapters.trust.document_signer import SealKey
from paraphe.domain.errors import ConflictError, NotFoundError
from paraphe.domain.signing import visible_marks

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.trust.signatures import Raster
    from paraphe.ports.firms import Firms


class FirmSeals:
    """The seals of all firms.

    Args:
        firms: where firms' settings are kept.
        read: reads an object of the documents bucket, None when it is gone or too large.

    """

    def __init__(self, firms: Firms, read: Callable[[str, int], bytes | None]) -> None:
        self._firms = firms
        self._read = read

    def key_of(self, firm_id: str) -> SealKey:
        """Return a firm's seal.

        Raises:
            NotFoundError: `firm_not_found`, `no_seal`.

        """
        firm = self._firms.firm(firm_id)
        if firm.seal_certificate is None or firm.seal_key_id is None:
            raise NotFoundError("no_seal", "This firm has no seal.")
        certificate = x509.load_pem_x509_certificate(firm.seal_certificate.encode())
        return SealKey(certificate, firm.seal_key_id)

    def stamp_of(self, firm_id: str) -> Raster | None:
        """Return the picture that a firm's seal shows, or None.

        Raises:
            NotFoundError: `firm_not_found`.
            ConflictError: `hash_mismatch`.

        """
        firm = self._firms.firm(firm_id)
        if firm.seal_stamp_key is None:
            return None
        content = self._read(firm.seal_stamp_key, visible_marks.MAX_BYTES) or b""
        if hashlib.sha256(content).hexdigest() != firm.seal_stamp_sha256:
            raise ConflictError("hash_mismatch", "The stored stamp is not the one written down.")
        return visible_marks.raster_of(content)
