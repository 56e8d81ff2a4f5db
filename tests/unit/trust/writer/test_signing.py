"""Signing and sealing, by independent judges; whatever fails leaves the file as it was."""

from __future__ import annotations

import hashlib
import io
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING, cast

import pikepdf
import pytest
from cryptography import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DiffResult

from paraphe.adapters.trust.authority import profiles, tsa
from paraphe.adapters.trust.pades.cms import signed_data, tsp
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateExpiredError,
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.writer import archive, check, signing, writing
from paraphe.domain.errors import InvalidError
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.domain.trust.signatures import SignatureField, SignatureLevel
from tests.support import ades
from tests.support.elsewhere import signed_elsewhere
from tests.support.judges import assert_sound
from tests.support.trust import CRL_URL, FIELDS, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once."""
    return TrustWorld()


@pytest.fixture
def prepared(world: TrustWorld) -> io.BytesIO:
    """Return a document that is ready for its first signature."""
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    return file


@pytest.mark.parametrize("object_streams", [False, True])
def test_pdfsig_and_qpdf_find_every_signature_valid(object_streams: bool) -> None:  # noqa: FBT001
    signed = TrustWorld().sign_over_days(make_pdf(object_streams=object_streams))
    assert_sound(signed, 3)


def test_a_revision_only_adds_bytes(world: TrustWorld, prepared: io.BytesIO) -> None:
    before = prepared.getvalue()
    record = world.sign(prepared, "A-signature")
    after = prepared.getvalue()
    assert after.startswith(before)
    assert record.previous_sha256 == hashlib.sha256(before).hexdigest()
    assert record.revision_sha256 == hashlib.sha256(after).hexdigest()
    assert record.revision_size == len(after)
    assert record.byte_range[2] + record.byte_range[3] == len(after)


def test_the_record_is_what_evidence_needs(world: TrustWorld, prepared: io.BytesIO) -> None:
    record = world.sign(prepared, "A-signature")
    certificate = x509.load_der_x509_certificate(record.certificate_der)
    assert record.level is SignatureLevel.B_LT
    assert record.certificate_serial == str(certificate.serial_number)
    assert record.signed_at == record.timestamp_at == world.now
    assert record.ocsp_der
    assert len(record.chain_der) == 2
    sealed = world.seal(prepared, "C-seal")
    assert sealed.level is SignatureLevel.B_LTA
    assert sealed.archive_timestamp_at == world.now
    assert sealed.revision_sha256 == hashlib.sha256(prepared.getvalue()).hexdigest()


def _contents(pdf: bytes, field: str) -> tuple[bytes, bytes]:
    """A signature's CMS, without its padding, and the bytes that it covers."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        entries = next(f.V for f in opened.Root.AcroForm.Fields if str(f.T) == field)
        contents = bytes(entries.Contents)
        a, b, c, d = (int(n) for n in cast("list[int]", entries.ByteRange))
        assert "/Reason" not in entries  # must not coexist with a commitment type
    size = 4 + int.from_bytes(contents[2:4], "big")
    return contents[:size], pdf[a : a + b] + pdf[c : c + d]


