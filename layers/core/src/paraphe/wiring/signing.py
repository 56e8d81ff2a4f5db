"""Adapters for links, codes, signatures and seals."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.firms import FirmServices
from paraphe.wiring.trust import TrustServices

if TYPE_CHECKING:
    from paraphe.ports.firms import Certifier
    from paraphe.ports.signing import Codes, DocumentSigner, Links


class SigningServices(FirmServices, TrustServices):
    """Adapters for links, codes, signatures and seals."""

    @cached_property
    def certifier(self) -> Certifier:
        """What certifies members. Needs what the authority needs, and the right to make keys."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.firms.enrolment import BuiltInCertifier
        from paraphe.adapters.trust.authority.kms_keys import KmsKeys

        return BuiltInCertifier(self._authority, KmsKeys(client("kms")), self._published)

    @cached_property
    def links(self) -> Links:
        """The maker of link tokens. Needs LINK_KEY_ID."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.signing.kms_secrets import KmsLinks

        return KmsLinks(client("kms"), self.settings.link_key_id)

    @cached_property
    def codes(self) -> Codes:
        """The maker and checker of codes. Needs CODE_KEY_ID."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.signing.kms_secrets import KmsCodes

        return KmsCodes(client("kms"), self.settings.code_key_id)

    @cached_property
    def signer(self) -> DocumentSigner:
        """What makes signatures. Needs what `_authority` and `_trust` need."""
        from paraphe.adapters.trust.document_signer import PadesDocumentSigner

        return PadesDocumentSigner(self._authority, self._trust)

    @cached_property
    def sealer(self) -> DocumentSigner:
        """What makes the firms' seals.

        Needs what `signer` needs, TABLE_NAME, and DOCUMENTS_BUCKET for the firms' stamps.
        """
        from paraphe.adapters.trust.document_signer import PadesDocumentSealer
        from paraphe.adapters.trust.firm_seal import FirmSeals

        documents = self._bucket(self.settings.documents_bucket)
        seals = FirmSeals(self.firms, documents.read)
        return PadesDocumentSealer(self._authority, self._trust, seals.key_of, seals.stamp_of)
