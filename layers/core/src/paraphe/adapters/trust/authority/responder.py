"""The delegated OCSP responder (RFC 6960 §4.2.2.2): answers without the issuing key."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from paraphe.adapters.trust.authority import ocsp_request
from paraphe.adapters.trust.authority.chain import ISSUING, RESPONDER
from paraphe.adapters.trust.authority.profiles import end_of, whole_seconds
from paraphe.adapters.trust.pades.cms import ocsp
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.keys import hash_for
from paraphe.domain.trust.certificate_status import Outcome, StatusAnswer, refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.adapters.trust.authority.chain import Loader
    from paraphe.adapters.trust.authority.ocsp_request import Question
    from paraphe.adapters.trust.authority.revocations import RevocationStore
    from paraphe.adapters.trust.pades.cms.keys import KeySigner
    from paraphe.adapters.trust.pades.cms.ocsp import Revocation

# A validator may keep an answer for a day: so long can a revocation stay unseen by it.
ANSWER_LIFETIME = timedelta(days=1)
# How long a process keeps the certificates that it has read. Renewed a month before their end.
_KEPT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class _Certificates:
    issuing: x509.Certificate
    responder: x509.Certificate
    read_at: datetime

    def are_fresh(self, now: datetime) -> bool:
        return self.read_at <= now < min(self.read_at + _KEPT, self.responder.not_valid_after_utc)


class DelegatedResponder:
    """Keeps `StatusResponder` with a key of its own, certified by the issuing authority."""

    def __init__(
        self, load: Loader, keys: KeySigner, key_id: str, revocations: RevocationStore
    ) -> None:
        """Nothing is read before the first question.

        Args:
            load: gives the authority's published files.
            keys: holds the responder's key.
            key_id: its name there.
            revocations: read anew for each answer: a revocation counts at once.

        """
        self._load = load
        self._keys = keys
        self._key_id = key_id
        self._revocations = revocations
        self._kept: _Certificates | None = None

    def answer(self, request: bytes, now: datetime) -> StatusAnswer:
        """Keep `StatusResponder.answer`.

        Raises:
            TrustServiceUnavailableError: the responder has no valid certificate, or the ceremony
                has not been held.
            TrustServiceRefusedError: its certificate is another key's, or not the authority's.
            TransientError, ServiceRefusedError: what AWS answered.

        """
        try:
            asked = ocsp_request.read(request)
        except ocsp_request.MalformedRequestError:
            return refusal(Outcome.MALFORMED_REQUEST)
        certificates = self._certificates(now)
        revoked = self._revoked()
        until = min(now + ANSWER_LIFETIME, certificates.responder.not_valid_after_utc)
        validity = (whole_seconds(now), whole_seconds(until))
        answers = [
            _about(question, certificates.issuing, revoked, validity)
            for question in asked.questions
        ]
        if not any(answer.is_known for answer in answers):
            return refusal(Outcome.UNAUTHORIZED)
        body = self._signed(certificates.responder, validity[0], answers, asked.nonce)
        return StatusAnswer(
            body,
            Outcome.SUCCESSFUL,
            validity[0],
            min(answer.next_update for answer in answers),
            is_personal=asked.nonce is not None,
        )

    def _revoked(self) -> Mapping[int, Revocation]:
        try:
            return self._revocations.all()
        except FileNotFoundError:
            raise TrustServiceUnavailableError("the ceremony has not been held") from None

    def _signed(
        self,
        certificate: x509.Certificate,
        now: datetime,
        answers: list[ocsp.Answer],
        nonce: bytes | None,
    ) -> bytes:
        data = ocsp.response_data(ocsp.key_hash(certificate), now, answers, nonce)
        key = certificate.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey):
            raise TrustServiceRefusedError("the responder's certificate is another key's")
        algorithm = hash_for(key)
        digest = hashlib.new(algorithm.name, data).digest()
        signature = self._keys.sign_digest(self._key_id, digest)
        try:
            key.verify(signature, data, ec.ECDSA(algorithm))
        except InvalidSignature:
            message = "the responder's certificate is another key's"
            raise TrustServiceRefusedError(message) from None
        carried = (certificate.public_bytes(Encoding.DER),)
        return ocsp.successful(data, algorithm.name, signature, carried)

    def _certificates(self, now: datetime) -> _Certificates:
        if self._kept is None or not self._kept.are_fresh(now):
            self._kept = self._read(now)
        return self._kept

    def _read(self, now: datetime) -> _Certificates:
        try:
            issuing, responder = (
                x509.load_der_x509_certificate(self._load(name)) for name in (ISSUING, RESPONDER)
            )
        except FileNotFoundError:
            raise TrustServiceUnavailableError("the ceremony has not been held") from None
        require_delegated(responder, issuing)
        if not responder.not_valid_before_utc <= now < responder.not_valid_after_utc:
            raise TrustServiceUnavailableError("the responder's certificate is not valid now")
        return _Certificates(issuing, responder, now)


def require_delegated(certificate: x509.Certificate, issuing: x509.Certificate) -> None:
    """The issuing authority itself has certified this responder (RFC 6960 §4.2.2.2).

    Raises:
        TrustServiceRefusedError: it has not.

    """
    try:
        certificate.verify_directly_issued_by(issuing)
        purpose = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (InvalidSignature, TypeError, ValueError, x509.ExtensionNotFound):
        purpose = None
    if purpose is None or ExtendedKeyUsageOID.OCSP_SIGNING not in purpose.value:
        raise TrustServiceRefusedError("the responder is not the issuing authority's")


def _about(
    question: Question,
    issuing: x509.Certificate,
    revoked: Mapping[int, Revocation],
    validity: tuple[datetime, datetime],
) -> ocsp.Answer:
    """What is said about one certificate.

    "Good" is said of a certificate that lives, until its end at most: an answer that reaches
    further makes validators judge the signature at an instant at which the certificate has expired
    (ADR 8). A revocation is said whenever it is asked for.
    """
    this_update, next_update = validity
    if not _is_about(issuing, question):
        return ocsp.Answer(question.cert_id, this_update, next_update, is_known=False)
    revocation = revoked.get(question.serial)
    end = end_of(question.serial)
    if revocation is not None or end is None:
        return ocsp.Answer(question.cert_id, this_update, next_update, revocation)
    return ocsp.Answer(
        question.cert_id, this_update, min(next_update, end), is_known=this_update < end
    )


def _is_about(issuing: x509.Certificate, question: Question) -> bool:
    name = question.hash_name
    return name is not None and question.issuer == ocsp.issuer_hashes(issuing, name)