def test_openssl_accepts_the_signature_and_its_time_stamp(
    world: TrustWorld, prepared: io.BytesIO, tmp_path: Path
) -> None:
    record = world.sign(prepared, "A-signature")
    signature, covered = _contents(prepared.getvalue(), "A-signature")
    (tmp_path / "cms").write_bytes(signature)
    (tmp_path / "covered").write_bytes(covered)
    (tmp_path / "token").write_bytes(record.timestamp_token)
    (tmp_path / "roots.pem").write_bytes(world.roots_pem())
    at = ("-attime", str(int(world.now.timestamp())))
    done = subprocess.run(
        [
            *("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", tmp_path / "cms"),
            *("-content", tmp_path / "covered", "-CAfile", tmp_path / "roots.pem", *at),
            *("-purpose", "any", "-cades", "-out", tmp_path / "out"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "CAdES Verification successful" in done.stderr, done.stderr
    value = signed_data.parse_signed_data(signature).signature
    done = subprocess.run(
        [
            *("openssl", "ts", "-verify", "-token_in", "-in", tmp_path / "token"),
            *("-digest", hashlib.sha256(value).hexdigest(), *at),
            *("-CAfile", tmp_path / "roots.pem"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout, done.stderr


def test_commitments_tell_approval_from_origin(world: TrustWorld, prepared: io.BytesIO) -> None:
    world.sign(prepared, "A-signature")
    world.seal(prepared, "C-seal")
    for field, commitment in (
        ("A-signature", signed_data.PROOF_OF_APPROVAL),
        ("C-seal", signed_data.PROOF_OF_ORIGIN),
    ):
        signed = signed_data.parse_signed_data(_contents(prepared.getvalue(), field)[0])
        attribute = signed.attributes[signed_data.COMMITMENT_TYPE]
        assert attribute.children(1)[0].as_oid() == commitment


def test_xmp_and_info_are_never_rewritten(world: TrustWorld) -> None:
    broken = b"\xff\xfe<\x00x\x00 not XMP at all"

    def describe(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(broken, Type=pikepdf.Name.Metadata)
        pdf.docinfo["/Title"] = "as it was"

    file = io.BytesIO(make_pdf(describe))
    world.prepare(file)
    world.sign(file, "A-signature")
    with pikepdf.open(file) as pdf:
        assert pdf.Root.Metadata.read_bytes() == broken
        assert str(pdf.docinfo["/Title"]) == "as it was"


def test_tied_signers_sign_in_either_order(world: TrustWorld, tmp_path: Path) -> None:
    fields = [SignatureField(n) for n in ("one", "two", "three")]
    file = io.BytesIO(make_pdf())
    world.prepare(file, fields)
    for name in ("three", "one", "two"):
        world.sign(file, name)
    for said in _judge(world, file.getvalue(), tmp_path):
        assert said["locks_kept"], said
        assert said["changes"] in {"LTA_UPDATES", "FORM_FILLING", "NONE"}, said


def _judge(world: TrustWorld, pdf: bytes, folder: Path) -> list[dict[str, object]]:
    (folder / "signed.pdf").write_bytes(pdf)
    (folder / "roots.pem").write_bytes(world.roots_pem())
    return ades.verdicts(folder / "signed.pdf", folder / "roots.pem", [])


def test_an_upload_that_is_signed_keeps_its_signatures(world: TrustWorld) -> None:
    earlier = signed_elsewhere(world)
    file = io.BytesIO(earlier)
    world.prepare(file)
    world.sign(file, "A-signature")
    world.seal(file, "C-seal")
    assert file.getvalue().startswith(earlier)
    assert_sound(file.getvalue(), 3)
    file.seek(0)
    for signature in PdfFileReader(file, strict=True).embedded_regular_signatures:
        signature.compute_integrity_info()
        assert isinstance(signature.diff_result, DiffResult), signature.diff_result
        assert signature.summarise_integrity_info()["docmdp_ok"]


def test_a_field_is_signed_once(world: TrustWorld, prepared: io.BytesIO) -> None:
    world.sign(prepared, "A-signature")
    before = prepared.getvalue()
    with pytest.raises(InvalidError, match="field_already_signed"):
        world.sign(prepared, "A-signature")
    with pytest.raises(InvalidError, match="no_such_field"):
        world.sign(prepared, "nobody")
    assert prepared.getvalue() == before


def test_an_expired_certificate_never_signs(world: TrustWorld, prepared: io.BytesIO) -> None:
    credential = world.authority.issue_one_time(SignerIdentity("Zoé", "c"), world.now)
    act = signing.Act("A-signature", "Zoé", credential, world.now + timedelta(hours=1))
    before = prepared.getvalue()
    with pytest.raises(CertificateExpiredError):
        signing.sign(prepared, act, world.trust())
    assert prepared.getvalue() == before


class _FailingAfter(TrustWorld):
    """A world whose time-stamp service stops answering after some tokens."""

    answers = 0

    def exchange(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """Fail when no answer is left."""
        if body is not None:
            if not self.answers:
                raise TrustServiceUnavailableError("no answer")
            self.answers -= 1
        return super().exchange(url, body, headers)


@pytest.mark.parametrize("answers", [0, 1])
def test_a_service_that_fails_leaves_the_file_alone(answers: int) -> None:
    world = _FailingAfter()
    world.answers = 10
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    before = file.getvalue()
    world.answers = answers
    with pytest.raises(TrustServiceUnavailableError):
        world.sign(file, "A-signature")
    assert file.getvalue() == before


def test_a_seal_without_its_archive_stamp_is_no_seal() -> None:
    world = _FailingAfter()
    world.answers = 10
    file = io.BytesIO(make_pdf())
    world.prepare(file)
    before = file.getvalue()
    world.answers = 2  # the service's certificates, the seal's own stamp, then silence
    with pytest.raises(TrustServiceUnavailableError):
        world.seal(file, "C-seal")
    assert file.getvalue() == before


class _Rotten(io.BytesIO):
    """A disk that changes one byte of what is appended."""

    rotten = False

    def write(self, data: object) -> int:
        """Store with one byte changed."""
        kept = bytearray(cast("bytes", data))
        if self.rotten:
            kept[len(kept) // 3] ^= 1
        return super().write(bytes(kept))


@pytest.mark.parametrize("imprint", [b"", bytes(32)])
def test_a_token_is_verified_again_unless_it_was_for_these_bytes(
    world: TrustWorld, imprint: bytes
) -> None:
    """The self-check skips a second look at the very token that was verified, at no other."""
    token = world.trust().stamp(tsp.sha256(b"stamped"))
    check.require_token(token.der + b"\0" * 8, tsp.sha256(b"stamped"), token)
    other = world.trust().stamp(tsp.sha256(b"something else"))
    for found, digest in ((token.der, imprint), (other.der, tsp.sha256(b"stamped"))):
        with pytest.raises(TrustServiceRefusedError):
            check.require_token(found, digest, token)


def test_a_revision_that_does_not_verify_is_taken_back(world: TrustWorld) -> None:
    file = _Rotten(make_pdf())
    world.prepare(file)
    before = file.getvalue()
    file.rotten = True
    with pytest.raises(writing.SignatureCheckError):
        world.sign(file, "A-signature")
    assert file.getvalue() == before


def test_one_token_more_for_a_new_process_then_one_each(world: TrustWorld) -> None:
    file = io.BytesIO(make_pdf())
    trust = world.trust()
    world.calls.clear()
    archive.prepare(file, FIELDS, world.authority.chain, trust, world.now)
    world.sign(file, "A-signature", trust=trust)
    world.sign(file, "B-signature", trust=trust)
    assert len([c for c in world.calls if c != CRL_URL]) == 4
    assert world.calls.count(CRL_URL) == 1


def test_a_service_that_changes_its_certificate_is_followed() -> None:
    world = TrustWorld()
    trust = world.trust()
    file = io.BytesIO(make_pdf())
    archive.prepare(file, FIELDS, world.authority.chain, trust, world.now)
    old = world.tsa
    world.tsa = _successor(old, world)
    record = world.sign(file, "A-signature", trust=trust)
    inside = signed_data.parse_signed_data(record.timestamp_token).certificates
    assert world.tsa.certificate in inside
    assert old.certificate not in inside
    assert_sound(file.getvalue(), 1)


def _successor(old: tsa.TimestampAuthority, world: TrustWorld) -> tsa.TimestampAuthority:
    fresh = tsa.create(CRL_URL, world.now - timedelta(days=1))
    issuer = profiles.Issuer(old.root.subject, old.root_key)
    certificate = profiles.timestamp_certificate(
        issuer,
        fresh.certificate.subject,
        fresh.key.public_key(),
        CRL_URL,
        world.now - timedelta(days=1),
        old.root.not_valid_after_utc,
    )
    return tsa.TimestampAuthority(old.root, old.root_key, certificate, fresh.key)
