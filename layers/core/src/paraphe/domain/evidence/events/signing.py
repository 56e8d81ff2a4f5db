"""What happens while somebody signs, or a member has a batch sealed.

`member` is in whose name software asks or types a code.
"""

from paraphe.domain.evidence.events.drafts import OfDocument, OfRecipient
from paraphe.domain.evidence.events.happening import (
    UNSEEN,
    Browser,
    Happening,
    Part,
    Personal,
)


class ConsentPage(Part):
    """What the page knows of whoever held the link, and of what it showed.

    Attributes:
        browser: of who consents.
        consent_text: the sentence beside the box, as shown.
        pages_seen: how many pages were shown, as the browser said; `unknown` when it did not.
        pages: how many there are.

    """

    browser: Browser = UNSEEN
    consent_text: str | None = None
    pages_seen: str | None = None
    pages: int | None = None


NO_PAGE = ConsentPage()


class LinkOpened(Happening):
    """Somebody who holds the link acted for the first time."""

    kind = "link_opened"
    consent_version: str | None = None
    page: ConsentPage = NO_PAGE


class ConsentGiven(Happening):
    """They ticked the box."""

    kind = "consent_given"
    consent_version: str | None = None
    page: ConsentPage = NO_PAGE


class PhoneDigitsTried(Happening):
    """The last digits of the phone were typed, `tries` different ones by now."""

    kind = "phone_digits_tried"
    tries: int
    browser: Browser = UNSEEN


class PhoneDigitsWrong(Happening):
    """They were wrong, `tries` of them by now; the last one locks the link."""

    kind = "phone_digits_wrong"
    tries: int
    locked: bool


class CodeRequested(Happening):
    """A code was asked for."""

    kind = "code_requested"
    challenge: str
    member: str | None = None


class CodeSent(Happening):
    """It was handed over to be sent."""

    kind = "code_sent"
    challenge: str
    channel: str


class CodeNotSent(Happening):
    """It could not be sent, for a stable reason."""

    kind = "code_not_sent"
    challenge: str
    reason: str


class CodeTried(Happening):
    """A code was typed, for the `tries`-th time; it is compared next."""

    kind = "code_tried"
    challenge: str
    tries: int
    member: str | None = None


class CodeWrong(Happening):
    """It was wrong; `void` says whether that was the last try."""

    kind = "code_wrong"
    challenge: str
    tries: int
    void: bool
    member: str | None = None


class SignatureAccepted(Happening):
    """The code was right; `tries` wrong ones came before.

    Attributes:
        challenge: the code's id.
        documents_digest: what it was bound to.
        tries: how many wrong ones came before.
        mark: how the visible mark looks; None without one.
        mark_sha256: of what was chosen for it.
        browser: of who typed it.

    """

    kind = "signature_accepted"
    challenge: str
    documents_digest: str
    tries: int
    mark: str | None = None
    mark_sha256: str | None = None
    browser: Browser = UNSEEN


class OfReading(Happening):
    """Whoever held the link acted on what the page showed them; no code was asked for.

    Attributes:
        documents_digest: over what was shown.
        consent_version: of the sentence.
        page: the sentence, and who said it.

    """

    documents_digest: str
    consent_version: str | None = None
    page: ConsentPage = NO_PAGE


class ApprovalGiven(OfReading):
    """An approver approved."""

    kind = "approval_given"


class ReadingConfirmed(OfReading):
    """A viewer said that they have read."""

    kind = "reading_confirmed"


class SealRequested(OfRecipient):
    """A member, with this name and capability, has a batch sealed; the seal is the recipient."""

    kind = "seal_requested"
    name: Personal = None
    capability: str
    member: str | None = None


class SealAccepted(OfRecipient):
    """The member's code was right; `tries` wrong ones came before."""

    kind = "seal_accepted"
    challenge: str
    documents_digest: str
    tries: int
    name: Personal = None
    capability: str
    member: str | None = None


class OfRevision(OfDocument):
    """One more signature or seal in a document: whose, in which field, what the file was before."""

    recipient: str
    field: str
    sha256: str
    previous_sha256: str


class DocumentSigned(OfRevision):
    """A signature was applied."""

    kind = "document_signed"


class DocumentSealed(OfRevision):
    """A seal was applied."""

    kind = "document_sealed"


class RecipientSigned(OfRecipient):
    """Their signature is in every document."""

    kind = "recipient_signed"


class RecipientSealed(OfRecipient):
    """The seal is in every document."""

    kind = "recipient_sealed"
