"""What is said of sound files: who, when, level, trust; today and years later."""

from __future__ import annotations

import functools
import hashlib
import io
import itertools
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import DEFAULT_DIFF_POLICY, DiffResult, SuspiciousModification

from infra.local.journey import sample_pdf
from paraphe.adapters.trust.pades.validation import changes, own_updates
from paraphe.adapters.trust.pades.validation.file_source import Source
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.find_signatures import open_source
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, load_roots
from paraphe.adapters.trust.pades.writer import archive
from paraphe.adapters.trust.pades.writer.syntax import Ref
from paraphe.contracts.trust.verdicts import decode, encode
from paraphe.domain.trust.evidence_verdict import Verdict
from paraphe.domain.trust.signatures import SignatureField
from paraphe.domain.trust.verdict import Change, Coverage, ExitCode, Kind, Level, Problem, State
from tests.support import attacks, signed, strange_pdfs

if TYPE_CHECKING:
    from cryptography import x509

LATER = [timedelta(hours=1), timedelta(days=8), timedelta(days=200), timedelta(days=1826)]


@functools.cache
def sealed(days_apart: float) -> tuple[signed.House, list[bytes]]:
    """Two persons and the seal, signing that many days apart."""
    house = signed.house()
    return house, signed.signed(house, signers=2, days_apart=days_apart)


@pytest.mark.parametrize("days_apart", [0.0, 3.0])
@pytest.mark.parametrize("later", LATER, ids=str)
def test_time_machine(later: timedelta, days_apart: float) -> None:
    """Valid long after the one-time certificates are over, and when signers took their time."""
    house, revisions = sealed(days_apart)
    verdict = verify(revisions[-1], load_roots([house.roots_pem]), house.clock.now + later)
    assert verdict.state is State.VALID
    assert verdict.exit_code is ExitCode.VALID
    persons = [one for one in verdict.signatures if one.kind is not Kind.TIMESTAMP]
    assert [one.level for one in persons] == [Level.B_LTA] * 3
    assert [one.kind for one in persons] == [Kind.SIGNATURE, Kind.SIGNATURE, Kind.SEAL]
    assert all(one.intact and one.root and one.root.known for one in persons)
    times = [one.stamped_at for one in persons if one.stamped_at]
    assert times == [signed.BEGIN + n * timedelta(days=days_apart) for n in range(3)]


def test_unsealed_file() -> None:
    """Without the seal the signers' own material makes B-LT, a day later too."""
    house = signed.house()
    data = signed.signed(house, signers=2, sealed=False, days_apart=2)[-1]
    verdict = verify(data, load_roots([house.roots_pem]), house.clock.now + timedelta(days=1))
    assert verdict.state is State.VALID
    assert [s.level for s in verdict.signatures if s.kind is Kind.SIGNATURE] == [Level.B_LT] * 2


def test_what_is_said_of_a_signer() -> None:
    """Name, address, act, authority, time; what came later is named."""
    house, revisions = sealed(0.0)
    verdict = verify(revisions[-1], load_roots([house.roots_pem]), house.clock.now)
    stamp, first, _, seal, archive = verdict.signatures
    assert stamp.kind is archive.kind is Kind.TIMESTAMP
    assert first.signer is not None
    assert seal.signer is not None
    assert (first.signer.name, first.signer.email) == ("Signataire 0", "signer0@example.org")
    assert first.signer.serial == "cmd-0"
    assert first.stamped_at == signed.BEGIN
    assert first.changes.kind is Change.LATER_SIGNATURES
    assert first.changes.later == ("01-signature", "firm-seal", "timestamp-02")
    assert first.coverage is Coverage.REVISION
    assert archive.coverage is Coverage.FILE
    assert archive.changes.kind is Change.NOTHING
    assert (seal.signer.name, seal.signer.organization_id) == ("Cabinet Martin", "NTRFR-732829320")
    whole = Verdict.of(verdict)
    assert decode(encode(whole)) == whole


