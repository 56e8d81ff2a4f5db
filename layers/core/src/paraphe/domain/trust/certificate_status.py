"""Answers about certificates' status: what an OCSP responder can say (RFC 6960 §2.3, §4.2.1)."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

# An OCSPResponse with nothing but its status: SEQUENCE { ENUMERATED }.
_BARE = bytes((0x30, 0x03, 0x0A, 0x01))


class Outcome(IntEnum):
    """OCSPResponseStatus."""

    SUCCESSFUL = 0
    MALFORMED_REQUEST = 1
    INTERNAL_ERROR = 2
    TRY_LATER = 3
    UNAUTHORIZED = 6


@dataclass(frozen=True, slots=True)
class StatusAnswer:
    """One OCSP answer.

    Attributes:
        body: OCSPResponse, DER.
        outcome: its status.
        this_update: the instant for which it is said; None when it is an error.
        next_update: until when it may be kept; None when it is an error.
        is_personal: it repeats a nonce, so it is of no use to anybody but who asked.

    """

    body: bytes
    outcome: Outcome
    this_update: datetime | None = None
    next_update: datetime | None = None
    is_personal: bool = False


def refusal(outcome: Outcome) -> StatusAnswer:
    """Return an error, which nobody signs (RFC 6960 §2.3)."""
    return StatusAnswer(_BARE + bytes((outcome,)), outcome)
