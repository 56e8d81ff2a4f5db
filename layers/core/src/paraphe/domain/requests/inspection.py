"""What the inspection of an uploaded PDF says: the values, without any PDF library."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class RefusalReason(StrEnum):
    """Why an upload cannot become a document to sign; the values are stable: pages translate."""

    EMPTY = "empty"
    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    NO_PAGES = "no_pages"
    TOO_COMPLEX = "too_complex"
    ENCRYPTED = "encrypted"
    XFA = "xfa"
    NEEDS_RENDERING = "needs_rendering"
    PORTFOLIO = "portfolio"
    JAVASCRIPT = "javascript"
    LAUNCH_ACTION = "launch_action"
    SUBMIT_FORM = "submit_form"
    ADDITIONAL_ACTIONS = "additional_actions"
    OPEN_ACTION = "open_action"
    EXTERNAL_CONTENT = "external_content"
    CERTIFIED_NO_CHANGES = "certified_no_changes"
    CLOSED_BY_SIGNATURE = "closed_by_signature"
    NOT_SIGNABLE = "not_signable"
    LOOKS_DIFFERENT = "looks_different"
    NOT_DRAWABLE = "not_drawable"
    INCOMPLETE = "incomplete"
    DAMAGED = "damaged"
    DAMAGED_SIGNED = "damaged_signed"
    HYBRID_SIGNED = "hybrid_signed"
    INVALID_SIGNATURE = "invalid_signature"
    UNJUDGED_SIGNATURE = "unjudged_signature"
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"


# Taken out of an unsigned file if its sender allows it: it cannot run in a signed copy.
REMOVABLE = frozenset(
    {
        RefusalReason.JAVASCRIPT,
        RefusalReason.LAUNCH_ACTION,
        RefusalReason.SUBMIT_FORM,
        RefusalReason.ADDITIONAL_ACTIONS,
        RefusalReason.OPEN_ACTION,
    }
)


class Judged(StrEnum):
    """What the trial before acceptance could say of the signatures to come (P4, decision 14).

    `FULLY`: pyHanko, strict, finds that every signature holds, or nothing in the file could spoil
    one. `LENIENTLY`: they hold, but a validator that insists on every rule of syntax stops at the
    signed file as it was sent. `NOT`: they could be made; time, memory or the number of objects
    did not allow their judgement.
    """

    FULLY = "fully"
    LENIENTLY = "leniently"
    NOT = "not"


class FileHint(StrEnum):
    """What a file that is not a PDF looks like, so that its sender can be told what to do."""

    WORD = "word"
    EXCEL = "excel"
    POWERPOINT = "powerpoint"
    OPEN_DOCUMENT = "open_document"
    ARCHIVE = "archive"
    IMAGE = "image"
    WEB_PAGE = "web_page"
    TEXT = "text"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as it is displayed: number from 1, size in points after rotation and crop.

    `rotation` is the clockwise turn that was applied: 0, 90, 180 or 270.
    """

    number: int
    width: float
    height: float
    rotation: int


@dataclass(frozen=True, slots=True)
class Accepted:
    """An upload that may be signed.

    `original_sha256` and `sha256` are the hexadecimal digests of what was sent and of what was
    kept (equal when the file is already signed: then not a byte is changed). `size` is that of
    what was kept, in bytes. `flattened_fields`: form fields became plain page content or were
    made read-only. `locked_fields`: at least one field could not be drawn and was made read-only.
    `judged`: what is known of the signatures to come. `removed`: which of `REMOVABLE` what was sent
    has and what was kept has not, gravest first: never empty in `Refused.without`, else empty.
    """

    original_sha256: str
    sha256: str
    size: int
    pages: tuple[Page, ...]
    already_signed: bool
    signatures: int
    flattened_fields: bool
    locked_fields: bool = False
    empty_signature_fields: int = 0
    certified: bool = False
    judged: Judged = Judged.FULLY
    removed: tuple[RefusalReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """An upload that is turned away. `detail` says in English what its sender can do.

    `without` is what it becomes once its sender allows that active content is removed from it.
    """

    reason: RefusalReason
    detail: str
    hint: FileHint | None = None
    without: Accepted | None = None
