"""The last signature of a document is followed by a document time-stamp; the others are not."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.trust.pades.cms.errors import TrustServiceUnavailableError
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.domain.requests.recipient import Role
from paraphe.domain.trust.verdict import Kind, State
from tests.support.judges import assert_sound
from tests.support.requested import apply, party, request_of, sign_in_turn
from tests.support.trust import TSA_URL, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from paraphe.domain.requests.model import SignatureRequest
    from paraphe.domain.requests.recipient import Recipient

STAMP = b"/ETSI.RFC3161"


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Services that are made once."""
    return TrustWorld()


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """A document that nobody has signed."""
    file = tmp_path / "letter.pdf"
    file.write_bytes(make_pdf())
    return file


def _levels(request: SignatureRequest) -> list[str]:
    return [json.loads(r.record)["level"] for d in request.documents for r in d.revisions]


@pytest.mark.parametrize(
    ("parties", "levels"),
    [
        ([party(1)], ["LTA"]),
        ([party(1), party(2)], ["LT", "LTA"]),
        ([party(1, order=1), party(2, order=2)], ["LT", "LTA"]),
        ([party(1), party(2, Role.SEAL, 2)], ["LT", "LTA"]),
        ([party(1, Role.SEAL), party(2, order=2), party(3, order=2)], ["LTA", "LT", "LTA"]),
    ],
)
def test_who_comes_last_is_stamped(
    world: TrustWorld, pdf: Path, parties: Sequence[Recipient], levels: list[str]
) -> None:
    """One signer, two, parallel ones, before and after a seal: the file ends with a time-stamp."""
    request = sign_in_turn(world, parties, pdf)
    assert _levels(request) == [f"PAdES-B-{level}" for level in levels]
    signed = pdf.read_bytes()
    assert signed.count(STAMP) == 1 + levels.count("LTA")  # the first one is the preparation's
    assert signed.rindex(STAMP) > signed.rindex(b"/ETSI.CAdES.detached")
    last = request.documents[0].revisions[-1]
    assert last.size == len(signed)
    assert json.loads(last.record)["archive_timestamp_at"]
    assert_sound(signed, len(parties))
    later = verify(signed, load_roots([world.roots_pem()]), world.now + timedelta(days=5 * 365))
    assert later.state is State.VALID, later.signatures


def test_the_proof_about_the_last_signer_comes_with_the_time_stamp(
    world: TrustWorld, pdf: Path
) -> None:
    """EU DSS takes a store for a signature's only if an update after it touches the store."""
    sign_in_turn(world, [party(1), party(2)], pdf)
    signed = pdf.read_bytes()
    verdict = verify(signed, load_roots([world.roots_pem()]), world.now)
    first, last = (s for s in verdict.signatures if s.kind is Kind.SIGNATURE)
    ends = (first.revision_end, last.revision_end, len(signed))
    assert [_answers(signed[:end]) for end in ends] == [1, 1, 2]


def _answers(pdf: bytes) -> int:
    """OCSP answers in the security store."""
    document = open_document(io.BytesIO(pdf))
    store = document.dictionary(document.catalog()["DSS"], "/DSS")
    return len(document.array(store.get("OCSPs"), "/OCSPs"))


def test_each_document_has_its_own_last_signature(world: TrustWorld, tmp_path: Path) -> None:
    """A file that already has everybody else's is stamped, while another still waits."""
    files = [tmp_path / "1.pdf", tmp_path / "2.pdf"]
    for file in files:
        file.write_bytes(make_pdf())
    first, second = party(1), party(2)
    request = request_of(world, [first, second], documents=2)
    for recipient, document in ((first, 0), (second, 0), (second, 1), (first, 1)):
        request, _ = apply(world, request, recipient, files[document], document)
    assert _levels(request) == ["PAdES-B-LT", "PAdES-B-LTA"] * 2


def test_an_earlier_signature_of_somebody_else_is_no_party(world: TrustWorld, pdf: Path) -> None:
    """A document that came signed: its own signature stays valid under ours and the time-stamp."""
    sign_in_turn(world, [party(8)], pdf)
    sign_in_turn(world, [party(1), party(2)], pdf)
    assert_sound(pdf.read_bytes(), 3)


class _Shaky(TrustWorld):
    """A time-stamp service that falls asleep after some tokens."""

    answers = 9

    def exchange(self, url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        """Fail when no answer is left."""
        if url == TSA_URL:
            if not self.answers:
                raise TrustServiceUnavailableError("asleep")
            self.answers -= 1
        return super().exchange(url, body, headers)


def test_a_time_stamp_that_fails_takes_the_signature_along(pdf: Path) -> None:
    """The file is as before, not signed and unstamped: the step can run again."""
    world, (first, second) = _Shaky(), (party(1), party(2))
    request, _ = apply(world, request_of(world, [first, second]), first, pdf)
    before = pdf.read_bytes()
    world.answers = 2  # the service's certificates, the signature's own; then silence
    with pytest.raises(TrustServiceUnavailableError):
        apply(world, request, second, pdf)
    assert pdf.read_bytes() == before
    world.answers = 9
    apply(world, request, second, pdf)
    assert_sound(pdf.read_bytes(), 2)
