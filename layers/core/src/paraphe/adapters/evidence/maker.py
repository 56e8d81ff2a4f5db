"""`EvidenceMaker`: the platform's seal on the account (CAdES-B-LTA) and on its pages (PAdES)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.evidence import page_layout, sealing, wording
from paraphe.adapters.evidence.signature_proofs import read_proof
from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.writer.archive import prepare
from paraphe.adapters.trust.pades.writer.signing import Act, seal
from paraphe.domain.evidence import account
from paraphe.domain.trust.signatures import SignatureField

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from cryptography import x509

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.pades.cms.credential import Credential
    from paraphe.adapters.trust.pades.writer.trust import Trust
    from paraphe.domain.evidence.account import About, FileProof
    from paraphe.domain.requests.document import Document

_FIELD = SignatureField("Evidence", is_seal=True)


@dataclass(frozen=True, slots=True)
class SealingEvidenceMaker:
    """Keeps `EvidenceMaker`.

    Attributes:
        authority: says that the seal's certificate holds.
        trust: time-stamps and proof about their service.
        certificate: of the platform's seal.
        key_id: of its key in KMS.
        about: software and policy.
        stamp_roots: under which time-stamps are believed; that of today's service when empty.

    """

    authority: CertificateAuthority
    trust: Trust
    certificate: x509.Certificate
    key_id: str
    about: About
    stamp_roots: tuple[x509.Certificate, ...] = ()
    _last: dict[datetime, Credential] = field(default_factory=dict, init=False, repr=False)

    def read(self, pdf: Path, document: Document, now: datetime) -> FileProof:
        """Keep `EvidenceMaker.read`: judged under the authority's root and the time-stamps'."""
        stamp_roots = self.stamp_roots or self.trust.chain[-1:]
        return read_proof(pdf, document, (self.authority.chain.root,), stamp_roots, now)

    def seal(self, evidence: Mapping[str, Any], now: datetime) -> tuple[bytes, str]:
        """Keep `EvidenceMaker.seal`: a detached CMS over the canonical account.

        Proof about every certificate is inside, and an archive time-stamp over all of it.

        Raises:
            CertificateExpiredError: an expired certificate never signs.

        """
        credential = self._credential(now)
        content = account.canonical(evidence)
        attributes = signed_data.signed_attributes(
            hashlib.sha256(content).digest(),
            credential.certificate,
            commitment=signed_data.PROOF_OF_ORIGIN,
            signing_time=now,
        )
        signature = credential.key.sign(attributes, ec.ECDSA(hashes.SHA256()))
        token = self.trust.stamp(tsp.sha256(signature))
        made = signed_data.assemble(
            attributes, signature, (credential.certificate,), timestamp=token.der
        )
        lasting = sealing.holding(made, credential, self.trust.material(now))
        data = sealing.written(evidence, sealing.archive(lasting, content, self.trust, now))
        return data, hashlib.sha256(data).hexdigest()

    def write(
        self, evidence: Mapping[str, Any], attached: bytes | None, target: Path, now: datetime
    ) -> datetime:
        """Keep `EvidenceMaker.write`: PAdES B-LTA under the platform's seal."""
        inside = (
            page_layout.Attached("evidence.json", attached, "application/json")
            if attached
            else None
        )
        title = wording.title_of(evidence)
        page_layout.write(target, title, wording.paragraphs(evidence), inside)
        credential = self._credential(now)
        name = _name_of(self.certificate)
        with target.open("r+b") as file:
            prepare(file, [_FIELD], self.authority.chain, self.trust, now)
            seal(file, Act(_FIELD.name, name, credential, now), self.trust)
        return self.trust.ends_at

    def _credential(self, now: datetime) -> Credential:
        """The seal with proof of its status at this instant: one for all files of a run."""
        if now not in self._last:
            self._last.clear()
            self._last[now] = self.authority.credential(self.certificate, self.key_id, now)
        return self._last[now]


def _name_of(certificate: x509.Certificate) -> str:
    from cryptography.x509.oid import NameOID  # noqa: PLC0415 - beside its only use

    names = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(names[0].value) if names else ""
