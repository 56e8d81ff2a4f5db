"""Certificates in a container: old ones are not altered ones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.validation import container

HASHES = {"sha1": hashes.SHA1(), "md5": hashes.MD5(), "sha256": hashes.SHA256()}  # noqa: S303


def chain(digest: str) -> list[bytes]:
    """A root and what it issued, signed by hand: the library does not sign with old hashes."""
    key = rsa.generate_private_key(65537, 2048)
    made: list[bytes] = []
    for subject, issuer in (("Root", "Root"), ("Signer", "Root")):
        certificate = (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(len(made) + 1)
            .not_valid_before(datetime(2009, 1, 1, tzinfo=UTC))
            .not_valid_after(datetime(2009, 1, 1, tzinfo=UTC) + timedelta(days=3000))
            .sign(key, hashes.SHA256())
        )
        parsed = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
        algorithm = {"algorithm": f"{digest}_rsa"}
        parsed["tbs_certificate"]["signature"] = algorithm
        parsed["signature_algorithm"] = algorithm
        body = parsed["tbs_certificate"].dump()
        parsed["signature_value"] = key.sign(body, padding.PKCS1v15(), HASHES[digest])
        made.append(parsed.dump(force=True))
    return made


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, common)])


@pytest.mark.parametrize("digest", HASHES)
def test_old_chains_are_consistent(digest: str) -> None:
    """A signature of 2009 with a SHA-1 chain is weak, which others judge; it is not malformed."""
    container.check_certificates(chain(digest))


@pytest.mark.parametrize("digest", HASHES)
def test_an_altered_certificate(digest: str) -> None:
    """Whatever its hash, a certificate whose issuer did not sign it is seen."""
    root, signer = chain(digest)
    with pytest.raises(container.ContainerError):
        container.check_certificates([root, signer.replace(b"Signer", b"Sogner")])
