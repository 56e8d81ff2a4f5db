"""The scheduled renewal of archive time-stamps, on what is kept: originals and evidence (P19)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from paraphe.domain.errors import ParapheError
from paraphe.domain.evidence import account, archive_renewal
from paraphe.domain.evidence.archive_renewal import Renewed
from paraphe.domain.requests import actor
from paraphe.domain.requests.actor import SHARDS
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.evidence import EvidenceFiles
from paraphe.ports.files import Files, Workspace
from paraphe.ports.requests import Found, RequestRef, Requests
from paraphe.ports.trust import Archivist
from paraphe.usecases.evidence.read_evidence import JSON, PDF
from paraphe.usecases.optimistic_commit import change

# Less than a day, so that a run of the next day finds it whatever the minute it starts in.
AGAIN = timedelta(hours=20)
# Each may hold a file of 50 MB.
AT_ONCE = 4
BATCH = 10
MOST_COUNTED = 1000


@dataclass
class Tally:
    """What one run did, for metrics and the log.

    Attributes:
        renewed: requests whose files have newer time-stamps.
        late: of these, whose certificate had ended before.
        waiting: those for which the service has no better certificate yet.
        urgent: of these, whose certificate ends within 30 days, or has ended.
        left: due, and not reached in the time there was; counted up to 1,000 in each shard.
        failed: the error codes met.

    """

    renewed: int = 0
    late: int = 0
    waiting: int = 0
    urgent: int = 0
    left: int = 0
    failed: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add what another worker did."""
        self.renewed += other.renewed
        self.late += other.late
        self.waiting += other.waiting
        self.urgent += other.urgent
        self.left += other.left
        self.failed += other.failed


@dataclass(frozen=True, slots=True)
class Ports:
    """What the renewal works with."""

    requests: Requests
    files: Files
    evidence_files: EvidenceFiles
    archivist: Archivist
    workspace: Workspace


def renew_archives(
    ports: Ports, now: datetime, has_time: Callable[[], bool], workers: int = AT_ONCE
) -> Tally:
    """Renew whatever is due, until nothing is or time is up. Safe to run twice at once.

    One request's fault never keeps the others from their turn: before it is looked at it is put off
    to the next day, also in case it ends the whole run.

    Args:
        ports: the adapters; used by several threads.
        now: the instant.
        has_time: tells whether another request may be begun.
        workers: threads; 1 for all shards in turn.

    Raises:
        TransientError: the time-stamp service does not answer; nothing was done.

    """
    tally = Tally()
    shards = [n for n in range(SHARDS) if ports.requests.renewals_due(n, now, 1)]
    if not shards:
        return tally
    reach = ports.archivist.reach()
    if workers == 1:
        for shard in shards:
            tally.add(_work(ports, shard, reach, now, has_time))
        return tally
    with ThreadPoolExecutor(workers) as pool:
        works = [pool.submit(_work, ports, n, reach, now, has_time) for n in shards]
        for work in works:
            tally.add(work.result())
    return tally


def _work(
    ports: Ports, shard: int, reach: datetime, now: datetime, has_time: Callable[[], bool]
) -> Tally:
    tally = Tally()
    try:
        while due := ports.requests.renewals_due(shard, now, BATCH):
            if not _batch(ports, due, reach, now, has_time, tally):
                break
    except Exception as error:  # noqa: BLE001 (the index does not answer: the next run asks again)
        tally.failed.append(_name(error))
    return tally


def _batch(
    ports: Ports,
    due: tuple[Found, ...],
    reach: datetime,
    now: datetime,
    has_time: Callable[[], bool],
    tally: Tally,
) -> bool:
    """Look at what is due; tells whether there is time, and anything was ours to look at."""
    mine = False
    for found in due:
        if not has_time():
            shard = actor.shard(found.ref.request_id)
            tally.left = len(ports.requests.renewals_due(shard, now, MOST_COUNTED))
            return False
        mine = _look(ports, found, reach, now, tally) or mine
    return mine


