"""Import a contact list: begin, look at what it would do, choose, look at what it did (P7)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.contracts.firms.contact_columns import MAX_CSV_BYTES
from paraphe.contracts.firms.contact_imports import (
    PAGE,
    BegunImport,
    ImportChoice,
    ImportCounts,
    ImportOut,
    ImportRow,
    ImportRows,
    ImportState,
    ImportSummary,
    RowFault,
    RowList,
    RowOutcome,
    begun,
    done_name,
    page_name,
)
from paraphe.domain.errors import ConflictError, NotFoundError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, is_id, new_id
from paraphe.ports.contact_imports import ContactFiles, ImportRef
from paraphe.ports.system import Entropy
from paraphe.ports.upload_forms import Upload
from paraphe.usecases.firms.commit_contacts import BEGUN, CHOICE, DONE
from paraphe.usecases.firms.parse_contacts import REJECTED, UPLOADED
from paraphe.usecases.firms.preview_contacts import PREVIEW

MAX_VCARD_BYTES = 20 * 1024 * 1024
LINK_SECONDS = 300


@dataclass(frozen=True, slots=True)
class BeginImport:
    """Begins an import."""

    contact_files: ContactFiles
    entropy: Entropy

    def __call__(
        self, principal: Principal, file_format: str, now: datetime
    ) -> tuple[ImportOut, Upload]:
        """Begin an import; return it with the form that takes its file.

        Raises:
            ForbiddenError: `not_permitted`.

        """
        principal.check_may(Capability.PREPARE)
        import_id = new_id("imp", now, self.entropy(RANDOM_BYTES))
        ref = ImportRef(principal.firm_id, import_id)
        self.contact_files.write(ref, BEGUN, begun(now))
        size = MAX_VCARD_BYTES if file_format == "vcard" else MAX_CSV_BYTES
        return _shown(ref, ImportState.WAITING, now), self.contact_files.form(ref, size, now)


@dataclass(frozen=True, slots=True)
class ReadImport:
    """Says where an import stands."""

    contact_files: ContactFiles

    def __call__(self, principal: Principal, import_id: str) -> ImportOut:
        """Return an import of the principal's firm.

        Raises:
            NotFoundError: `import_not_found`, also a day after it was begun.

        """
        ref = _ref(principal, import_id)
        names = self.contact_files.names(ref)
        created_at = BegunImport.model_validate_json(_read(self.contact_files, ref, BEGUN))
        if PREVIEW not in names:
            state = ImportState.READING if UPLOADED in names else ImportState.WAITING
            return _shown(ref, state, created_at.created_at)
        name = DONE if DONE in names else PREVIEW
        content = _read(self.contact_files, ref, name)
        summary = ImportSummary.model_validate_json(content)
        return _shown(ref, _state(names, summary), created_at.created_at, summary, _done(names))


@dataclass(frozen=True, slots=True)
class ListImportRows:
    """Shows rows in pages."""

    contact_files: ContactFiles

    def __call__(
        self,
        principal: Principal,
        import_id: str,
        outcome: RowOutcome | None,
        limit: int,
        cursor: str | None,
    ) -> RowList:
        """Return rows in the order of the file, as the commit left them or as they would be.

        Raises:
            NotFoundError: `import_not_found`. ConflictError: `import_not_ready`.

        """
        ref = _ref(principal, import_id)
        names = self.contact_files.names(ref)
        _check_ready(names)
        place = int(cursor or "0")
        found: list[ImportRow] = []
        while page_name(place // PAGE) in names:
            for row in self._rows(ref, place // PAGE, names)[place % PAGE :]:
                if len(found) == limit:
                    return RowList(items=tuple(found), next_cursor=str(place))
                if outcome in {None, row.outcome}:
                    found.append(row)
                place += 1
            if place % PAGE:
                break
        return RowList(items=tuple(found), next_cursor=None)

    def _rows(self, ref: ImportRef, number: int, names: frozenset[str]) -> tuple[ImportRow, ...]:
        name = done_name(number) if done_name(number) in names else page_name(number)
        return ImportRows.model_validate_json(_read(self.contact_files, ref, name)).rows


@dataclass(frozen=True, slots=True)
class ChooseRows:
    """Has an import committed."""

    contact_files: ContactFiles

    def __call__(self, principal: Principal, import_id: str, choice: ImportChoice) -> None:
        """Note which rows become contacts: once; what notes it has them written.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `import_not_found`.
            ConflictError: `import_not_ready`, `import_committed` with another choice.

        """
        principal.check_may(Capability.PREPARE)
        ref = _ref(principal, import_id)
        names = self.contact_files.names(ref)
        _check_ready(names)
        summary = ImportSummary.model_validate_json(_read(self.contact_files, ref, PREVIEW))
        if summary.code is not None:
            raise ConflictError(
                "import_refused", "Nothing of this file can be taken: send another."
            )
        content = choice.model_dump_json(exclude_none=True).encode()
        if self.contact_files.write_new(ref, CHOICE, content):
            return
        if self.contact_files.read(ref, CHOICE) != content:
            raise ConflictError(
                "import_committed", "Other rows were chosen already: begin another import."
            )


@dataclass(frozen=True, slots=True)
class RejectedRows:
    """Hands rejected rows back."""

    contact_files: ContactFiles

    def __call__(self, principal: Principal, import_id: str) -> str:
        """Return where the rows that were not taken can be fetched, to be corrected.

        Raises:
            NotFoundError: `import_not_found`. ConflictError: `import_not_ready`.

        """
        ref = _ref(principal, import_id)
        names = self.contact_files.names(ref)
        _check_ready(names)
        if REJECTED not in names:
            raise ConflictError(
                "import_refused", "Nothing of this file can be taken: send another."
            )
        return self.contact_files.link(ref, REJECTED, "contacts-rejetes.csv", LINK_SECONDS)


def _ref(principal: Principal, import_id: str) -> ImportRef:
    if not is_id(import_id, "imp"):
        raise _not_found()
    return ImportRef(principal.firm_id, import_id)


def _check_ready(names: frozenset[str]) -> None:
    if BEGUN not in names:
        raise _not_found()
    if PREVIEW not in names:
        raise ConflictError("import_not_ready", "The file is not read yet: ask again.")


def _read(files: ContactFiles, ref: ImportRef, name: str) -> bytes:
    content = files.read(ref, name)
    if content is None:
        raise _not_found()
    return content


def _not_found() -> NotFoundError:
    return NotFoundError("import_not_found", "There is no such import, or it is over a day old.")


def _state(names: frozenset[str], summary: ImportSummary) -> ImportState:
    if DONE in names:
        return ImportState.COMMITTED
    if CHOICE in names:
        return ImportState.COMMITTING
    return ImportState.READY if summary.code is None else ImportState.REFUSED


def _done(names: frozenset[str]) -> int:
    return PAGE * sum(name.startswith(done_name(0)[:5]) for name in names if name != DONE)


def _shown(
    ref: ImportRef,
    state: ImportState,
    created_at: datetime,
    summary: ImportSummary | None = None,
    done: int = 0,
) -> ImportOut:
    known = summary or ImportSummary()
    refusal = None
    if known.code is not None:
        refusal = RowFault(field="file", code=known.code, detail=known.detail or "")
    return ImportOut(
        id=ref.import_id,
        state=state,
        created_at=created_at,
        counts=known.counts if summary else ImportCounts(),
        unknown_columns=known.unknown_columns,
        refusal=refusal,
        done=min(done, known.counts.total),
    )
