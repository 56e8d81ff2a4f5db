"""What an import would do: which rows are new, which are there already (P7)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from paraphe.contracts.firms.contact_imports import (
    PAGE,
    ImportCounts,
    ImportRow,
    ImportRows,
    ImportSummary,
    ParsedFile,
    RowOutcome,
    page_name,
)
from paraphe.ports.contact_imports import ContactFiles, ImportRef
from paraphe.ports.contacts import Contacts
from paraphe.usecases.firms.parse_contacts import PARSED

PREVIEW = "preview.json"


@dataclass(frozen=True, slots=True)
class PreviewImport:
    """Compares what was read with the firm's contacts; changes none of them."""

    contact_files: ContactFiles
    contacts: Contacts

    def __call__(self, ref: ImportRef) -> ImportSummary | None:
        """Write the preview, its summary last; None when there is one already."""
        content = self.contact_files.read(ref, PARSED)
        if content is None or PREVIEW in self.contact_files.names(ref):
            return None
        parsed = ParsedFile.model_validate_json(content)
        identities = [row.values.details.identity for row in parsed.rows if _can(row)]
        there = self.contacts.holders(ref.firm_id, identities)
        rows = tuple(judged(parsed.rows, there))
        for number, page in enumerate(paged(rows)):
            self.contact_files.write(ref, page_name(number), dumped(page))
        summary = ImportSummary(
            counts=counted(rows),
            unknown_columns=parsed.unknown_columns,
            code=parsed.code,
            detail=parsed.detail,
        )
        self.contact_files.write_new(ref, PREVIEW, summary.model_dump_json().encode())
        return summary


def judged(rows: tuple[ImportRow, ...], there: Mapping[str, str]) -> Iterator[ImportRow]:
    """Say of each row whether it is new, a contact's duplicate, or an earlier row's."""
    seen: dict[str, int] = {}
    for row in rows:
        if not _can(row):
            yield row
            continue
        identity = row.values.details.identity
        earlier = seen.setdefault(identity, row.line)
        holder = there.get(identity)
        outcome = RowOutcome.NEW if holder is None else RowOutcome.DUPLICATE
        repeats = earlier != row.line
        yield ImportRow(
            line=row.line,
            outcome=RowOutcome.DUPLICATE_OF_LINE if repeats else outcome,
            values=row.values,
            contact_id=holder,
            of_line=earlier if repeats else None,
            left_out=row.left_out,
        )


def paged(rows: tuple[ImportRow, ...]) -> Iterator[tuple[ImportRow, ...]]:
    """Return the pages in which rows are kept."""
    return (rows[first : first + PAGE] for first in range(0, len(rows), PAGE))


def dumped(rows: tuple[ImportRow, ...]) -> bytes:
    """Write a page."""
    return ImportRows(rows=rows).model_dump_json().encode()


def counted(rows: tuple[ImportRow, ...]) -> ImportCounts:
    """Count rows by what they are."""
    counts = Counter(row.outcome for row in rows)
    return ImportCounts(
        total=len(rows),
        new=counts[RowOutcome.NEW],
        duplicate=counts[RowOutcome.DUPLICATE],
        duplicate_of_line=counts[RowOutcome.DUPLICATE_OF_LINE],
        rejected=counts[RowOutcome.REJECTED],
        created=counts[RowOutcome.CREATED],
        updated=counts[RowOutcome.UPDATED],
        unchanged=counts[RowOutcome.UNCHANGED],
        skipped=counts[RowOutcome.SKIPPED],
    )


def _can(row: ImportRow) -> bool:
    return row.outcome is not RowOutcome.REJECTED
