"""Recipients of a request: who they are, what they do, and how far they are."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from paraphe.domain.firms.member import Capability


class RecipientState(StrEnum):
    """Where one recipient stands."""

    WAITING = "waiting"
    NOTIFIED = "notified"
    VIEWED = "viewed"
    CONSENTED = "consented"
    SIGNING = "signing"
    SIGNED = "signed"
    APPROVED = "approved"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"


class Role(StrEnum):
    """What a recipient is asked for. `seal` is the firm itself: nobody is written to (P21).

    An `approver` approves or declines in turn, and leaves no signature; a `viewer` is shown the
    documents at their turn, and nothing waits for them; `cc` gets the signed original at the end.
    """

    SIGNER = "signer"
    APPROVER = "approver"
    VIEWER = "viewer"
    SEAL = "seal"
    CC = "cc"


# Who has to act, each behind their own link: the others wait for them.
DECIDING = frozenset({Role.SIGNER, Role.APPROVER})
# Whose act goes into the documents.
IN_DOCUMENTS = frozenset({Role.SIGNER, Role.SEAL})
# Whom the order is made of (P5).
IN_ORDER = DECIDING | IN_DOCUMENTS


class DeliveryState(StrEnum):
    """What became of an e-mail that a recipient did not get, or did not want."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


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
    """Somebody who signs, approves, reads or gets a copy; or the firm's seal, without an address.

    `slot` names the signature field; a replacement inherits it from whom it replaces (P6).
    `invited_for` is the deadline that the last message to them told: when it differs from the
    request's, they are due a message. `link_hash` is the SHA-256 of their link's token.
    `authorised_by` is only a batch's seal's: it is affixed once that member has typed their code.
    `digit_tries` is None while nobody has guessed at the end of their phone's number.
    `written_at` is when a message to them was last owed. `delivery` is set while their address is
    known not to work, `sms_failed_at` while their phone is.
    `template_role` is the key of the role that they take in the request's template (P24).
    `accepted_at` is when their act counted: a signature, an approval, that they have read.
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
    written_at: datetime | None = None
    sms_failed_at: datetime | None = None
    template_role: str = ""

    @property
    def code_phone(self) -> str | None:
        """Where a code goes (P9)."""
        return self.authorised_by.phone if self.authorised_by else self.phone
