"""How the HTTP API says no: problem documents (RFC 9457)."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from paraphe.contracts.fields import Instant, WithoutNull


class FieldProblem(BaseModel):
    """One fault, with its place in the body (JSON pointer) or the name of the parameter."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    pointer: str | None = None
    parameter: str | None = None
    code: str
    detail: str


class Problem(BaseModel):
    """Why a call was not done. `code` is stable and for software, the rest is for people.

    `retry_at` stands there when the same call may work from then on.
    """

    model_config = ConfigDict(
        frozen=True,
        defer_build=True,
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:paraphe:problem:already_launched",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "This request was launched already.",
                    "code": "already_launched",
                    "errors": [],
                }
            ]
        },
    )

    type: str
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    code: str
    retry_at: Annotated[Instant | None, WithoutNull()] = None
    errors: tuple[FieldProblem, ...] = ()
