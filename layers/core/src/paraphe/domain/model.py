"""A signature request and its parts: plain immutable values (PRODUCT.md, "Words")."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from paraphe.domain.inspection import Page
from paraphe.domain.member import Capability
from paraphe.domain.sending import Sending


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


class RecipientState(StrEnum):
    """Where one recipient stands."""

    WAITING = "waiting"
    NOTIFIED = "notified"
    VIEWED = "viewed"
    CONSENTED = "consented"
    SIGNING = "signing"
    SIGNED = "signed"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Role(StrEnum):
    """What a recipient is asked for. `seal` is the firm itself: nobody is written to (P21)."""

    SIGNER = "signer"
    SEAL = "seal"
    CC = "cc"


class DocumentState(StrEnum):
    """Where an uploaded document stands before launch; afterwards it is `ready` for good."""

    AWAITING_UPLOAD = "awaiting_upload"
    READY = "ready"
    REFUSED = "refused"


class ChallengeState(StrEnum):
    """Where a code stands (P9)."""

    PENDING = "pending"
    SENT = "sent"
    USED = "used"
    VOID = "void"
    FAILED = "failed"


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


class DeliveryState(StrEnum):
    """What became of an e-mail that a recipient did not get, or did not want."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who prepared the request and is told what becomes of it."""

    id: str
    name: str
    email: str
    locale: str = "fr"


class MarkKind(StrEnum):
    """What stands beside name and date in a visible signature, when something was chosen (P8)."""

    TYPED = "typed"
    DRAWN = "drawn"
    IMAGE = "image"


@dataclass(frozen=True, slots=True)
class Mark:
    """How a signer's visible mark looks, frozen at acceptance; the content lies under `key`."""

    kind: MarkKind
    sha256: str
    key: str


