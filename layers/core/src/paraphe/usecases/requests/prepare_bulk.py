"""A bulk launch until it runs: begin, read its file, look at its rows, choose them (P24)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.contracts.requests import bulk_rows
from paraphe.domain.errors import ConflictError, InvalidError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import bulk as rules
from paraphe.domain.requests.bulk import (
    Bulk,
    BulkLaunch,
    BulkState,
    Chunk,
    Launcher,
    RowState,
)
from paraphe.domain.requests.model import Mode, Sender
from paraphe.domain.requests.templates import Template
from paraphe.ports.bulk import BulkFiles, BulkLaunches, BulkRef
from paraphe.ports.system import Entropy
from paraphe.ports.templates import TemplateRef, Templates
from paraphe.ports.upload_forms import Upload
from paraphe.usecases.requests.keep_templates import find

LINK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class SampleOfBulk:
    """Writes samples."""

    templates: Templates
    bulk_files: BulkFiles

    def __call__(self, principal: Principal, template_id: str) -> str:
        """Return a URL of a CSV file with a template's columns, which a French Excel opens.

        Raises:
            NotFoundError: `template_not_found`.

        """
        template = find(self.templates, TemplateRef(principal.firm_id, template_id))
        name = f"{template.id}.csv"
        content = bulk_rows.sample(template)
        return self.bulk_files.sample(principal.firm_id, name, content, LINK_SECONDS)


@dataclass(frozen=True, slots=True)
class PrepareBulk:
    """Begins bulk launches and reads their files."""

    bulk_launches: BulkLaunches
    bulk_files: BulkFiles
    templates: Templates
    entropy: Entropy

    def begin(
        self, principal: Principal, template_id: str, now: datetime, mode: Mode = Mode.LIVE
    ) -> tuple[Bulk, Upload]:
        """Begin one; return it with the form that takes its file. All that it makes has its mode.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `template_not_found`.
            InvalidError: `template_without_documents`.

        """
        template = self._template(principal, template_id)
        ref = BulkRef(principal.firm_id, new_id("blk", now, self.entropy(RANDOM_BYTES)))
        launch = BulkLaunch(
            ref.firm_id, ref.bulk_id, template.id, template.version, now, now, mode=mode
        )
        form = self.bulk_files.form(ref, bulk_rows.MAX_BYTES, now)
        self.bulk_launches.save(launch, replaces=None)
        return Bulk(launch), form

    def read_file(self, principal: Principal, bulk_id: str, now: datetime) -> Bulk:
        """Read what was uploaded; rows that were read before are replaced. Nothing is launched.

        Raises:
            ForbiddenError, NotFoundError: as `begin`; `bulk_launch_not_found`.
            ConflictError: `file_not_uploaded`, `bulk_launched`.
            InvalidError: as `bulk_rows.read`; `template_without_documents`, `file_too_large`.

        """
        ref = BulkRef(principal.firm_id, bulk_id)
        before = self.bulk_launches.load(ref)
        launch = before.launch
        template = self._template(principal, launch.template_id)
        rules.check_readable(launch)
        content = self.bulk_files.read(ref, bulk_rows.MAX_BYTES)
        if content is None:
            raise ConflictError("file_not_uploaded", "Upload the CSV file first.")
        chunks = rules.chunked(bulk_rows.read(content, template))
        read = replace(launch.moved(now, BulkState.READY), template_version=template.version)
        # The launch comes last: it decides which of two readers was first.
        self._store(read, before.chunks, chunks)
        self.bulk_launches.save(read, replaces=launch.version)
        return self.bulk_launches.load(ref)

    def _store(
        self, launch: BulkLaunch, before: tuple[Chunk, ...], after: tuple[Chunk, ...]
    ) -> None:
        known = {chunk.number: chunk.version for chunk in before}
        for chunk in after:
            version = known.get(chunk.number)
            newer = replace(chunk, version=(version or 0) + 1)
            self.bulk_launches.save_chunk(launch, newer, replaces=version)
        for chunk in before[len(after) :]:
            self.bulk_launches.remove_chunk(launch, chunk)

    def _template(self, principal: Principal, template_id: str) -> Template:
        principal.check_may(Capability.PREPARE, template_id)
        principal.check_may(Capability.LAUNCH, template_id)
        template = find(self.templates, TemplateRef(principal.firm_id, template_id))
        if not template.documents or len(template.documents) < template.slots:
            raise InvalidError(
                "template_without_documents",
                "Each row becomes a request with the template's documents: give it all of them.",
                field="template_id",
            )
        return template


@dataclass(frozen=True, slots=True)
class ChooseBulkRows:
    """Has rows launched."""

    bulk_launches: BulkLaunches

    def __call__(
        self,
        principal: Principal,
        bulk_id: str,
        sender: Sender,
        lines: Collection[int] | None,
        now: datetime,
    ) -> Bulk:
        """Queue rows; what is launched already, or queued, stays as it is.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `bulk_launch_not_found`.
            ConflictError, InvalidError: as `bulk.chosen`.

        """
        ref = BulkRef(principal.firm_id, bulk_id)
        found = self.bulk_launches.load(ref)
        launch = found.launch
        principal.check_may(Capability.PREPARE, launch.template_id)
        principal.check_may(Capability.LAUNCH, launch.template_id)
        wanted = rules.chosen(found, lines)
        if not wanted and not found.counts[RowState.QUEUED]:
            return found
        if launch.state is BulkState.LAUNCHING:
            return found
        for chunk in found.chunks:
            after = chunk.changed(lambda row: rules.queued(row) if row.line in wanted else row)
            if after is not chunk:
                self.bulk_launches.save_chunk(launch, after, replaces=chunk.version)
        begun = replace(
            launch.moved(now, BulkState.LAUNCHING, due_at=now),
            sender=sender,
            launched_by=Launcher.of(principal),
        )
        self.bulk_launches.save(begun, replaces=launch.version)
        return self.bulk_launches.load(ref)
