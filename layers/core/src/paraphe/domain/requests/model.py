"""A signature request: plain immutable values (docs/ARCHITECTURE.md, "Words")."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.recipient import Recipient


class RequestState(StrEnum):
    """Where a signature request stands."""

    DRAFT = "draft"
    ACTIVE = "active"
    COMPLETING = "completing"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELED = "canceled"
    FAILED = "failed"


class Mode(StrEnum):
    """Whether a request counts, or is only a test of who integrates; frozen at its creation."""

    LIVE = "live"
    TEST = "test"


class ChallengeState(StrEnum):
    """Where a code stands (P9)."""

    PENDING = "pending"
    SENT = "sent"
    USED = "used"
    VOID = "void"
    FAILED = "failed"


# Codes that are being sent, or wait to be typed.
OPEN_CODES = frozenset({ChallengeState.PENDING, ChallengeState.SENT})
# Codes for one signer, whatever becomes of them (P9).
MAX_CODES = 5


class CommandKind(StrEnum):
    """What the actor is asked to do for one recipient."""

    ISSUE_OTP = "issue_otp"
    SIGN = "sign"


class NoticeKind(StrEnum):
    """What a message of the outbox says."""

    INVITATION = "invitation"
    RELAUNCHED = "relaunched"
    REMINDER = "reminder"
    COMPLETED = "completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELED = "canceled"
    FAILED = "failed"
    LINK_LOCKED = "link_locked"
    UNREACHABLE = "unreachable"
    STAFF_INVITED = "staff_invited"
    PHONE_REFUSED = "phone_refused"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who prepared the request and is told what becomes of it."""

    id: str
    name: str
    email: str
    locale: str = "fr"


@dataclass(frozen=True, slots=True)
class Challenge:
    """One code (`otp_challenge`): for one recipient and these documents only, one use (P9).

    `sent_to` is the phone (E.164) that it went to, which may have been corrected since. `tries`
    counts what was typed, before it is compared.
    """

    id: str
    recipient_id: str
    documents_digest: str
    created_at: datetime
    state: ChallengeState = ChallengeState.PENDING
    code_mac: str | None = None
    sent_at: datetime | None = None
    expires_at: datetime | None = None
    tries: int = 0
    sent_to: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """Something accepted that the actor has yet to apply; removed only by applying it."""

    id: str
    kind: CommandKind
    recipient_id: str
    challenge_id: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class SenderMails:
    """How many mails about a request its sender was owed on the day (UTC) that begins at `day`."""

    day: datetime
    count: int


@dataclass(frozen=True, slots=True)
class SignatureRequest:
    """The aggregate: loaded whole, decided on, committed whole.

    `version` is what a commit is conditioned on; `audit_seq` and `audit_head` are the chain's end
    (P19); `generation` numbers the executions that are this request's actor, and the newest of them
    began at `generation_version`. `can_seal` and
    `seal_at_end` are the firm's at the time of creation. `evidence_key` names the evidence file,
    `evidence_sha256` is its digest. `sending` is what the firm had set, None for the defaults;
    `reminded_at` is when its sender last asked for a reminder. `proven_until` is when the first
    certificate behind the newest time-stamps of what is kept ends: they are renewed before.
    `forgotten_at` is when what the table knew of people was erased. `restarts` counts the
    executions that were started anew without anything having moved since; `restarted_seq` is the
    trail's length when the last one was. `resume_at` is when a failed request is taken up by
    itself, None for never. `sender_mails` bounds what its sender is told by mail in a day.
    Its evidence is kept for `evidence_years` (P24). `attach_originals` and `notice_hour` are the
    firm's, as is how people see it: `brand_name`, `brand_colour`.
    `external_id` and `metadata` are the caller's own words, which no rule reads. `deleted_at` is
    when its sender deleted the draft: only ids, instants and the trail are left.
    `listed` is the store's own: by which entries lists find it; no rule reads it.
    `part_versions` is the store's own: with which version each part was last written, by its key
    there; no rule reads it. `template_id` is the template that it was made from: a delegation may
    be limited to some.
    """

    firm_id: str
    id: str
    title: str
    sender: Sender
    created_at: datetime
    updated_at: datetime
    mode: Mode = Mode.LIVE
    firm_name: str = ""
    can_seal: bool = False
    seal_at_end: bool = False
    message: str = ""
    state: RequestState = RequestState.DRAFT
    failed_from: RequestState | None = None
    failure: str | None = None
    otp_minutes: int = 30
    reminder_days: tuple[int, ...] = (7, 2)
    reminded_days: tuple[int, ...] = ()
    reminded_at: datetime | None = None
    sending: Sending | None = None
    launched_at: datetime | None = None
    deadline_from: datetime | None = None
    deadline: datetime | None = None
    documents_digest: str | None = None
    ended_at: datetime | None = None
    retention_until: datetime | None = None
    sender_told_end: bool = False
    sender_mails: SenderMails | None = None
    evidence_key: str | None = None
    evidence_sha256: str | None = None
    proven_until: datetime | None = None
    closed: bool = False
    purged_at: datetime | None = None
    forgotten_at: datetime | None = None
    generation: int = 0
    generation_version: int = 0
    restarts: int = 0
    restarted_seq: int = 0
    resume_at: datetime | None = None
    version: int = 0
    audit_seq: int = 0
    audit_head: str = ""
    fingerprint: str | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    deleted_at: datetime | None = None
    template_id: str | None = None
    evidence_years: int = 10
    attach_originals: bool = True
    notice_hour: int | None = None
    brand_name: str | None = None
    brand_colour: str | None = None
    documents: tuple[Document, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    commands: tuple[Command, ...] = field(default=())
    listed: int = field(default=0, compare=False, repr=False)
    part_versions: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

    @property
    def shown_firm(self) -> str:
        """The firm as people see it; evidence and certificates bear its legal name."""
        return self.brand_name or self.firm_name

    @property
    def is_test(self) -> bool:
        """Whether it is only a test: no SMS, marked wherever it shows, counted nowhere."""
        return self.mode is Mode.TEST

    @property
    def is_ended(self) -> bool:
        """Whether it ended, however it ended."""
        return self.state in ENDED


ENDED = frozenset(
    {RequestState.COMPLETED, RequestState.DECLINED, RequestState.EXPIRED, RequestState.CANCELED}
)


@dataclass(frozen=True, slots=True)
class Notice:
    """A row of the outbox: ids only. `recipient_id` None means the sender.

    `about` is the recipient whom a message to the sender tells of, if it tells of one.
    """

    id: str
    kind: NoticeKind
    recipient_id: str | None
    created_at: datetime
    about: str | None = None
