"""A remote signing provider that speaks the Cloud Signature Consortium API, version 2.0.0.2.

A provider keeps the person's key and certificate; Paraphe sends the hash that the person has
authorised and embeds what comes back. So it takes the place of an enrolled key in KMS: `credential`
gives what `sign` needs, and its key authorises and signs one hash when it is called. What such a
signature may claim (qualified or not) the provider's certificate and policy say, never Paraphe.

No provider is contracted, so no door uses it yet. ECDSA keys on P-256 only: CMS is written for
them (`cms.assemble`), and a credential with another kind of key is refused before anybody is asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils

from paraphe.adapters.trust.authority import csc_wire
from paraphe.adapters.trust.pades.cms import tsp
from paraphe.adapters.trust.pades.cms.credential import Credential
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateEndsTooSoonError,
    CertificateExpiredError,
    TrustServiceRefusedError,
)
from paraphe.adapters.trust.pades.cms.keys import RemoteKey, digest_algorithm
from paraphe.adapters.trust.pades.cms.revocation import (
    HttpRevocationSource,
    RevocationSource,
    next_update,
    responders,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

SHA256 = "2.16.840.1.101.3.4.2.1"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
_EC_KEY = "1.2.840.10045.2.1"
_RAW_SIZE = 64  # r and s side by side, as some providers give P-256 signatures
_SEQUENCE = 0x30


class RemoteSigningProvider(Protocol):
    """What a provider must give to sign here (CSC API v2 §11)."""

    def certificates(self, credential_id: str) -> Sequence[x509.Certificate]:
        """`credentials/info`: the signer's certificate first, then its chain."""
        ...

    def authorize(
        self, credential_id: str, digests: Sequence[bytes], proof: Mapping[str, str]
    ) -> str:
        """`credentials/authorize`: bind the person's proof (a code) to exactly these hashes.

        Gives the signature activation data. One authorisation may cover a signature book's hashes
        (P22).
        """
        ...

    def sign_hashes(
        self, credential_id: str, activation: str, digests: Sequence[bytes]
    ) -> list[bytes]:
        """`signatures/signHash`: DER ECDSA signatures over authorised SHA-256 hashes, in order."""
        ...

    def credential(self, credential_id: str, proof: Mapping[str, str], now: datetime) -> Credential:
        """Everything `sign` needs, with the provider's own revocation answers.

        Raises:
            CertificateExpiredError: the person must enrol again with the provider.
            TrustServiceUnavailableError: try again later.
            TrustServiceRefusedError: disabled, revoked, of another kind, or not the roots'.

        """
        ...


