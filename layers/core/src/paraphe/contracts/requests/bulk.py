"""Bulk launches over HTTP (P24)."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import Instant, NotNull, WithoutNull
from paraphe.contracts.requests.bodies import SenderIn
from paraphe.contracts.shapes import Answered, Query, Sent, UploadForm
from paraphe.domain.requests.bulk import MAX_ROWS, Bulk, BulkRow, BulkState, RowFault, RowState
from paraphe.ports.upload_forms import Upload

TemplateId = Annotated[
    str, Field(pattern=r"^tpl_[0-9a-z]{8,40}$", description="A template that holds documents.")
]
Line = Annotated[int, Field(ge=1, le=10_000_000)]


class NewBulkLaunch(Sent):
    """Which template the rows are for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"template_id": "tpl_01jdkqz6m8w9x2y4t5v7b3c1n0"}]}
    )

    template_id: TemplateId
    mode: Annotated[Literal["live", "test"], NotNull] = Field(
        default="live", description="`test`: each row becomes a request that is only a test."
    )


class BulkChoice(Sent):
    """Who asks for the signatures, and which rows to launch."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"sender": {"name": "Claire Martin", "email": "claire.martin@example.com"}}
            ]
        }
    )

    sender: SenderIn
    lines: Annotated[tuple[Line, ...], Field(min_length=1, max_length=MAX_ROWS)] | None = Field(
        default=None,
        description="Lines of the file, also of rows that have failed; null: all that are ready.",
    )


class BulkRowsQuery(Query):
    """Which rows to show, in the order of the file."""

    state: Annotated[RowState | None, WithoutNull()] = Field(
        default=None, description="Only rows in this state."
    )
    limit: int = Field(default=100, ge=1, le=MAX_ROWS, description="At most so many.")
    cursor: Annotated[str | None, Field(pattern=r"^[0-9]{1,8}$"), WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )


class BulkCounts(Answered):
    """How many rows stand where."""

    refused: int
    ready: int
    queued: int
    launched: int
    failed: int


class BulkOut(Answered):
    """A bulk launch: `waiting` for its file, `ready`, `launching`, or `done`; forgotten later."""

    id: str
    template_id: str
    mode: Literal["live", "test"] = Field(
        description="Of every request that is made of a row; it stays what it was begun as."
    )
    state: BulkState
    rows: BulkCounts
    created_at: Instant
    updated_at: Instant
    expires_at: Instant

    @classmethod
    def of(cls, bulk: Bulk) -> Self:
        """Show a bulk launch."""
        return cls.model_validate(_shown(bulk))


class BegunBulk(BulkOut):
    """A bulk launch with the form that takes its file."""

    upload: UploadForm

    @classmethod
    def made(cls, bulk: Bulk, upload: Upload) -> Self:
        """Show one that was begun."""
        return cls.model_validate({**_shown(bulk), "upload": UploadForm.of(upload)})


def _shown(bulk: Bulk) -> dict[str, object]:
    launch = bulk.launch
    return {
        "id": launch.id,
        "mode": str(launch.mode),
        "template_id": launch.template_id,
        "state": launch.state,
        "rows": BulkCounts(**{str(state): count for state, count in bulk.counts.items()}),
        "created_at": launch.created_at,
        "updated_at": launch.updated_at,
        "expires_at": launch.expires_at,
    }


class BulkFault(Answered):
    """What is wrong with a row; `column` is empty when no cell is to blame."""

    column: str
    code: str
    detail: str

    @classmethod
    def of(cls, fault: RowFault) -> Self:
        """Show a fault."""
        return cls(column=fault.column, code=fault.code, detail=fault.detail)


class BulkRowOut(Answered):
    """One row: `line` is where it begins in the file; `request_id` once it is launched."""

    line: int
    state: RowState
    people: tuple[str, ...]
    external_id: str | None
    request_id: str | None
    faults: tuple[BulkFault, ...]

    @classmethod
    def of(cls, row: BulkRow) -> Self:
        """Show a row; who is in it by name only, and not any more once it is launched."""
        return cls(
            line=row.line,
            state=row.state,
            people=tuple(person.name for person in row.people),
            external_id=row.external_id,
            request_id=row.request_id,
            faults=tuple(BulkFault.of(fault) for fault in row.faults),
        )


class BulkRowList(Answered):
    """One page of rows; `next_cursor` is null on the last one."""

    items: tuple[BulkRowOut, ...]
    next_cursor: str | None

    @classmethod
    def of(cls, rows: tuple[BulkRow, ...], limit: int, cursor: str | None) -> Self:
        """Show the rows behind the line that the cursor names."""
        rest = [row for row in rows if row.line > int(cursor or 0)]
        shown = rest[:limit]
        more = len(rest) > limit
        return cls(
            items=tuple(BulkRowOut.of(row) for row in shown),
            next_cursor=str(shown[-1].line) if more else None,
        )
