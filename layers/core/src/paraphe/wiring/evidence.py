"""Adapters for evidence files and chain heads."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

import importlib.metadata
from functools import cached_property
from typing import TYPE_CHECKING

from paraphe import VERSION
from paraphe.wiring.trust import TrustServices

if TYPE_CHECKING:
    from paraphe.ports.evidence import ChainHeads, EvidenceFiles, EvidenceMaker, HeadFiles

# In the PKI bucket, DER: the certificate of the platform's seal on evidence.
EVIDENCE_SEAL = "evidence-seal.cer"


class EvidenceServices(TrustServices):
    """Adapters for evidence files and chain heads."""

    @cached_property
    def evidence_maker(self) -> EvidenceMaker:
        """What makes evidence files. Needs what `signer` needs, and EVIDENCE_SEAL_KEY_ID."""
        from cryptography import x509

        from paraphe.adapters.evidence.maker import SealingEvidenceMaker
        from paraphe.adapters.trust.authority.profiles import POLICY_ARC, POLICY_VERSION
        from paraphe.domain.evidence.account import About
        from paraphe.usecases.signing.sign_in_browser import CONSENT_VERSION

        certificate = x509.load_der_x509_certificate(self._published.read(EVIDENCE_SEAL))
        validator = f"pyHanko {importlib.metadata.version('pyhanko')}"
        software = {"name": "paraphe", "version": VERSION, "validator": validator}
        about = About(software, POLICY_ARC, POLICY_VERSION, CONSENT_VERSION)
        key_id = self.settings.evidence_seal_key_id
        return SealingEvidenceMaker(
            self._authority, self._trust, certificate, key_id, about, self._stamp_roots
        )

    @cached_property
    def evidence_files(self) -> EvidenceFiles:
        """Where evidence is kept. Needs EVIDENCE_BUCKET."""
        from paraphe.adapters.evidence.evidence_files import S3EvidenceFiles

        return S3EvidenceFiles(self._bucket(self.settings.evidence_bucket))

    @cached_property
    def chain_heads(self) -> ChainHeads:
        """Where the audit chains stand. Needs TABLE_NAME."""
        from paraphe.adapters.clients import dynamodb
        from paraphe.adapters.evidence.chain_heads import DynamoChainHeads

        return DynamoChainHeads(dynamodb(), self.settings.table_name)

    @cached_property
    def head_files(self) -> HeadFiles:
        """Where the days' heads are kept. Needs EVIDENCE_BUCKET."""
        from paraphe.adapters.evidence.head_files import S3HeadFiles

        return S3HeadFiles(self._bucket(self.settings.evidence_bucket))
