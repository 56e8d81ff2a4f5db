"""Renewed archive time-stamps on real files: what is added, what stays, who believes it."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from infra.local import tsa_authority
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pdf_archivist import PdfArchivist
from paraphe.domain.trust.verdict import Change, State
from tests.support.judges import assert_sound
from tests.support.requested import apply, party, request_of, sign_in_turn
from tests.support.trust import CRL_URL, TrustWorld, make_pdf

if TYPE_CHECKING:
    from pathlib import Path

LIFE = timedelta(days=300)


@pytest.fixture
def world() -> TrustWorld:
    """Services whose time-stamps are certified for 300 days only."""
    made = TrustWorld()
    made.tsa = tsa_authority.certified(made.tsa, CRL_URL, made.now, LIFE)
    return made


@pytest.fixture
def pdf(world: TrustWorld, tmp_path: Path) -> Path:
    """A file that two people have signed."""
    file = tmp_path / "letter.pdf"
    file.write_bytes(make_pdf())
    sign_in_turn(world, [party(1), party(2)], file)
    return file


def _archivist(world: TrustWorld) -> PdfArchivist:
    return PdfArchivist(world.trust(), (world.tsa.root,))


def _state(world: TrustWorld, pdf: Path, later: timedelta) -> State:
    roots = load_roots([world.roots_pem()])
    return verify(pdf.read_bytes(), roots, world.now + later).state


def test_a_renewed_file_outlives_the_first_certificate(world: TrustWorld, pdf: Path) -> None:
    """Without it the proof ends with the service's certificate; with it nothing changes."""
    before, start = pdf.read_bytes(), world.now
    archivist = _archivist(world)
    assert archivist.reached(pdf) == archivist.reach() == (start + LIFE).replace(microsecond=0)
    assert _state(world, pdf, LIFE - timedelta(days=1)) is State.VALID
    assert _state(world, pdf, LIFE + timedelta(days=1)) is not State.VALID
    world.now = start + timedelta(days=150)
    world.tsa = tsa_authority.certified(world.tsa, CRL_URL, world.now, timedelta(days=3650))
    archivist = _archivist(world)
    assert archivist.reach() > archivist.reached(pdf)  # type: ignore[operator] # there is one
    archivist.renew(pdf, world.now)
    assert archivist.reached(pdf) == archivist.reach()
    after = pdf.read_bytes()
    assert after.startswith(before)
    assert after.count(b"/ETSI.RFC3161") == before.count(b"/ETSI.RFC3161") + 1
    assert_sound(after, 2)
    assert _state(world, pdf, timedelta(0)) is State.VALID
    assert _state(world, pdf, timedelta(days=5 * 365)) is State.VALID
    roots = load_roots([world.roots_pem()])
    for one in verify(after, roots, world.now).signatures:
        assert one.changes.kind in {Change.NOTHING, Change.LATER_SIGNATURES}


def test_a_late_time_stamp_does_not_bring_the_proof_back(world: TrustWorld, pdf: Path) -> None:
    """Stamped after the first certificate's end: nothing says that what it covers is as old."""
    start = world.now
    world.now = start + LIFE + timedelta(days=1)
    world.tsa = tsa_authority.certified(world.tsa, CRL_URL, world.now, timedelta(days=3650))
    _archivist(world).renew(pdf, world.now)
    assert_sound(pdf.read_bytes(), 2)
    assert _state(world, pdf, timedelta(days=1)) is State.INDETERMINATE


def test_a_file_that_is_not_what_was_stamped_is_not_renewed(world: TrustWorld, pdf: Path) -> None:
    """It is told, instead of being stamped again as if it were whole."""
    forged = pdf.read_bytes().replace(b"0 0 595 842", b"0 0 595 142", 1)
    pdf.write_bytes(forged)
    with pytest.raises(TrustServiceError):
        _archivist(world).reached(pdf)


def test_a_signature_after_the_time_stamp_has_none_at_its_end(
    world: TrustWorld, tmp_path: Path
) -> None:
    """So the file is stamped whatever the certificate: what came last has no proof yet."""
    file = tmp_path / "partly.pdf"
    file.write_bytes(make_pdf())
    request = request_of(world, [party(1), party(2)])
    apply(world, request, party(1), file)
    archivist = _archivist(world)
    assert archivist.reached(file) is None
    archivist.renew(file, world.now)
    assert archivist.reached(file) == archivist.reach()


def test_an_outage_leaves_the_file_alone(world: TrustWorld, pdf: Path) -> None:
    """It is tried again the next day."""
    digest = hashlib.sha256(pdf.read_bytes()).hexdigest()

    def down(url: str, body: bytes | None, headers: object) -> bytes:
        raise TrustServiceUnavailableError(f"{url} {body!r} {headers!r}"[:20])

    world.exchange = down  # type: ignore[method-assign] # the outage
    archivist = _archivist(world)
    with pytest.raises(TrustServiceUnavailableError):
        archivist.renew(pdf, world.now)
    assert hashlib.sha256(pdf.read_bytes()).hexdigest() == digest
