"""The kinds of values in the HTTP API's bodies, each with its limits."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError

from paraphe.contracts.contact_details import (
    MAX_EMAIL,
    MAX_PHONE,
    normalise_email,
    normalise_phone,
)
from paraphe.domain import text as texts
from paraphe.domain import times
from paraphe.domain.errors import InvalidError

MAX_TITLE = 200
MAX_NAME = 120
MAX_MESSAGE = 2000
MAX_EXTERNAL_ID = 128
MAX_PAIRS = 20
MAX_METADATA = 4096
INSTANT = "UTC, RFC 3339, milliseconds."


def _line(text: str) -> str:
    line = _read(text, texts.line)
    if not line:
        raise PydanticCustomError("blank", "This must not be blank.")
    return line


def _lines(text: str) -> str:
    return _read(text, texts.lines)


def _read(text: str, read: Callable[[str], str]) -> str:
    try:
        return read(text)
    except texts.UnreadableError as error:
        raise PydanticCustomError(error.code, "{reason}", {"reason": str(error)}) from None


def _file_name(text: str) -> str:
    if "/" in text or "\\" in text:
        raise PydanticCustomError("path", "A file name holds no slash or backslash.")
    return text


def _bounded(metadata: dict[str, str]) -> dict[str, str]:
    if sum(len(k.encode()) + len(v.encode()) for k, v in metadata.items()) > MAX_METADATA:
        raise PydanticCustomError("metadata_too_large", "At most 4096 bytes, names included.")
    return metadata


def _distinct(days: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(days)) != len(days):
        raise PydanticCustomError("repeated", "Say each day once.")
    return tuple(sorted(days, reverse=True))


def _email(text: str) -> str:
    try:
        return normalise_email(text)
    except InvalidError as error:
        raise PydanticCustomError("email_invalid", "{reason}", {"reason": error.detail}) from None


def _phone(text: str) -> str:
    try:
        return normalise_phone(text)
    except InvalidError as error:
        kind: Literal["phone_invalid", "phone_not_mobile"] = (
            "phone_not_mobile" if error.code == "phone_not_mobile" else "phone_invalid"
        )
        raise PydanticCustomError(kind, "{reason}", {"reason": error.detail}) from None


def _not_null(value: object) -> object:
    if value is None:
        raise PydanticCustomError("null", "Leave the field out to leave it as it is.")
    return value


# A leading class that the published schema can say too: something that is not white space.
_VISIBLE = r"\S"
Title = Annotated[
    str,
    Field(min_length=1, max_length=MAX_TITLE, json_schema_extra={"pattern": _VISIBLE}),
    AfterValidator(_line),
]
Name = Annotated[
    str,
    Field(min_length=1, max_length=MAX_NAME, json_schema_extra={"pattern": _VISIBLE}),
    AfterValidator(_line),
]
FileName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MAX_NAME,
        json_schema_extra={"pattern": r"^[^/\\]*[^\s/\\][^/\\]*$"},
    ),
    AfterValidator(_file_name),
    AfterValidator(_line),
]
Message = Annotated[str, Field(max_length=MAX_MESSAGE), AfterValidator(_lines)]
ExternalId = Annotated[
    str,
    Field(min_length=1, max_length=MAX_EXTERNAL_ID, json_schema_extra={"pattern": _VISIBLE}),
    AfterValidator(_line),
]
Metadata = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")],
        Annotated[str, Field(max_length=500), AfterValidator(_lines)],
    ],
    Field(
        max_length=MAX_PAIRS,
        description="Up to 20 pairs of text that the caller keeps with it, 4,096 bytes in all.",
    ),
    AfterValidator(_bounded),
]
ReminderDays = Annotated[
    tuple[Annotated[int, Field(ge=1, le=14)], ...],
    Field(
        max_length=5,
        strict=False,  # a list, once a validator has looked at it: still none but whole numbers
        description="How many days before the deadline those in turn are reminded.",
        json_schema_extra={"uniqueItems": True},
    ),
    AfterValidator(_distinct),
]
Email = Annotated[
    str,
    Field(min_length=3, max_length=MAX_EMAIL, json_schema_extra={"format": "email"}),
    AfterValidator(_email),
]
Phone = Annotated[
    str,
    Field(
        min_length=4,
        max_length=MAX_PHONE,
        description="A mobile number. Without a country code it is French, overseas included; "
        "answers show E.164.",
    ),
    AfterValidator(_phone),
]
Locale = Literal["fr", "en"]
Order = Annotated[
    int,
    Field(ge=1, le=1000, description="Equal numbers sign in parallel; a group after the other."),
]
# After, not before: a function that comes first makes lists of JSON's arrays, which strict tuples
# refuse.
NotNull = AfterValidator(_not_null)


class WithoutNull:
    """Annotation for `X | None` where None means "left out": the published schema has no null."""

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        schema = dict(handler(core_schema))
        kept = [choice for choice in schema.pop("anyOf", []) if choice != {"type": "null"}]
        return {**kept[0], **schema} if len(kept) == 1 else schema


Instant = Annotated[
    datetime,
    PlainSerializer(times.to_text, return_type=str),
    WithJsonSchema(
        {
            "type": "string",
            "format": "date-time",
            "description": INSTANT,
            "examples": ["2026-01-31T12:00:00.000Z"],
        }
    ),
]