@dataclass(frozen=True, slots=True)
class Placement:
    """A visible signature's box: points from the top left of the page as displayed (P8)."""

    document_id: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The member who has a batch sealed, as they were when they asked (P21, P23).

    `phone` (E.164) is where their code goes; `capability` is what lets them seal.
    """

    member_id: str
    name: str
    phone: str
    capability: Capability = Capability.SEAL


@dataclass(frozen=True, slots=True)
class DigitTries:
    """What was typed behind a link as the last four digits of the phone, since the last lock.

    `typed` holds each different try, in order, before it is compared; `wrong` those of them that
    were compared and are not the phone's. `locks` counts the locks that are over.
    """

    typed: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    locks: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """That e-mails do not reach a recipient's present address, since when, and which notices."""

    state: DeliveryState
    at: datetime
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who signs or gets a copy; or the firm's seal, which has no address and no phone.

    `slot` names the signature field; a replacement inherits it from whom it replaces (P6).
    `invited_for` is the deadline that the last message to them told: when it differs from the
    request's, they are due a message. `link_hash` is the SHA-256 of their link's token.
    `authorised_by` is only a batch's seal's: it is affixed once that member has typed their code.
    `digit_tries` is None while nobody has guessed at the end of their phone's number.
    `delivery` is set while their address is known not to work.
    """

    id: str
    slot: str
    role: Role
    order: int
    name: str
    email: str
    phone: str | None = None
    locale: str = "fr"
    state: RecipientState = RecipientState.WAITING
    placements: tuple[Placement, ...] = ()
    mark: Mark | None = None
    link_generation: int = 1
    link_hash: str | None = None
    invited_for: datetime | None = None
    notified_at: datetime | None = None
    consented_at: datetime | None = None
    accepted_at: datetime | None = None
    signed_at: datetime | None = None
    codes_requested: int = 0
    decline_reason: str | None = None
    replaced_by: str | None = None
    told_end: bool = False
    authorised_by: Authorisation | None = None
    digit_tries: DigitTries | None = None
    delivery: Delivery | None = None

    @property
    def code_phone(self) -> str | None:
        """Where a code goes (P9)."""
        return self.authorised_by.phone if self.authorised_by else self.phone


NO_RECORD = "{}"


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored signature: the document after it (bytes before pointers).

    `record` is the signature's record as the signing adapter gave it, as JSON text.
    """

    recipient_id: str
    command_id: str
    field: str
    sha256: str
    key: str
    size: int
    signed_at: datetime
    record: str = NO_RECORD


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF. `sha256` and `key` are those of the normalised file, frozen at launch (P6).

    `remove_active_content`: its sender allows that scripts and actions are taken out of it;
    `removable` says which kinds a refused file has, `removed` which ones the accepted file had.

    `signers` are the recipients whose signatures it holds, oldest first; `newest` is the last of
    these signatures, without its record, and `sealed_at` the time of the firm's newest seal (P21).
    `revisions` are the signatures themselves: all of them in a request that was loaded whole, else
    only those that a decision has just added.

    `retained_sha256` is set once the archive time-stamp of what is kept was renewed: the file at
    `retained_key` then continues the newest revision.
    """

    id: str
    name: str
    position: int
    state: DocumentState = DocumentState.AWAITING_UPLOAD
    original_sha256: str | None = None
    sha256: str | None = None
    key: str | None = None
    size: int = 0
    pages: tuple[Page, ...] = ()
    already_signed: bool = False
    certified: bool = False
    refusal: str | None = None
    refusal_detail: str | None = None
    remove_active_content: bool = False
    removable: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    signers: tuple[str, ...] = ()
    newest: Revision | None = None
    sealed_at: datetime | None = None
    revisions: tuple[Revision, ...] = ()
    retained_key: str | None = None
    retained_sha256: str | None = None

    @property
    def current_sha256(self) -> str | None:
        """SHA-256 of the newest stored revision."""
        return self.newest.sha256 if self.newest else self.sha256

    @property
    def current_key(self) -> str | None:
        """Where the newest revision lies while the request is open."""
        return self.newest.key if self.newest else self.key

    @property
    def current_size(self) -> int:
        """Size of the newest revision, in bytes."""
        return self.newest.size if self.newest else self.size

    @property
    def held_sha256(self) -> str | None:
        """SHA-256 of what is kept after the end: the newest revision, or its renewed form."""
        return self.retained_sha256 or self.current_sha256

    def signed_by(self, recipient_id: str) -> bool:
        """Whether this recipient's signature is in the newest revision."""
        return recipient_id in self.signers

    def with_revision(self, revision: Revision, *, is_seal: bool = False) -> "Document":
        """Give the document after one more signature, or seal."""
        return replace(
            self,
            signers=(*self.signers, revision.recipient_id),
            newest=replace(revision, record=NO_RECORD),
            sealed_at=revision.signed_at if is_seal else self.sealed_at,
            revisions=(*self.revisions, revision),
        )


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
    itself, None for never. `part_versions` is the store's own: with which version each part was
    last written, by its key there; no rule reads it.
    """

    firm_id: str
    id: str
    title: str
    sender: Sender
    created_at: datetime
    updated_at: datetime
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
    documents: tuple[Document, ...] = ()
    recipients: tuple[Recipient, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    commands: tuple[Command, ...] = field(default=())
    part_versions: Mapping[str, int] = field(default_factory=dict, compare=False, repr=False)

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


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Software that acts for a firm; `name` is what the firm calls it, empty when it said none."""

    id: str
    firm_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Firm:
    """A tenant and its settings (P9 code lifetime, P15 reminders, P21 seal, what it may send).

    `seal_key_id` names the seal's key in KMS, `seal_certificate` is its certificate as PEM;
    `seal_stamp_key` says where the picture lies that it shows, if it has one.
    """

    id: str
    name: str
    siren: str | None = None
    otp_minutes: int = 30
    reminder_days: tuple[int, ...] = (7, 2)
    locale: str = "fr"
    seal_at_end: bool = False
    seal_key_id: str | None = None
    seal_certificate: str | None = None
    seal_stamp_key: str | None = None
    seal_stamp_sha256: str | None = None
    sending: Sending | None = None

    @property
    def can_seal(self) -> bool:
        """Whether it has a seal: a key and a certificate."""
        return self.seal_key_id is not None and self.seal_certificate is not None
