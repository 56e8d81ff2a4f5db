"""What callers of the HTTP API send and get about archive exports."""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import Instant, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Query, Sent
from paraphe.domain.delivery.archive_exports import (
    ArchiveExport,
    ExportContents,
    ExportFault,
    ExportState,
)


class NewExport(Sent):
    """Where the package is to go."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"target": "download"}]})

    target: Literal["download"] = Field(
        default="download", description="`download`: you fetch it, until the documents are erased."
    )
    contents: Literal["package", "originals"] = Field(
        default="package",
        description="`package`: a BagIt package with the evidence. `originals`: a plain ZIP file of"
        " the signed originals, once everybody has signed.",
    )


class ExportsQuery(Query):
    """Which page of the firm's exports."""

    limit: int = Field(default=50, ge=1, le=100, description="At most so many.")
    cursor: Annotated[Cursor | None, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the page before."
    )
    state: Annotated[ExportState | None, WithoutNull()] = Field(
        default=None, description="Only exports in this state."
    )


class ExportOut(Answered):
    """One package, made in the background."""

    id: str = Field(description="The export's id, `arc_…`.")
    request_id: str = Field(description="Of which request.")
    state: ExportState = Field(
        description="`waiting`, `running`, `done` (it can be fetched), or `failed` for good."
    )
    contents: ExportContents = Field(
        description="`documents`: signed originals and evidence. `evidence`: evidence alone, "
        "because the request ended without all signatures. `originals`: signed originals alone."
    )
    created_at: Instant = Field(description="When it was asked for.")
    done_at: Instant | None = Field(description="Since when it can be fetched.")
    attempts: int = Field(description="How many attempts were begun.")
    next_try_at: Instant | None = Field(description="When it is looked at next; null at the end.")
    fault: ExportFault | None = Field(
        description="Why the last attempt ended, null when it is well."
    )
    size: int | None = Field(description="Of the package, in bytes; null until it is done.")

    @classmethod
    def of(cls, export: ArchiveExport) -> Self:
        """Show an export."""
        return cls(
            id=export.id,
            request_id=export.request_id,
            state=export.state,
            contents=export.contents,
            created_at=export.created_at,
            done_at=export.done_at,
            attempts=export.attempts,
            next_try_at=export.due_at,
            fault=export.fault,
            size=export.size or None,
        )


class ExportList(Answered):
    """One page of exports; `next_cursor` is null on the last one."""

    items: tuple[ExportOut, ...] = Field(description="Oldest first.")
    next_cursor: str | None = Field(description="What to send for the next page, null at the end.")
