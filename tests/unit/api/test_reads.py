"""A call reads its request once, and nothing that its own commit has already given back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from api.app import operations
from tests.support.fakes.requests import FakeRequests
from tests.support.software import ROOT, Software, do_everything
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.domain.requests.decision import Decision
    from paraphe.domain.requests.model import SignatureRequest
    from paraphe.ports.requests import RequestRef

READ, WRITTEN = "read", "written"


class Watched(FakeRequests):
    """Writes down, in order, when a request is read, with its parts or without, and committed."""

    def __init__(self) -> None:
        super().__init__()
        self.trace: list[str] = []

    def load(self, ref: RequestRef) -> SignatureRequest:
        """Keep `Requests.load`; whole and bare reads come through here."""
        self.trace.append(READ)
        return super().load(ref)

    def commit(self, before: SignatureRequest | None, decision: Decision) -> SignatureRequest:
        """Keep `Requests.commit`."""
        self.trace.append(WRITTEN)
        return super().commit(before, decision)


class Watching(Software):
    """Software whose calls' reads and writes are kept: one trace for each call, by operation."""

    def __init__(self) -> None:
        self.requests = Watched()
        super().__init__(World(requests=self.requests))
        self.traces: list[tuple[str, list[str]]] = []
        handler = self.caller.handler

        def watched(event: Any, context: object) -> dict[str, Any]:  # noqa: ANN401 - the gateway's
            self.requests.trace.clear()
            answer = handler(event, context)
            operation = self.caller.observer.calls[-1].operation
            self.traces.append((operation, list(self.requests.trace)))
            return answer

        self.caller.handler = watched


@pytest.fixture(scope="module")
def traces() -> list[tuple[str, list[str]]]:
    """What every operation does, reading ones as well."""
    software = Watching()
    do_everything(software)
    request = f"{ROOT}/{next(iter(software.requests.stored)).request_id}"
    document = software.caller.call("GET", request).json["documents"][0]["id"]
    day = "2026-03-19"
    recipient = software.caller.call("GET", request).json["recipients"][0]["id"]
    for path in (
        ROOT,
        f"{request}/recipients/{recipient}",
        f"{request}/documents/{document}",
        f"{request}/documents/{document}/download",
        f"{request}/events",
        f"{request}/evidence",
        "/v1/audit_heads",
        f"/v1/audit_heads/{day}",
    ):
        assert software.caller.call("GET", path).status < 500
    export = software.caller.call("POST", f"{request}/archive_exports", {}).headers["Location"]
    for method, path in (
        ("GET", export),
        ("GET", f"{export}/download"),
        ("POST", f"{export}/retry"),
    ):
        assert software.caller.call(method, path).status < 500
    return software.traces


def test_every_operation_is_counted(traces: list[tuple[str, list[str]]]) -> None:
    """Those of requests; what is none reads none."""
    ours = {one.id for one in operations() if one.path.startswith(ROOT)}
    assert ours <= {operation for operation, _ in traces}


def test_a_request_is_read_at_most_once_in_a_call(traces: list[tuple[str, list[str]]]) -> None:
    often = {operation for operation, trace in traces if trace.count(READ) > 1}
    assert not often


def test_nothing_is_read_after_a_commit(traces: list[tuple[str, list[str]]]) -> None:
    """A commit gives the request as it is stored; also between the two commits of a code."""
    late = {operation for operation, trace in traces if READ in trace[_first_commit(trace) :]}
    assert not late
    assert ("confirm_seal", [READ, WRITTEN, WRITTEN]) in traces


def _first_commit(trace: list[str]) -> int:
    return trace.index(WRITTEN) if WRITTEN in trace else len(trace)


def test_a_draft_is_made_without_reading_whether_it_is_there() -> None:
    """The commit tells; a key that was used before is answered from what was kept."""
    software = Watching()
    body = {"title": "Lettre", "sender": {"name": "Claire Martin", "email": "c@cabinet.example"}}
    for expected in ([WRITTEN], []):
        headers = {"Idempotency-Key": "clef-1"}
        assert software.caller.call("POST", ROOT, body, headers=headers).status == 201
        assert software.traces[-1] == ("create_signature_request", expected)
