"""Work off archive exports: each attempt is taken by one run, and none is lost (P18)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.delivery import archive_exports as rules
from paraphe.domain.delivery.archive_exports import ArchiveExport, ExportFault
from paraphe.domain.errors import ParapheError, RaceLostError
from paraphe.ports.archive_exports import ArchiveExports, ExportRef, Packages
from paraphe.ports.evidence import EvidenceFiles
from paraphe.ports.files import Files, Workspace
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import TransientError
from paraphe.usecases.delivery.make_package import MakePackage

_FOUND = 10


@dataclass(frozen=True, slots=True)
class Exported:
    """What a run did: packages made, attempts put off, exports that failed, what broke."""

    done: int = 0
    postponed: int = 0
    failed: int = 0
    faults: tuple[Exception, ...] = ()

    def __add__(self, other: "Exported") -> "Exported":
        """Add up."""
        return Exported(
            self.done + other.done,
            self.postponed + other.postponed,
            self.failed + other.failed,
            self.faults + other.faults,
        )


@dataclass(frozen=True, slots=True)
class ExportArchives:
    """Makes the packages that are due."""

    requests: Requests
    files: Files
    evidence_files: EvidenceFiles
    archive_exports: ArchiveExports
    packages: Packages
    workspace: Workspace

    def __call__(self, now: Callable[[], datetime], time_left: Callable[[], bool]) -> Exported:
        """Make what is due, most overdue first, while there is time."""
        total = Exported()
        seen: set[ExportRef] = set()
        while True:
            due = [r for r in self.archive_exports.due(now(), _FOUND) if r not in seen]
            if not due:
                return total
            for ref in due:
                if not time_left():
                    return total
                seen.add(ref)
                total += self._one(ref, now)

    def _one(self, ref: ExportRef, now: Callable[[], datetime]) -> Exported:
        """Make one attempt, if no other run has taken it."""
        export = self.archive_exports.find(ref)
        if export is None or export.due_at is None or export.due_at > now():
            return Exported()
        taken = rules.begun(export, now())
        try:
            self.archive_exports.save(taken, replaces=export.version)
            return self._attempt(taken, now)
        except RaceLostError:
            return Exported()

    def _attempt(self, taken: ArchiveExport, now: Callable[[], datetime]) -> Exported:
        try:
            fault, broken = self._make(taken, now)
        except TransientError:
            fault, broken = ExportFault.UNAVAILABLE, None
        except RaceLostError:
            raise
        except Exception as error:  # noqa: BLE001 (all kinds: one export keeps no other waiting)
            fault, broken = ExportFault.INTERRUPTED, error
        if fault is None:
            return Exported(done=1)
        after = rules.failed(taken, fault, now())
        self.archive_exports.save(after, replaces=taken.version)
        over = after.due_at is None
        faults = (broken,) if broken is not None else ()
        return Exported(postponed=not over, failed=over, faults=faults)

    def _make(
        self, taken: ArchiveExport, now: Callable[[], datetime]
    ) -> tuple[ExportFault | None, Exception | None]:
        """Make the package and write down that it is there; else return why not."""
        request = self.requests.load(RequestRef(taken.firm_id, taken.request_id))
        try:
            # Nothing may be written any more when the documents are erased (P16).
            rules.check_kept(request, now() + rules.LEASE)
        except ParapheError:
            return ExportFault.DOCUMENTS_ERASED, None
        if not rules.is_ready(request):
            return ExportFault.NOT_READY, None
        make = MakePackage(self.files, self.evidence_files, self.packages, self.workspace)
        package = make(taken, request)
        done = rules.done(taken, package.name, package.size, now())
        self.archive_exports.save(done, replaces=taken.version)
        return None, None
