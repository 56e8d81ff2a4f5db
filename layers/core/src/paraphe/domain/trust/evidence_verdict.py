"""What is said of a PDF with its evidence file and a day's chain heads, in values (P19, P20)."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import TYPE_CHECKING

from paraphe.domain.trust.verdict import PdfVerdict

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.domain.trust.verdict import Person, Root, State


class EvidenceProblem(StrEnum):
    """What does not hold in an evidence file."""

    MALFORMED = "malformed"
    CHAIN = "chain"
    DOCUMENT = "document"
    REVISION = "revision"
    REPORT = "report"
    SEAL_MISSING = "seal_missing"
    SEAL = "seal"
    SEAL_TRUST = "seal_trust"
    SEAL_TIME = "seal_time"
    SEAL_PURPOSE = "seal_purpose"
    BYTE_ORDER_MARK = "byte_order_mark"
    ENCODING = "encoding"
    REPEATED_KEY = "repeated_key"
    EXTRA_KEY = "extra_key"
    TRAILING = "trailing"
    SPELLING = "spelling"
    UNSEALED_CONTENT = "unsealed_content"
    INTERNAL = "internal"


class HeadsProblem(StrEnum):
    """What does not hold between an evidence file and a day's chain heads."""

    MALFORMED = "malformed"
    TOKEN = "token"  # noqa: S105 - a time-stamp token
    TOKEN_TRUST = "token_trust"  # noqa: S105 - likewise
    HISTORY = "history"
    EVIDENCE = "evidence"
    LATE = "late"
    NOT_LISTED = "not_listed"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class EvidenceVerdict:
    """What is said of an evidence file, next to its PDF when there is one.

    Attributes:
        state: VALID, UNKNOWN_TRUST (the seal's root), INDETERMINATE or INVALID.
        problems: what does not hold.
        events: how many are in the chain.
        first_break: the number of the first event that does not fit, None when all do.
        document: the id of the document that the PDF is, empty when it is none of them.
        revisions: how many recorded revisions were found again in the PDF.
        reports: how many recorded signatures have their validation report (ETSI TS 119 102-2).
        sealed_by: who sealed it.
        sealed_at: the seal's trusted time-stamp.
        archived_at: the newest trusted time-stamp over seal and proof; None without one.
        root: the end of the seal's chain.
        detail: English, for an expert.
        error_id: as of a signature.

    """

    state: State
    problems: tuple[EvidenceProblem, ...] = ()
    events: int = 0
    first_break: int | None = None
    document: str = ""
    revisions: int = 0
    reports: int = 0
    sealed_by: Person | None = None
    sealed_at: datetime | None = None
    root: Root | None = None
    detail: str = ""
    error_id: str = ""
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HeadsVerdict:
    """What is said of a day's chain heads, next to an evidence file.

    Attributes:
        state: VALID, UNKNOWN_TRUST (the time-stamp's root), INDETERMINATE or INVALID.
        problems: what does not hold.
        day: `2026-11-25`, empty when the file is malformed.
        seq: the event whose hash was written down, 0 when the request is not listed.
        stamped_at: the time-stamp's instant, None when it does not hold.
        root: the end of its chain.
        detail: English, for an expert.

    """

    state: State
    problems: tuple[HeadsProblem, ...] = ()
    day: str = ""
    seq: int = 0
    stamped_at: datetime | None = None
    root: Root | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Verdict(PdfVerdict):
    """All that is said of a file and of what was given with it.

    Attributes:
        evidence: None when no evidence file was given.
        heads: None when no chain heads were given.

    """

    evidence: EvidenceVerdict | None = None
    heads: HeadsVerdict | None = None

    @classmethod
    def of(cls, pdf: PdfVerdict) -> Verdict:
        """The verdict on a PDF alone."""
        return cls(**{one.name: getattr(pdf, one.name) for one in fields(pdf)})
