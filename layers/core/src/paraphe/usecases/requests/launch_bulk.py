"""Launch the rows of bulk launches: bounded, resumable, nothing twice (P24).

A row's request has an id that follows from the row, so a run that dies leaves nothing that the next
one would make again. A chunk is written once its rows are done.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import ConflictError, NotFoundError, ParapheError, RaceLostError
from paraphe.domain.requests import bulk as rules
from paraphe.domain.requests.bulk import BulkLaunch, BulkRow, BulkState, Chunk, RowFault, RowState
from paraphe.domain.requests.model import RequestState
from paraphe.ports.bulk import BulkLaunches, BulkRef
from paraphe.ports.delivery import Limits
from paraphe.ports.firms import Firms
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.ports.templates import TemplateFiles, TemplateRef, Templates
from paraphe.usecases.requests.keep_templates import find
from paraphe.usecases.requests.launch_request import LaunchRequest
from paraphe.usecases.requests.use_template import FromTemplate, UseTemplate

AT_ONCE = 4
_FOUND = 10


@dataclass(frozen=True, slots=True)
class Launched:
    """What a run did: rows launched and failed, bulk launches finished, what broke on the way."""

    rows: int = 0
    failed: int = 0
    finished: int = 0
    faults: tuple[Exception, ...] = ()

    def __add__(self, other: "Launched") -> "Launched":
        """Add up."""
        return Launched(
            self.rows + other.rows,
            self.failed + other.failed,
            self.finished + other.finished,
            self.faults + other.faults,
        )


@dataclass(frozen=True, slots=True)
class LaunchBulk:
    """Launches queued rows."""

    bulk_launches: BulkLaunches
    templates: Templates
    template_files: TemplateFiles
    requests: Requests
    firms: Firms
    entropy: Entropy
    executions: Executions
    limits: Limits

    def __call__(self, now: Callable[[], datetime], time_left: Callable[[], bool]) -> Launched:
        """Launch the rows of every bulk launch that is due, while there is time.

        Args:
            now: the clock, asked for each chunk.
            time_left: whether another chunk can be begun.

        """
        done = Launched()
        for ref in self.bulk_launches.due(now(), _FOUND):
            if not time_left():
                break
            done += self._launch(ref, now, time_left)
        return done

    def _launch(
        self, ref: BulkRef, now: Callable[[], datetime], time_left: Callable[[], bool]
    ) -> Launched:
        """Take one over, which hides it from other runs, and launch its rows chunk by chunk."""
        try:
            found = self.bulk_launches.load(ref)
        except NotFoundError:
            return Launched()
        if found.launch.state is not BulkState.LAUNCHING:
            return Launched()
        at = now()
        launch = found.launch.moved(at, BulkState.LAUNCHING, due_at=at + rules.CLAIMED)
        done = Launched()
        try:
            self.bulk_launches.save(launch, replaces=found.launch.version)
            for chunk in found.chunks:
                if any(row.state is RowState.QUEUED for row in chunk.rows):
                    if not time_left():
                        break
                    done += self._rows(launch, chunk, now())
            return done + self._finish(launch, now())
        except RaceLostError:  # another run has it
            return done

    def _finish(self, launch: BulkLaunch, now: datetime) -> Launched:
        found = self.bulk_launches.load(BulkRef(launch.firm_id, launch.id))
        is_over = not found.counts[RowState.QUEUED]
        state = BulkState.DONE if is_over else BulkState.LAUNCHING
        after = launch.moved(now, state, due_at=None if is_over else now)
        self.bulk_launches.save(after, replaces=launch.version)
        return Launched(finished=int(is_over))

    def _rows(self, launch: BulkLaunch, chunk: Chunk, now: datetime) -> Launched:
        faults: list[Exception] = []

        def one(row: BulkRow) -> BulkRow:
            if row.state is not RowState.QUEUED:
                return row
            try:
                return row.launched(self._request(launch, row, now))
            except RaceLostError as error:
                faults.append(error)
                return row.interrupted()
            except ParapheError as error:
                return row.failed(_fault(error))
            except Exception as error:  # noqa: BLE001 (one broken row never stops the others)
                faults.append(error)
                return row.interrupted()

        with ThreadPoolExecutor(AT_ONCE) as pool:
            rows = tuple(pool.map(one, chunk.rows))
        after = replace(chunk, rows=rows, version=chunk.version + 1)
        self.bulk_launches.save_chunk(launch, after, replaces=chunk.version)
        moved = [row for row, old in zip(rows, chunk.rows, strict=True) if row.state != old.state]
        launched = sum(row.state is RowState.LAUNCHED for row in moved)
        return Launched(launched, len(moved) - launched, faults=tuple(faults))

    def _request(self, launch: BulkLaunch, row: BulkRow, now: datetime) -> str:
        """Make a row's request and launch it, as far as an earlier run has not; return its id."""
        assert launch.sender is not None  # noqa: S101 - said when rows were chosen
        assert launch.launched_by is not None  # noqa: S101 - likewise
        principal = launch.launched_by.principal(launch.firm_id)
        template = find(self.templates, TemplateRef(launch.firm_id, launch.template_id))
        if template.version != launch.template_version:
            raise ConflictError(
                "template_changed", "The template was changed since the file was read: begin anew."
            )
        wanted = FromTemplate(
            launch.template_id,
            launch.sender,
            row.filling,
            title=row.title,
            external_id=row.external_id,
            mode=launch.mode,
        )
        use = UseTemplate(
            self.templates, self.template_files, self.requests, self.firms, self.entropy
        )
        request = use.once(principal, wanted, launch.request_id(row.line), now)
        if request.state is RequestState.DRAFT:
            ref = RequestRef(launch.firm_id, request.id)
            LaunchRequest(self.requests, self.executions, self.limits)(principal, ref, now)
        return request.id


def _fault(error: ParapheError) -> RowFault:
    """Return what a rule has refused, at the column that it is about."""
    field = error.field or ""
    column = "_".join(field.split(".")[1:]) if field.startswith("roles.") else field
    return RowFault(column, error.code, error.detail)