def _look(ports: Ports, found: Found, reach: datetime, now: datetime, tally: Tally) -> bool:
    try:
        if not ports.requests.claim(found, now + AGAIN):
            return False
        again = _Round(ports, ports.requests.load(found.ref), reach, now, tally).run()
        ports.requests.schedule_renewal(found.ref, again)
    except Exception as error:  # noqa: BLE001 (a broken request must not stop the others)
        tally.failed.append(error.code if isinstance(error, ParapheError) else _name(error))
    return True


def _name(error: Exception) -> str:
    return type(error).__name__


@dataclass
class _Round:
    """One request's turn.

    Attributes:
        reach: how far a time-stamp made now reaches.
        before: how far each kept file's newest time-stamp reached.
        after: how far it reaches now.

    """

    ports: Ports
    request: SignatureRequest
    reach: datetime
    now: datetime
    tally: Tally
    before: list[datetime] = field(default_factory=list)
    after: list[datetime] = field(default_factory=list)

    def run(self) -> datetime | None:
        """Renew the files that gain by it; return when to look again, None for never."""
        if self.request.proven_until is None or archive_renewal.is_over(self.request, self.now):
            return None
        documents = self._documents()
        stamped = self._evidence()
        reached = min(self.after, default=self.reach)
        if documents or stamped:
            self._point(documents, stamped, reached)
            return max(archive_renewal.due_before(self.request, reached), self.now + AGAIN)
        due = archive_renewal.due_before(self.request, reached)
        if due > self.now:
            return due  # what was due first is erased by now, or another run was here
        self.tally.waiting += 1
        self.tally.urgent += self.now >= reached - archive_renewal.URGENT
        return self.now + AGAIN

    def _point(self, documents: dict[str, Renewed], stamped: int, reached: datetime) -> None:
        late = any(end <= self.now for end in self.before)
        change(
            self.ports.requests,
            self._ref,
            lambda r: archive_renewal.renew(r, documents, stamped, reached, self.now, late=late),
        )
        self.tally.renewed += 1
        self.tally.late += late

    @property
    def _ref(self) -> RequestRef:
        return RequestRef(self.request.firm_id, self.request.id)

    def _documents(self) -> dict[str, Renewed]:
        made = {}
        for document in archive_renewal.held(self.request, self.now):
            key, sha256 = document.retained_key, document.held_sha256
            if key is None or sha256 is None:
                continue
            with self.ports.workspace() as directory:
                pdf = directory / "kept.pdf"
                self.ports.files.fetch(key, pdf, sha256)
                if self._stamp(pdf):
                    stored = self.ports.files.store_retained(self._ref, document, pdf)
                    made[document.id] = Renewed(key, stored, _sha256_of(stored))
        return made

    def _evidence(self) -> int:
        if self.request.evidence_key is None:
            return 0
        folder = self.request.evidence_key.rpartition("/")[0]
        people = account.attested(self.request)
        stamped = 0
        for name in (JSON, PDF, *(f"attestation-{person.id}.pdf" for person in people)):
            with self.ports.workspace() as directory:
                kept = directory / name
                self.ports.evidence_files.fetch(f"{folder}/{name}", kept)
                if self._stamp(kept):
                    years = archive_renewal.years_left(self.request, self.now)
                    self.ports.evidence_files.replace_file(f"{folder}/{name}", kept, years)
                    stamped += 1
        return stamped

    def _stamp(self, file: Path) -> bool:
        """Stamp a file that is due and gains by it: whose proof reaches further then."""
        ends = self.ports.archivist.reached(file)
        if ends is not None:
            self.before.append(ends)
            if ends >= self.reach or self.now < archive_renewal.due_before(self.request, ends):
                self.after.append(ends)
                return False
        self.ports.archivist.renew(file, self.now)
        self.after.append(self.reach)
        return True


def _sha256_of(key: str) -> str:
    """Read the hash off a stored document's name."""
    return key.rpartition("-")[2].removesuffix(".pdf")
