"""The executions and the signing of one document."""

import hashlib
from datetime import datetime
from pathlib import Path

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests.actor import Step
from paraphe.domain.requests.document import Document, Revision
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient
from paraphe.domain.trust.signatures import Look
from paraphe.ports.requests import RequestRef
from paraphe.ports.signing import Issued
from paraphe.ports.system import TransientError


class FakeExecutions:
    """Keeps `Executions`.

    Attributes:
        starts: every execution that was started, in order, once each.
        running: those that exist and have not stopped.
        answers: what each token was answered with.
        dead: tokens of executions that were killed or timed out.
        refuses: when true, `start` and `wake` fail like a service that does not answer.

    """

    def __init__(self) -> None:
        self.starts: list[tuple[RequestRef, int]] = []
        self.running: set[tuple[RequestRef, int]] = set()
        self.answers: dict[str, Step] = {}
        self.dead: set[str] = set()
        self.refuses = False

    def start(self, ref: RequestRef, generation: int) -> None:
        """Keep `Executions.start`."""
        if self.refuses:
            raise TransientError("the workflow service does not answer")
        if (ref, generation) not in self.starts:
            self.starts.append((ref, generation))
            self.running.add((ref, generation))

    def is_running(self, ref: RequestRef, generation: int) -> bool:
        """Keep `Executions.is_running`."""
        return (ref, generation) in self.running

    def wake(self, token: str, step: Step) -> bool:
        """Keep `Executions.wake`."""
        if self.refuses:
            raise TransientError("the workflow service does not answer")
        if token in self.answers or token in self.dead:
            return False
        self.answers[token] = step
        return True

    def stop(self, ref: RequestRef, generation: int) -> None:
        """Let an execution end, or kill it."""
        self.running.discard((ref, generation))


class FakeSigner:
    """Keeps `DocumentSigner`: a signature is a line appended to the file.

    Attributes:
        made: (recipient id, document id) of every signature, in order.
        outages: how many of the next calls fail, as a service that does not answer.
        looks: what each of them shows beside the name, likewise.
        padding: how many bytes more a signature takes.
        broken: ids of documents that cannot be signed.

    """

    def __init__(self) -> None:
        self.made: list[tuple[str, str]] = []
        self.looks: list[Look | None] = []
        self.outages = 0
        self.padding = 0
        self.broken: set[str] = set()

    def issue(
        self, request: SignatureRequest, recipient: Recipient, command_id: str, _: datetime
    ) -> tuple[str, str, str]:
        """Keep `DocumentSigner.issue`."""
        return request.id, recipient.id, command_id

    def sign(
        self,
        request: SignatureRequest,
        document: Document,
        recipient: Recipient,
        command_id: str,
        pdf: Path,
        now: datetime,
        look: Look | None = None,
        issued: Issued | None = None,
    ) -> Revision:
        """Keep `DocumentSigner.sign`."""
        assert issued in (None, (request.id, recipient.id, command_id)), "issued for another act"
        if self.outages:
            self.outages -= 1
            raise TransientError("the key service does not answer")
        if document.id in self.broken:
            raise ConflictError("document_broken", "This document cannot be signed.")
        line = f"%signed {request.id} {document.id} {recipient.slot} {recipient.id} {command_id}\n"
        with pdf.open("ab") as file:
            file.write(line.encode() + b" " * self.padding)
        content = pdf.read_bytes()
        self.made.append((recipient.id, document.id))
        self.looks.append(look)
        return Revision(
            recipient_id=recipient.id,
            command_id=command_id,
            field=f"paraphe_{recipient.slot}",
            sha256=hashlib.sha256(content).hexdigest(),
            key="",
            size=len(content),
            signed_at=now,
        )
