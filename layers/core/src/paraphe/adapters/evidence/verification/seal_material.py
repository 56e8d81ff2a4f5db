"""What is beside an evidence file's seal: nothing may be there that nobody signed (P19).

The seal's certificates, answers and lists were signed by their own issuers: each must be, and must
speak of the seal's own chain or its time-stamp's. Whatever else somebody might add would be read as
if it had been sealed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.general import extract_certificate_info

from paraphe.adapters.trust.pades.cms.signed_data import verify_with
from paraphe.adapters.trust.pades.validation import container

if TYPE_CHECKING:
    from collections.abc import Iterable

    from paraphe.adapters.evidence.verification.evidence_seal import Seal

_PSS = "1.2.840.113549.1.1.10"


class UnsealedError(Exception):
    """Something that no signature of the seal's chain covers."""


def check_material(seal: Seal) -> None:
    """Hold everything beside the seal against the signature that covers it.

    Raises:
        UnsealedError: something is not signed, or about nobody in the seal's chain.
        ValueError: a certificate cannot be read.

    """
    pool = _Pool(list(seal.all_certificates))
    for one in seal.signatures:
        pool.need(x509.load_der_x509_certificate(extract_certificate_info(one).signer_cert.dump()))
    answers = [_Answer(encoded) for encoded in seal.ocsps]
    for answer in answers:
        pool.add(answer.certificates)
    growing = True
    while growing:
        spoken = [answer.speaks(pool) for answer in answers]
        growing = pool.grow() or any(spoken)
    for number, answer in enumerate(answers, start=1):
        if not answer.spoken:
            raise UnsealedError(f"OCSP answer {number} is about nobody here, or nobody's here")
    for number, encoded in enumerate(seal.crls, start=1):
        if not pool.has_listed(encoded):
            raise UnsealedError(f"revocation list {number} is nobody's here")
    left = pool.unneeded()
    if left:
        raise UnsealedError(f"{len(left)} certificates belong to nobody here")


@dataclass(slots=True)
class _Pool:
    """Certificates that are there, and those that something here needs."""

    encoded: list[bytes]
    _all: dict[bytes, x509.Certificate] = field(init=False)
    _needed: dict[bytes, x509.Certificate] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._all = {one: x509.load_der_x509_certificate(one) for one in self.encoded}

    @property
    def needed(self) -> list[x509.Certificate]:
        """Signers, who answers for them, and the authorities above."""
        return list(self._needed.values())

    def add(self, certificates: Iterable[x509.Certificate]) -> None:
        """Certificates that come along inside an answer."""
        self._all |= {one.public_bytes(Encoding.DER): one for one in certificates}

    def need(self, certificate: x509.Certificate) -> bool:
        """Take one as needed; whether it was not yet."""
        encoded = certificate.public_bytes(Encoding.DER)
        if encoded in self._needed:
            return False
        self._needed[encoded] = certificate
        return True

    def grow(self) -> bool:
        """Take the issuers of what is needed; whether there were new ones."""
        grown = [
            self.need(one)
            for one in self._all.values()
            if any(container.is_issued(one, below) for below in self.needed)
        ]
        return any(grown)

    def signers(self) -> list[x509.Certificate]:
        """Everybody who might have signed an answer."""
        return list(self._all.values())

    def has_listed(self, encoded: bytes) -> bool:
        """Whether a list is signed by an authority that is needed."""
        listed = x509.load_der_x509_crl(encoded)
        return any(
            one.subject == listed.issuer and _is_valid_list(listed, one) for one in self.needed
        )

    def unneeded(self) -> list[x509.Certificate]:
        """What is there for nothing; a root that vouches for itself must do so truly."""
        return [
            one
            for encoded, one in self._all.items()
            if encoded not in self._needed
            or (one.subject == one.issuer and not container.is_issued(one, one))
        ]


def _is_valid_list(listed: x509.CertificateRevocationList, by: x509.Certificate) -> bool:
    try:
        return listed.is_signature_valid(by.public_key())  # type: ignore[arg-type] # raises
    except (TypeError, ValueError, UnsupportedAlgorithm):
        return False


class _Answer:
    """An OCSP answer; `spoken` once it is found to be about somebody who is needed."""

    def __init__(self, encoded: bytes) -> None:
        self._read = ocsp.load_der_ocsp_response(encoded)
        self.spoken = False

    @property
    def certificates(self) -> list[x509.Certificate]:
        return list(self._read.certificates) if self._is_successful else []

    @property
    def _is_successful(self) -> bool:
        return self._read.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL

    def speaks(self, pool: _Pool) -> bool:
        """Whether it turns out now to be somebody's who is needed; its signer is needed then."""
        if self.spoken or not self._is_successful:
            return False
        about = {one.serial_number for one in pool.needed}
        if about.isdisjoint(one.serial_number for one in self._read.responses):
            return False
        signer = next((one for one in pool.signers() if self._is_by(one)), None)
        if signer is None:
            return False
        pool.need(signer)
        self.spoken = True
        return True

    def _is_by(self, certificate: x509.Certificate) -> bool:
        digest = self._read.signature_hash_algorithm
        try:
            if digest is None:
                return False
            verify_with(
                certificate,
                self._read.signature,
                self._read.tbs_response_bytes,
                digest,
                pss=self._read.signature_algorithm_oid.dotted_string == _PSS,
            )
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
        return True
