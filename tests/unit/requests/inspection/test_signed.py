"""Uploads that are already signed: kept byte for byte, or refused when a signature fails."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator import ValidationContext

from paraphe.adapters.requests.inspection import inspect_pdf
from paraphe.domain.requests.inspection import Accepted, RefusalReason, Refused
from tests.support import freeing, signed
from tests.unit.requests.inspection import builder

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def signer() -> signers.SimpleSigner:
    """A stranger with a key and a certificate of their own making."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "Stranger")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(
            certificate.public_bytes(serialization.Encoding.DER)
        ),
        signing_key=keys.PrivateKeyInfo.load(private),
        cert_registry=ValidationContext(trust_roots=[]).certificate_registry,
    )


def sign(data: bytes, field: str, signer: signers.SimpleSigner, *, certify: int = 0) -> bytes:
    """Sign in a new revision, certifying at a level if asked."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data), strict=True)
    meta = signers.PdfSignatureMetadata(
        field_name=field,
        certify=bool(certify),
        docmdp_permissions=fields.MDPPerm(certify or 2),
    )
    out = io.BytesIO()
    signers.sign_pdf(writer, meta, signer=signer, output=out)
    return out.getvalue()


def judge(data: bytes, folder: Path) -> Accepted | Refused:
    """Inspect some bytes."""
    (folder / "upload.pdf").write_bytes(data)
    return inspect_pdf(folder / "upload.pdf", folder / "document.pdf")


def test_a_signed_file_is_kept_byte_for_byte(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """Two signatures, none of them touched."""
    data = sign(sign(builder.sound(), "One", signer), "Two", signer)
    result = judge(data, tmp_path)
    assert isinstance(result, Accepted)
    assert (result.already_signed, result.signatures, result.certified) == (True, 2, False)
    assert result.sha256 == result.original_sha256
    assert (tmp_path / "document.pdf").read_bytes() == data


@pytest.mark.parametrize("packed", [False, True])
def test_an_unused_object_freed_after_signing(
    signer: signers.SimpleSigner, tmp_path: Path, *, packed: bool
) -> None:
    """As some programs do with a later signature; what the page shows may not be freed."""
    objects = builder.SOUND | {5: b"<< /Kind /Spare >>"}
    data = sign(freeing.pack(objects) if packed else builder.write(objects), "One", signer)
    freed = freeing.update(data, {5: freeing.NEXT})
    assert isinstance(judge(freed, tmp_path), Accepted)
    assert (tmp_path / "document.pdf").read_bytes() == freed
    result = judge(freeing.update(data, {4: freeing.NEXT}), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.INVALID_SIGNATURE


@pytest.mark.parametrize("level", [2, 3])
def test_a_certified_file_that_may_be_signed(
    level: int, signer: signers.SimpleSigner, tmp_path: Path
) -> None:
    """Its author allows signatures, and that it is certified is said."""
    result = judge(sign(builder.sound(), "Author", signer, certify=level), tmp_path)
    assert isinstance(result, Accepted)
    assert result.certified


def test_a_certified_file_that_may_not(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """No changes means no signature either."""
    result = judge(sign(builder.sound(), "Author", signer, certify=1), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.CERTIFIED_NO_CHANGES


def test_a_file_that_a_signature_closes(tmp_path: Path) -> None:
    """P4: what a further signature would spoil is refused, not signed; ours lock their fields."""
    result = judge(signed.signed(signed.house())[-1], tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.CLOSED_BY_SIGNATURE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["upload.pdf"]


def test_the_copy_that_is_signed_on_trial_is_gone(tmp_path: Path) -> None:
    """Only what was accepted is left, without any signature."""
    result = judge(builder.sound(), tmp_path)
    assert isinstance(result, Accepted)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["document.pdf", "upload.pdf"]
    assert b"/ByteRange" not in (tmp_path / "document.pdf").read_bytes()


def test_a_page_changed_after_signing(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """The cryptography still holds; the file is refused all the same."""
    data = sign(builder.sound(), "One", signer)
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/MediaBox"] = ArrayObject(map(NumberObject, (0, 0, 100, 100)))
    writer.mark_update(page.container_ref)
    out = io.BytesIO()
    writer.write(out)  # type: ignore[no-untyped-call]  # pyHanko left it untyped
    result = judge(out.getvalue(), tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.INVALID_SIGNATURE


def test_a_byte_changed_after_signing(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """One letter of the text, and the digest is another."""
    data = sign(builder.sound(), "One", signer).replace(b"(Contrat)", b"(Contrit)")
    result = judge(data, tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.INVALID_SIGNATURE


def test_a_signed_file_is_not_repaired(signer: signers.SimpleSigner, tmp_path: Path) -> None:
    """Cut off at its end, it is refused: a repair would void the signature."""
    result = judge(sign(builder.sound(), "One", signer)[:-40], tmp_path)
    assert isinstance(result, Refused)
    assert result.reason == RefusalReason.DAMAGED_SIGNED


def test_a_signature_of_a_kind_that_pyhanko_leaves_out(tmp_path: Path) -> None:
    """`adbe.pkcs7.sha1` is checked too: one that does not hold refuses the file."""
    source = tmp_path / "upload.pdf"
    detached, sha1 = b"/adbe.pkcs7.detached", b"/adbe.pkcs7.sha1    "
    source.write_bytes(builder.signed().replace(detached, sha1))
    result = inspect_pdf(source, tmp_path / "document.pdf")
    assert isinstance(result, Refused)
    assert result.reason is RefusalReason.INVALID_SIGNATURE
