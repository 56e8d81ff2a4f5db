"""`adbe.pkcs7.sha1`: intact or not can be said, more cannot."""

from __future__ import annotations

import hashlib
import io
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import register
from paraphe.adapters.trust.pades.writer.increment import Increment, Placeholder
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name
from paraphe.domain.trust.verdict import Problem, State
from tests.support import attacks, strange_pdfs

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def old() -> bytes:
    """A file signed as programs did twenty years ago."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Old program")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    plain = strange_pdfs.write(strange_pdfs.objects_of())
    increment = Increment(open_document(io.BytesIO(plain)))
    value: Dictionary = {
        "Type": Name("Sig"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("adbe.pkcs7.sha1"),
    }
    field: Dictionary = {
        "FT": Name("Sig"),
        "T": b"Old",
        "V": increment.add(Placeholder(value, 2000)),
    }
    register(increment, [increment.add(field)])
    section = increment.signed()
    digest = hashlib.sha1(plain + section.head + section.tail, usedforsecurity=False).digest()
    builder = pkcs7.PKCS7SignatureBuilder().set_data(digest)
    signed = builder.add_signer(certificate, key, hashes.SHA256()).sign(
        Encoding.DER, [pkcs7.PKCS7Options.Binary]
    )
    room = section.reserved - 2
    digits = signed.hex().upper().encode().ljust(room, b"0")
    return plain + section.head + b"<" + digits + b">" + section.tail


def test_intact(old: bytes) -> None:
    """It is not called broken, nor valid."""
    (one,) = verify(old, Anchors(), NOW).signatures
    assert one.intact
    assert one.state is State.INDETERMINATE
    assert one.problems == (Problem.WEAK,)
    assert one.signer is not None
    assert one.signer.name == "Old program"


def test_altered(old: bytes) -> None:
    """A changed byte, or an update, is seen."""
    changed = verify(old.replace(b"1000 EUR", b"9000 EUR"), Anchors(), NOW)
    assert changed.signatures[0].problems == (Problem.DIGEST, Problem.WEAK)
    assert changed.state is State.INVALID
    assert verify(attacks.content(old), Anchors(), NOW).state is State.INVALID
