"""The days' heads in memory, and a time-stamp service that can be away."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

from paraphe.domain.errors import GoneError
from paraphe.domain.evidence.heads import Head
from paraphe.ports.evidence import KeptDay
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from tests.support.fakes.requests import FakeRequests


class FakeChainHeads:
    """Keeps `ChainHeads` on a fake store; `broken` requests can't be read, `asked` counts reads."""

    def __init__(self, requests: FakeRequests) -> None:
        self.requests = requests
        self.broken: set[RequestRef] = set()
        self.asked = 0

    def moved(self, day: date) -> Iterator[RequestRef]:
        """Keep `ChainHeads.moved`."""
        for ref, request in list(self.requests.stored.items()):
            if request.updated_at.date() == day:
                yield ref

    def heads(self, refs: Sequence[RequestRef]) -> tuple[Head, ...]:
        """Keep `ChainHeads.heads`."""
        self.asked += 1
        if self.broken & set(refs):
            raise TransientError("the table does not answer")
        found = (self.requests.stored[ref] for ref in refs if ref in self.requests.stored)
        return tuple(Head(r.id, r.audit_seq, r.audit_head, r.evidence_sha256) for r in found)


class FakeHeadFiles:
    """Keeps `HeadFiles`: `objects` by key; nothing is written twice.

    Attributes:
        crash_after: how many more writes go well; None for all of them.

    """

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.done: set[date] = set()
        self.crash_after: int | None = None

    def days(
        self, firm_id: str, since: date | None = None, limit: int | None = None
    ) -> tuple[KeptDay, ...]:
        """Keep `HeadFiles.days`."""
        folder = f"{firm_id}/heads/"
        names = sorted(k.removeprefix(folder) for k in self.objects if k.startswith(folder))
        found = [
            KeptDay(date.fromisoformat(name[:-5]), f"{name[:-5]}.tsr" in names)
            for name in names
            if name.endswith(".json") and name >= (since.isoformat() if since else "")
        ]
        return tuple(found[:limit])

    def read(self, firm_id: str, day: date, kind: str) -> bytes:
        """Keep `HeadFiles.read`."""
        found = self.objects.get(f"{firm_id}/heads/{day}.{kind}")
        if found is None:
            raise GoneError("document_gone", "The stored file is gone.")
        return found

    def store(self, firm_id: str, day: date, kind: str, content: bytes) -> bytes:
        """Keep `HeadFiles.store`."""
        if self.crash_after is not None:
            if self.crash_after == 0:
                raise TransientError("the bucket does not answer")
            self.crash_after -= 1
        return self.objects.setdefault(f"{firm_id}/heads/{day}.{kind}", content)

    def presign(self, firm_id: str, day: date, kind: str, seconds: int) -> str:
        """Keep `HeadFiles.presign`."""
        key = f"{firm_id}/heads/{day}.{kind}"
        if key not in self.objects:
            raise AssertionError("a link to nothing")
        return f"https://evidence.test/{key}?seconds={seconds}"

    def last_done(self) -> date | None:
        """Keep `HeadFiles.last_done`."""
        return max(self.done, default=None)

    def mark_done(self, day: date) -> None:
        """Keep `HeadFiles.mark_done`."""
        self.done.add(day)


class FakeStamper:
    """Keeps `Stamper`: the digest and the hour, in plain text.

    Attributes:
        outages: how many of the next calls fail, as a service that does not answer.
        at: the service's clock.

    """

    def __init__(self) -> None:
        self.outages = 0
        self.at = datetime(2026, 3, 21, 1, 10, tzinfo=UTC)

    def __call__(self, content: bytes) -> bytes:
        """Keep `Stamper`."""
        if self.outages:
            self.outages -= 1
            raise TransientError("the time-stamp service does not answer")
        return f"{hashlib.sha256(content).hexdigest()} {self.at.isoformat()}".encode()

    @staticmethod
    def judge(content: bytes, token: bytes) -> datetime:
        """Return the instant. Raises ValueError: a time-stamp of something else."""
        digest, _, at = token.decode().partition(" ")
        if digest != hashlib.sha256(content).hexdigest():
            raise ValueError("another digest was stamped")
        return datetime.fromisoformat(at)