def test_unknown_trust_is_said() -> None:
    """Nobody's root given, another's root, or only one of the two: never valid, never hidden."""
    house, revisions = sealed(0.0)
    other = signed.house()
    authority, service = house.roots
    for roots in (Anchors(), load_roots([other.roots_pem]), load_roots([_pem(authority)])):
        verdict = verify(revisions[-1], roots, house.clock.now)
        assert verdict.state is State.UNKNOWN_TRUST
        assert verdict.exit_code is ExitCode.UNCERTAIN
        assert all(one.intact for one in verdict.signatures)
        assert any(Problem.NO_TRUST in one.problems for one in verdict.signatures)
    verdict = verify(revisions[-1], load_roots([], [_pem(service)]), house.clock.now)
    known = {one.kind: one.root.known for one in verdict.signatures if one.root}
    assert known == {Kind.TIMESTAMP: True, Kind.SIGNATURE: False, Kind.SEAL: False}


def test_revision_by_revision() -> None:
    """Every stored revision is a valid file of its own and a prefix of the next."""
    house, revisions = sealed(0.0)
    roots = load_roots([house.roots_pem])
    for earlier, later in itertools.pairwise(revisions):
        assert later.startswith(earlier)
    for count, revision in enumerate(revisions[:-1]):
        verdict = verify(revision, roots, house.clock.now)
        assert verdict.state is (State.VALID if count else State.UNSIGNED)
        assert all(one.state is State.VALID for one in verdict.signatures)
        assert len(verdict.signatures) == count + 1


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7", b"PK\x03\x04", bytes(2000), b"%PDF-1.7\n%%EOF\n", b"<html>"]
)
def test_not_a_pdf(data: bytes) -> None:
    """Nothing to judge ends with 3."""
    verdict = verify(data, Anchors(), signed.BEGIN)
    assert verdict.state is State.UNREADABLE
    assert verdict.exit_code is ExitCode.UNREADABLE


def test_unsigned() -> None:
    """A PDF without signatures is said to have none."""
    verdict = verify(sample_pdf(["x"]), Anchors(), signed.BEGIN)
    assert verdict.state is State.UNSIGNED
    assert verdict.exit_code is ExitCode.UNSIGNED


def test_reports() -> None:
    """An ETSI TS 119 102-2 report for each signature, when asked for."""
    house, revisions = sealed(0.0)
    roots = load_roots([house.roots_pem])
    verdict = verify(revisions[1], roots, house.clock.now, reports=True)
    report = verdict.signatures[1].report
    assert "urn:etsi:019102:mainindication:total-passed" in report
    assert "qualified" not in report.lower()


def test_short_way_says_what_the_long_way_says() -> None:
    """Our own updates are recognised, and pyHanko calls every one of them harmless too."""
    house, revisions = sealed(0.0)
    opened = open_source(Source(revisions[-1]))
    steps = own_updates.steps(opened)
    assert sorted(steps) == sorted(found.end for found in opened.signatures[:-1])
    reader = _reader(revisions[-1])
    starts = [reader.xrefs.get_startxref_for_revision(n) for n in range(6)]
    for found in opened.signatures[:-1]:
        number = starts.index(opened.revision(found.end).start)
        later = [one.field for one in opened.signatures if one.end > found.end]
        assert (
            changes.review(changes.Reviewer(reader), number, found, later).kind
            is Change.LATER_SIGNATURES
        )
    assert house.clock.now == signed.BEGIN


def _reader(data: bytes) -> PdfFileReader:
    return PdfFileReader(io.BytesIO(data), strict=True)


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.PEM)


def test_many_bookmarks() -> None:
    """A level of 400 bookmarks is deeper than pyHanko can go; the verdict is as for any other."""
    house = signed.house()
    book = strange_pdfs.write(
        strange_pdfs.objects_of(b"/Outlines 50 0 R", extra=strange_pdfs.bookmarks(400))
    )
    data = signed.signed(house, book, signers=2, sealed=False)[-1]
    added = attacks.update(data, lambda one: one.replace(Ref(450), {"Title": b"other"}))
    roots = load_roots([house.roots_pem])
    assert verify(data, roots, house.clock.now).state is State.VALID
    verdict = verify(added, roots, house.clock.now)
    assert verdict.state is State.INVALID
    assert verdict.signatures[-1].changes.kind is Change.SUSPICIOUS


