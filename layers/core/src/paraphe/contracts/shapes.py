"""What the shapes of every part are made of: bodies, queries, answers, and forms for uploads."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from paraphe.contracts.fields import Instant
from paraphe.ports.upload_forms import Upload


class Answered(BaseModel):
    """Common to all: made by us, so nothing is changed afterwards."""

    model_config = ConfigDict(frozen=True, defer_build=True)


class Sent(BaseModel):
    """Common to all: frozen, strict, nothing unknown."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, defer_build=True)


class Nothing(Sent):
    """An empty body (or `{}`), no query parameters."""


Cursor = Annotated[str, Field(max_length=2000)]


class Query(BaseModel):
    """Common to query parameters: text, so numbers and booleans are read from it."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class UploadForm(Answered):
    """Send `fields`, then the file as the last field `file`, as multipart/form-data to `url`."""

    url: str
    fields: dict[str, str]
    expires_at: Instant
    max_bytes: int

    @classmethod
    def of(cls, upload: Upload) -> Self:
        """Show a presigned POST."""
        return cls(
            url=upload.url,
            fields=dict(upload.fields),
            expires_at=upload.expires_at,
            max_bytes=upload.max_bytes,
        )
