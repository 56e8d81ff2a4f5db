"""Make contacts of the rows that somebody chose: page by page, resumable, never twice (P7)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from paraphe.contracts.firms.contact_imports import (
    BegunImport,
    ImportChoice,
    ImportRow,
    ImportRows,
    ImportSummary,
    RowOutcome,
    done_name,
    page_name,
)
from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms import contacts as rules
from paraphe.domain.firms.contacts import Contact
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.contact_imports import ContactFiles, ImportRef
from paraphe.ports.contacts import Contacts
from paraphe.usecases.firms.preview_contacts import PREVIEW, counted, dumped

BEGUN = "import.json"
CHOICE = "commit.json"
DONE = "done.json"
ATTEMPTS = 12
_DUPLICATES = frozenset({RowOutcome.DUPLICATE, RowOutcome.DUPLICATE_OF_LINE})


@dataclass(frozen=True, slots=True)
class CommitImport:
    """Writes the chosen rows into the address book."""

    contact_files: ContactFiles
    contacts: Contacts

    def __call__(self, ref: ImportRef, now: datetime) -> ImportSummary | None:
        """Commit an import; None when that is done already, or not to be done.

        Pages that an earlier try has finished are left alone. One that it has begun is begun again:
        ids come from import and line, so that what was stored is found to be this row's.
        """
        names = self.contact_files.names(ref)
        if DONE in names or not {BEGUN, CHOICE, PREVIEW} <= names:
            return None
        choice = ImportChoice.model_validate_json(self._read(ref, CHOICE))
        begun = BegunImport.model_validate_json(self._read(ref, BEGUN)).created_at
        rows: tuple[ImportRow, ...] = ()
        number = 0
        while page_name(number) in names:
            rows += self._page(ref, number, choice, begun, now, done=done_name(number) in names)
            number += 1
        before = ImportSummary.model_validate_json(self._read(ref, PREVIEW))
        summary = before.model_copy(update={"counts": counted(rows)})
        self.contact_files.write_new(ref, DONE, summary.model_dump_json().encode())
        return summary

    def _page(
        self,
        ref: ImportRef,
        number: int,
        choice: ImportChoice,
        begun: datetime,
        now: datetime,
        *,
        done: bool,
    ) -> tuple[ImportRow, ...]:
        name = done_name(number) if done else page_name(number)
        rows = ImportRows.model_validate_json(self._read(ref, name)).rows
        if done:
            return rows
        chosen = _chosen(rows, choice)
        new = [row for row in chosen if row.outcome is RowOutcome.NEW]
        made = self._added(ref, new, begun, now)
        lines = frozenset(row.line for row in chosen)
        after = tuple(
            self._after(ref, row, made, choice, begun, now) if row.line in lines else _skipped(row)
            for row in rows
        )
        self.contact_files.write(ref, done_name(number), dumped(after))
        return after

    def _added(
        self, ref: ImportRef, rows: list[ImportRow], begun: datetime, now: datetime
    ) -> dict[int, str | None]:
        """Store new contacts; return who is there instead, by line, None where it was stored."""
        contacts = [_contact(ref, row, begun, now) for row in rows]
        there = self.contacts.add_all(contacts)
        return {row.line: holder for row, holder in zip(rows, there, strict=True)}

    def _after(
        self,
        ref: ImportRef,
        row: ImportRow,
        made: dict[int, str | None],
        choice: ImportChoice,
        begun: datetime,
        now: datetime,
    ) -> ImportRow:
        """Return a chosen row as it is once it is committed."""
        if row.line in made and made[row.line] is None:
            contact_id = _contact(ref, row, begun, now).id
            return _became(row, RowOutcome.CREATED, contact_id)
        for _ in range(ATTEMPTS):
            identity = row.values.details.identity
            holder = self.contacts.holders(ref.firm_id, [identity]).get(identity)
            try:
                if holder is None:
                    contact = _contact(ref, row, begun, now)
                    self.contacts.add(contact)
                    return _became(row, RowOutcome.CREATED, contact.id)
                if choice.duplicates == "skip":
                    return _became(row, RowOutcome.SKIPPED, holder)
                return self._updated(ref, row, holder, now)
            except (RaceLostError, ConflictError, NotFoundError):
                continue
        raise RaceLostError

    def _updated(self, ref: ImportRef, row: ImportRow, holder: str, now: datetime) -> ImportRow:
        before = self.contacts.contact(ref.firm_id, holder)
        filled = row.values.model_dump(exclude_none=True)
        after = rules.change(before, filled, now)
        if after is before:
            return _became(row, RowOutcome.UNCHANGED, holder)
        self.contacts.replace(before, after)
        return _became(row, RowOutcome.UPDATED, holder)

    def _read(self, ref: ImportRef, name: str) -> bytes:
        content = self.contact_files.read(ref, name)
        if content is None:
            raise NotFoundError("import_not_found", "This import is gone: begin another.")
        return content


def _chosen(rows: tuple[ImportRow, ...], choice: ImportChoice) -> tuple[ImportRow, ...]:
    can = [row for row in rows if row.outcome is not RowOutcome.REJECTED]
    if choice.lines is not None:
        lines = frozenset(choice.lines)
        return tuple(row for row in can if row.line in lines)
    wanted = {RowOutcome.NEW} | (_DUPLICATES if choice.duplicates == "update" else frozenset())
    return tuple(row for row in can if row.outcome in wanted)


def _contact(ref: ImportRef, row: ImportRow, begun: datetime, now: datetime) -> Contact:
    chance = hashlib.sha256(f"{ref.import_id}#{row.line}".encode()).digest()[:RANDOM_BYTES]
    return rules.make(new_id("ctc", begun, chance), ref.firm_id, row.values.details, now)


def _became(row: ImportRow, outcome: RowOutcome, contact_id: str) -> ImportRow:
    return row.model_copy(update={"outcome": outcome, "contact_id": contact_id})


def _skipped(row: ImportRow) -> ImportRow:
    if row.outcome is RowOutcome.REJECTED:
        return row
    return row.model_copy(update={"outcome": RowOutcome.SKIPPED})
