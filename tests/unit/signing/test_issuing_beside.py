"""The certificate is issued while the document is fetched; whatever fails there is told."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ConflictError, GoneError
from paraphe.ports.system import TransientError
from paraphe.usecases.signing.apply_signature import SignDocument
from tests.support.fakes import FakeFiles, FakeSigner
from tests.support.world import World

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from paraphe.domain.requests.document import Revision
    from paraphe.domain.requests.model import SignatureRequest
    from paraphe.domain.requests.recipient import Recipient
    from paraphe.ports.requests import RequestRef

FAR = 20.0  # seconds: only a run in which the two do not meet waits for this


class _Meeting:
    """Where two threads wait for each other; `met` when both were there at once."""

    def __init__(self) -> None:
        self._barrier = threading.Barrier(2)
        self.met = False

    def wait(self) -> None:
        """Wait for the other one.

        Raises:
            BrokenBarrierError: it did not come.

        """
        self._barrier.wait(FAR)
        self.met = True


class _Signer(FakeSigner):
    """Issues only once the download has begun."""

    def __init__(self, meeting: _Meeting) -> None:
        super().__init__()
        self.meeting = meeting
        self.fault: Exception | None = None
        self.issued_for: list[str] = []

    def issue(
        self, request: SignatureRequest, recipient: Recipient, command_id: str, now: datetime
    ) -> tuple[str, str, str]:
        """Keep `DocumentSigner.issue`."""
        self.meeting.wait()
        if self.fault is not None:
            raise self.fault
        self.issued_for.append(recipient.id)
        return super().issue(request, recipient, command_id, now)

    def sign(self, *args: object, **named: object) -> Revision:
        """Keep `DocumentSigner.sign`: with what was issued."""
        assert args[-1] is not None
        return super().sign(*args, **named)  # type: ignore[arg-type] # as they came


class _Files(FakeFiles):
    """Downloads only once issuing has begun."""

    meeting: _Meeting
    fault: Exception | None = None

    def fetch(self, key: str, target: Path, sha256: str) -> None:
        """Keep `Files.fetch`."""
        self.meeting.wait()
        if self.fault is not None:
            raise self.fault
        super().fetch(key, target, sha256)


class _Place:
    """A request whose only signer has accepted, and what signs it."""

    def __init__(self) -> None:
        self.world = World()
        self.ref: RequestRef = self.world.launched()
        (self.person,) = self.world.signer_ids(self.ref)
        self.world.accept(self.ref, self.person)
        self.meeting = _Meeting()
        self.files = _Files(self.world.files.uploads)
        self.files.objects = self.world.files.objects
        self.files.meeting = self.meeting
        self.signer = _Signer(self.meeting)

    def sign(self) -> SignatureRequest:
        """Sign the document."""
        request = self.world.load(self.ref)
        (command,) = request.commands
        world = self.world
        return SignDocument(world.requests, self.files, self.signer, world.workspace)(
            self.ref,
            command_id=command.id,
            document_id=request.documents[0].id,
            now=self.world.now,
        )


@pytest.fixture
def place() -> _Place:
    """A request whose only signer has accepted."""
    return _Place()


def test_the_certificate_is_issued_while_the_document_is_fetched(place: _Place) -> None:
    """Each waits until the other has begun; what was issued is what signs."""
    threads = threading.active_count()
    signed = place.sign()
    assert place.meeting.met
    assert signed.documents[0].signers == (place.person,)
    assert place.signer.issued_for == [place.person]
    assert threading.active_count() == threads


def test_a_fault_of_issuing_is_told(place: _Place) -> None:
    """A fault of issuing is told as it is, nothing is signed and no thread is left."""
    threads = threading.active_count()
    place.signer.fault = TransientError("the key service does not answer")
    with pytest.raises(TransientError, match="key service"):
        place.sign()
    assert not place.signer.made
    assert threading.active_count() == threads


@pytest.mark.parametrize("both", [False, True])
def test_a_fault_of_the_download_is_told(place: _Place, both: bool) -> None:  # noqa: FBT001
    """A fault of the download is told, alone or before issuing's, and no thread is left."""
    threads = threading.active_count()
    place.files.fault = GoneError("document_gone", "The stored file is gone.")
    if both:
        place.signer.fault = ConflictError("seal_certificate_expired", "It has expired.")
    with pytest.raises(GoneError, match="gone"):
        place.sign()
    assert not place.signer.made
    assert threading.active_count() == threads
