"""What the shapes of every part are made of: bodies, queries, answers, and forms for uploads."""

from typing import Annotated, Any, Self

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


def told_once(schema: dict[str, Any], shape: type[BaseModel]) -> None:
    """Write into a schema that what a shape adds to another one is only in the first answer.

    A call that is repeated under its Idempotency-Key has the answer without it.
    """
    kept = {name for base in shape.__bases__ for name in getattr(base, "model_fields", ())}
    schema["required"] = [name for name in schema["required"] if name in kept]


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
