"""`adbe.x509.rsa_sha1`: intact or not can be said; it is never valid, and never malformed."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta

import pytest
from asn1crypto import core
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.fields import register
from paraphe.adapters.trust.pades.writer.increment import Increment, Placeholder
from paraphe.adapters.trust.pades.writer.syntax import Dictionary, Name
from paraphe.domain.trust.verdict import Change, Problem, State
from tests.support import strange_pdfs

NOW = datetime(2026, 11, 2, tzinfo=UTC)


def old() -> bytes:
    """A file signed with a bare RSA signature, as Acrobat 6 could."""
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Old program")])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=400))
        .not_valid_after(NOW + timedelta(days=400))
        .sign(key, hashes.SHA256())
        .public_bytes(Encoding.DER)
    )
    plain = strange_pdfs.write(strange_pdfs.objects_of())
    increment = Increment(open_document(io.BytesIO(plain)))
    value: Dictionary = {
        "Type": Name("Sig"),
        "Filter": Name("Adobe.PPKLite"),
        "SubFilter": Name("adbe.x509.rsa_sha1"),
        "Cert": certificate,
    }
    field: Dictionary = {
        "FT": Name("Sig"),
        "T": b"Old",
        "V": increment.add(Placeholder(value, 600)),
    }
    register(increment, [increment.add(field)])
    section = increment.signed()
    signed = plain + section.head + section.tail
    made: bytes = core.OctetString(key.sign(signed, padding.PKCS1v15(), hashes.SHA1())).dump()  # noqa: S303
    room = section.reserved - 2
    return plain + section.head + b"<" + made.hex().encode().ljust(room, b"0") + b">" + section.tail


@pytest.fixture(scope="module", name="signed")
def fixture_signed() -> bytes:
    """The file."""
    return old()


def test_it_is_intact_and_weak(signed: bytes) -> None:
    """Indeterminate: SHA-1 proves nothing any more."""
    (one,) = verify(signed, Anchors(), NOW).signatures
    assert one.intact
    assert (one.state, one.changes.kind) == (State.INDETERMINATE, Change.NOTHING)
    assert one.signer is not None
    assert one.signer.name == "Old program"
    assert Problem.MALFORMED not in one.problems


def test_a_changed_byte_shows(signed: bytes) -> None:
    """Its digest is another one."""
    at = signed.index(b"/MediaBox")
    changed = signed[:at] + b"/MediaBOX" + signed[at + 9 :]
    (one,) = verify(changed, Anchors(), NOW).signatures
    assert (one.state, one.intact) == (State.INVALID, False)


def test_without_its_certificate_it_is_none(signed: bytes) -> None:
    """Nobody can say whose it is."""
    (one,) = verify(signed.replace(b"/Cert <", b"/Cerr <"), Anchors(), NOW).signatures
    assert one.state is State.INVALID
    assert one.problems == (Problem.MALFORMED,)
