"""The one error family of the domain, and the error that says "try again".

Each edge has one map of the family (problem documents, pages).
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class ErrorKind(StrEnum):
    """How an edge answers: the HTTP status class an error belongs to."""

    INVALID = "invalid"
    NOT_FOUND = "not_found"
    FORBIDDEN = "forbidden"
    CONFLICT = "conflict"
    GONE = "gone"
    LOCKED = "locked"
    CHANGED = "changed"
    TOO_MANY = "too_many"


class TransientError(Exception):
    """A service did not answer; trying again later may work."""


class ParapheError(Exception):
    """An answer "no" with a stable code and an English detail; never holds personal data.

    Attributes:
        kind: the family member, which edges map to a status.
        code: stable, snake_case, for software.
        detail: one English sentence for people who read logs and problem documents.
        field: where in the input the fault lies, or None.
        parameter: which parameter or header it lies in, or None.
        retry_at: from when on the same may work, or None when that is not known.

    """

    kind: ClassVar[ErrorKind] = ErrorKind.INVALID

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        field: str | None = None,
        parameter: str | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail
        self.field = field
        self.parameter = parameter
        self.retry_at = retry_at


class InvalidError(ParapheError):
    """The input cannot be what it should be."""

    kind = ErrorKind.INVALID


class NotFoundError(ParapheError):
    """There is no such thing, or it belongs to another firm."""

    kind = ErrorKind.NOT_FOUND


class ForbiddenError(ParapheError):
    """The caller may not do this."""

    kind = ErrorKind.FORBIDDEN


class ConflictError(ParapheError):
    """The state does not allow it (any more, or yet)."""

    kind = ErrorKind.CONFLICT


class GoneError(ParapheError):
    """It existed and is over: an ended request, an erased document, an expired code."""

    kind = ErrorKind.GONE


class LockedError(ParapheError):
    """Too many wrong tries: what was tried is void, or locked until `retry_at`."""

    kind = ErrorKind.LOCKED


class ChangedError(ParapheError):
    """It is not any more what the caller has seen (RFC 9110 §13.1.1, If-Match)."""

    kind = ErrorKind.CHANGED

    def __init__(self) -> None:
        super().__init__(
            "changed_meanwhile", "It was changed since you read it: read it again, then decide."
        )


def check_version(stored: int, expected: int | None) -> None:
    """Refuse to change what is not what the caller has seen; None is whatever is there.

    Raises:
        ChangedError: another version is stored.

    """
    if expected is not None and stored != expected:
        raise ChangedError


class TooManyError(ParapheError):
    """A limit is reached."""

    kind = ErrorKind.TOO_MANY


class RaceLostError(ParapheError):
    """Another writer was first: load and decide again. Edges see it only if that keeps failing."""

    kind = ErrorKind.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "concurrent_change", "The request was changed at the same time; try again."
        )
