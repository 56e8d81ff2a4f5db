"""The rows of an import as they are kept and as the HTTP API shows them (P7)."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from urllib.parse import unquote_plus

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import Instant, NotNull, WithoutNull
from paraphe.contracts.firms.contact_columns import MAX_ROWS
from paraphe.contracts.shapes import Answered, Query, Sent, UploadForm
from paraphe.domain.firms.contacts import Details
from paraphe.domain.ids import is_id
from paraphe.ports.contact_imports import ImportRef

FOLDER = "contact_imports"
# How many rows one stored page holds, and one step of a commit writes.
PAGE = 500
_PARTS = 4


class ImportState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"  # for its file
    READING = "reading"
    REFUSED = "refused"  # the file as a whole
    READY = "ready"  # to be looked at, and committed
    COMMITTING = "committing"
    COMMITTED = "committed"


class RowOutcome(StrEnum):
    """What a row is, before the commit, and became with it."""

    NEW = "new"
    DUPLICATE = "duplicate"  # of a contact
    DUPLICATE_OF_LINE = "duplicate_of_line"  # of an earlier row of the same file
    REJECTED = "rejected"
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"  # it said nothing new
    SKIPPED = "skipped"


class RowFault(Answered):
    """What is wrong with a field of a row, and what to do."""

    field: str
    code: str
    detail: str


class RowValues(Answered):
    """What a row says of somebody, normalised as far as it can be."""

    name: str
    email: str | None
    phone: str | None
    company: str | None
    locale: str
    external_id: str | None

    @property
    def details(self) -> Details:
        """Return the domain's value."""
        return Details(
            self.name, self.email, self.phone, self.company, self.locale, self.external_id
        )


class ImportRow(Answered):
    """One row: its line in the file, what it is, what it says.

    `contact_id` is the contact that it is a duplicate of, or was made or updated from it;
    `of_line` the earlier row that it repeats. `left_out` tells of values that were not taken.
    """

    line: int
    outcome: RowOutcome
    values: RowValues
    contact_id: str | None = None
    of_line: int | None = None
    faults: tuple[RowFault, ...] = ()
    left_out: tuple[RowFault, ...] = ()


class ImportRows(Answered):
    """Rows as they are kept."""

    rows: tuple[ImportRow, ...]


class ParsedFile(Answered):
    """What was read of a file, before anybody's contacts were looked at.

    `code` and `detail` are set when the file as a whole is refused.
    """

    rows: tuple[ImportRow, ...] = ()
    unknown_columns: tuple[str, ...] = ()
    code: str | None = None
    detail: str | None = None


class ImportCounts(Answered):
    """How many rows became what."""

    total: int = 0
    new: int = 0
    duplicate: int = 0
    duplicate_of_line: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0


class ImportSummary(Answered):
    """What is kept of an import beside its rows."""

    counts: ImportCounts = ImportCounts()
    unknown_columns: tuple[str, ...] = ()
    code: str | None = None
    detail: str | None = None


class BegunImport(Answered):
    """That an import was begun."""

    created_at: Instant


class NewImport(Sent):
    """A contact list to come."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"format": "csv"}]})

    format: Literal["csv", "vcard"] = Field(
        default="csv", description="`csv`: 5 MB at most; `vcard`: 20 MB at most, pictures included."
    )


Lines = Annotated[tuple[Annotated[int, Field(ge=1)], ...], Field(min_length=1, max_length=MAX_ROWS)]


class ImportChoice(Sent):
    """Which rows become contacts; `lines` left out: all that can."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"duplicates": "update"}, {"lines": [2, 3, 7]}]}
    )

    lines: Annotated[Lines | None, NotNull, WithoutNull()] = None
    duplicates: Literal["skip", "update"] = Field(
        default="skip",
        description="What a duplicate does with the contact that is there: nothing, or its filled"
        " cells take the place of the contact's.",
    )


class ImportOut(Answered):
    """An import: where it stands, how many rows are what.

    `refusal` says why the file as a whole cannot be read. `done` counts the rows that the commit
    has passed.
    """

    id: str
    state: ImportState
    created_at: Instant
    counts: ImportCounts
    unknown_columns: tuple[str, ...]
    refusal: RowFault | None
    done: int


class BegunImportOut(ImportOut):
    """A new import with the form to upload its file."""

    upload: UploadForm


class RowsQuery(Query):
    """Which rows to list."""

    outcome: Annotated[RowOutcome | None, WithoutNull()] = Field(
        default=None, description="Only rows that are this."
    )
    limit: int = Field(default=100, ge=1, le=PAGE, description="At most so many.")
    cursor: Annotated[str | None, WithoutNull()] = Field(
        default=None,
        max_length=12,
        pattern=r"^[0-9]{1,12}$",
        description="`next_cursor` of the page before.",
    )


class RowList(Answered):
    """One page of rows; `next_cursor` is null on the last one."""

    items: tuple[ImportRow, ...]
    next_cursor: str | None


def imports_of(event: Mapping[str, Any], name: str) -> Iterator[ImportRef]:
    """Return the import of each `contact_imports/<firm>/<imp>/<name>` in an S3 event."""
    for record in event.get("Records", ()):
        parts = unquote_plus(record["s3"]["object"]["key"]).split("/")
        if len(parts) == _PARTS and (parts[0], parts[3]) == (FOLDER, name):
            firm_id, import_id = parts[1:3]
            if is_id(firm_id, "frm") and is_id(import_id, "imp"):
                yield ImportRef(firm_id, import_id)


def page_name(number: int) -> str:
    """Return where a page of the preview lies."""
    return f"rows-{number:04d}.json"


def done_name(number: int) -> str:
    """Return where a page lies once it is committed."""
    return f"done-{number:04d}.json"


def begun(created_at: datetime) -> bytes:
    """Write that an import was begun."""
    return BegunImport(created_at=created_at).model_dump_json().encode()