@dataclass(frozen=True, slots=True)
class CscProvider:
    """A `RemoteSigningProvider` over HTTP.

    Attributes:
        wire: its API and our access to it.
        roots: the anchors that its certificates must lead to.
        revocations: proof about its certificates.

    """

    wire: csc_wire.CscWire
    roots: Sequence[x509.Certificate]
    revocations: RevocationSource = field(default_factory=HttpRevocationSource)

    def certificates(self, credential_id: str) -> Sequence[x509.Certificate]:
        """The signer's certificate and its chain, from a credential that may sign here."""
        asked = {"credentialID": credential_id, "certificates": "chain", "certInfo": False}
        answer = self.wire.call("credentials/info", {**asked, "authInfo": False})
        key, cert = csc_wire.part(answer, "key", dict), csc_wire.part(answer, "cert", dict)
        _require(key.get("status") == "enabled", "the provider has disabled this credential")
        _require(cert.get("status", "valid") == "valid", "the provider's certificate is not valid")
        algorithms = csc_wire.part(key, "algo", list)
        _require(
            _EC_KEY in algorithms or ECDSA_SHA256 in algorithms,
            "only credentials that sign ECDSA with SHA-256 sign here",
        )
        found = [_certificate(text) for text in csc_wire.part(cert, "certificates", list)]
        _require(bool(found), "the provider gave no certificate")
        _require(_is_p256(found[0]), "only ECDSA keys on P-256 sign here, RSA does not")
        return found

    def authorize(
        self, credential_id: str, digests: Sequence[bytes], proof: Mapping[str, str]
    ) -> str:
        """Bind the person's proof to exactly these SHA-256 hashes; return the activation data."""
        asked = {
            "credentialID": credential_id,
            "numSignatures": len(digests),
            "hashes": [csc_wire.encode(digest) for digest in digests],
            "hashAlgorithmOID": SHA256,
            "authData": [{"id": name, "value": value} for name, value in proof.items()],
        }
        return str(csc_wire.part(self.wire.call("credentials/authorize", asked), "SAD", str))

    def sign_hashes(
        self, credential_id: str, activation: str, digests: Sequence[bytes]
    ) -> list[bytes]:
        """As many signatures as hashes, or none."""
        asked = {
            "credentialID": credential_id,
            "SAD": activation,
            "hashes": [csc_wire.encode(digest) for digest in digests],
            "hashAlgorithmOID": SHA256,
            "signAlgo": ECDSA_SHA256,
            "operationMode": "S",
        }
        answer = self.wire.call("signatures/signHash", asked)
        made = csc_wire.part(answer, "signatures", list)
        _require(len(made) == len(digests), "the provider gave another number of signatures")
        return [_der_signature(csc_wire.decode(text)) for text in made]

    def credential(self, credential_id: str, proof: Mapping[str, str], now: datetime) -> Credential:
        """Certificate, chain, proof, and a key whose one use asks the provider (see the port)."""
        act = replace(self, wire=self.wire.signed_in())
        leaf, *others = act.certificates(credential_id)
        if not leaf.not_valid_before_utc <= now < leaf.not_valid_after_utc:
            message = f"certificate {leaf.serial_number} is not valid at this instant"
            raise CertificateExpiredError(message)
        chain = tsp.find_chain(leaf, others, self.roots, now)
        _require(len(chain) > 1, "the provider's certificate is itself a root")
        about_leaf = self.revocations.proof_for(chain[:2], now)
        if next_update(about_leaf) > leaf.not_valid_after_utc:
            message = f"certificate {leaf.serial_number} ends before the proof of its status does"
            raise CertificateEndsTooSoonError(message)
        brought = [c for answer in about_leaf.ocsps for c in responders(answer, chain[1])]
        found = about_leaf + self.revocations.proof_for(chain[1:], now)
        key = RemoteKey(_Activated(act, leaf, proof), credential_id)
        return Credential(leaf, chain[1:], key, found.ocsps, found.crls, tuple(brought))


@dataclass(frozen=True, slots=True)
class _Activated:
    """A `KeySigner` with the person's proof in hand: authorises and signs one hash per call."""

    provider: CscProvider
    certificate: x509.Certificate
    proof: Mapping[str, str]

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """The certificate's."""
        _ = key_id
        return _public(self.certificate)

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """The provider's signature, believed only when it verifies."""
        activation = self.provider.authorize(key_id, [digest], self.proof)
        signature = self.provider.sign_hashes(key_id, activation, [digest])[0]
        try:
            scheme = ec.ECDSA(utils.Prehashed(digest_algorithm(digest)))
            _public(self.certificate).verify(signature, digest, scheme)
        except InvalidSignature:
            message = "the provider's signature is not its certificate's"
            raise TrustServiceRefusedError(message) from None
        return signature


def _certificate(text: object) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(csc_wire.decode(text))
    except ValueError as error:
        message = "the provider's certificate cannot be read"
        raise TrustServiceRefusedError(message) from error


def _is_p256(certificate: x509.Certificate) -> bool:
    key = certificate.public_key()
    return isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)


def _public(certificate: x509.Certificate) -> ec.EllipticCurvePublicKey:
    key = certificate.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        message = "only ECDSA keys on P-256 sign here, RSA does not"
        raise TrustServiceRefusedError(message)
    return key


def _der_signature(signature: bytes) -> bytes:
    """As it is in CMS (RFC 5753 §7.2), whether the provider gave DER or r and s side by side."""
    is_der = signature[:2] == bytes((_SEQUENCE, len(signature) - 2))
    if is_der or len(signature) != _RAW_SIZE:
        return signature
    half = _RAW_SIZE // 2
    return utils.encode_dss_signature(
        int.from_bytes(signature[:half]), int.from_bytes(signature[half:])
    )


def _require(held: bool, otherwise: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not held:
        raise TrustServiceRefusedError(otherwise)