def test_a_broken_store_hides_no_verdict() -> None:
    """A security store that cannot be read is an empty one, in a file read forgivingly too."""
    house, revisions = sealed(0.0)
    store = re.search(rb"(\d+ 0 obj)\n<</Type /DSS", revisions[-1])
    assert store is not None
    start, end = store.span(1)
    data = revisions[-1][:start] + b"x" * (end - start) + revisions[-1][end:] + b"\n%junk\n"
    verdict = verify(data, load_roots([house.roots_pem]), house.clock.now)
    assert verdict.state is State.INVALID
    assert len(verdict.signatures) == 5


def test_many_revisions() -> None:
    """What came after the first of many signatures, step by step: pyHanko says the same at once."""
    house = signed.house()
    file = signed.prepared(
        house, strange_pdfs.write(strange_pdfs.objects_of()), 9, seal=False, visible=False
    )
    for number in range(9):
        signed.sign(house, file, number)
    data = file.getvalue()
    reader = PdfFileReader(io.BytesIO(data), strict=True)
    first = reader.embedded_regular_signatures[0]
    args = (first.signed_revision, first.fieldmdp, first.docmdp_level)
    assert reader.xrefs.total_revisions - args[0] > 8
    stepwise = changes.Reviewer(reader).review(*args)
    at_once = DEFAULT_DIFF_POLICY.review_file(reader, *args)
    assert isinstance(stepwise, DiffResult)
    assert stepwise == at_once
    added = attacks.content(data)
    reader = PdfFileReader(io.BytesIO(added), strict=True)
    forbidden = changes.Reviewer(reader).review(*args)
    assert isinstance(forbidden, SuspiciousModification)


def test_line_end_after_the_end() -> None:
    """One line end after the last signature is nobody's change; anything else is one."""
    house, revisions = sealed(0.0)
    roots = load_roots([house.roots_pem])
    for more, state in (
        (b"\r\n", State.VALID),
        (b"\n\n", State.INVALID),
        (b" ", State.INVALID),
        (b"%", State.INVALID),
    ):
        verdict = verify(revisions[-1] + more, roots, house.clock.now)
        assert verdict.state is state, more
    assert verify(revisions[-1] + b"\n", roots, house.clock.now).signatures[-1].coverage is (
        Coverage.FILE
    )


def test_signature_field_with_widgets_of_its_own() -> None:
    """A field whose widgets are its kids is one field; its value is where the field is."""
    house = signed.house()
    form = b"/AcroForm<</Fields[50 0 R]>>"
    field = b"<</FT/Sig/T(00-signature)/Kids[51 0 R]>>"
    widget = strange_pdfs.annotation(b"Widget", b"/Parent 50 0 R/F 132", b"[9 9 90 40]")
    page = strange_pdfs.objects_of(form, b"/Annots[51 0 R]", {50: field, 51: widget})
    file = io.BytesIO(strange_pdfs.write(page))
    fields = [SignatureField("01-signature")]
    archive.prepare(file, fields, house.authority.chain, house.trust, house.clock.now)
    signed.sign(house, file, 0)
    signed.sign(house, file, 1)
    verdict = verify(file.getvalue(), load_roots([house.roots_pem]), house.clock.now)
    assert verdict.state is State.VALID
    assert len(verdict.signatures) == 3


def test_hashes_without_a_size() -> None:
    """Ed448 signs 64 bytes of SHAKE256 (RFC 8419 §2.3)."""
    _, revisions = sealed(0.0)
    source = Source(revisions[0])
    found = open_source(source).signatures[0]
    start, length = found.byte_range[2:]
    covered = source.data[: found.byte_range[1]] + source.data[start : start + length]
    assert source.digest("shake256", found) == hashlib.shake_256(covered).digest(64)
