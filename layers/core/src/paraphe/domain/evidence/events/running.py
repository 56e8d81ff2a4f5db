"""What happens to a request that runs: messages, changes, faults, and how it ends."""

from dataclasses import dataclass, field

from paraphe.domain.evidence.events.drafts import OfRecipient
from paraphe.domain.evidence.events.happening import PERSONAL, Happening, Part


@dataclass(frozen=True, slots=True, kw_only=True)
class OfLink(OfRecipient):
    """Something about the link of a recipient, which a correction counts up."""

    link_generation: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientInvited(OfLink):
    """A link was made and handed over to be sent."""

    kind = "recipient_invited"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientWrittenAgain(OfLink):
    """The link was handed over once more, after a relaunch."""

    kind = "recipient_written_again"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientNotWrittenTo(OfLink):
    """E-mails to this address fail, so nothing was sent."""

    kind = "recipient_not_written_to"


@dataclass(frozen=True, slots=True, kw_only=True)
class OfMail(OfRecipient):
    """A mail that failed for good: for which notice, and why, in the mail service's word."""

    notice: str
    subtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBounced(OfMail):
    """It could not be delivered."""

    kind = "mail_bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class MailComplained(OfMail):
    """It was reported as unwanted."""

    kind = "mail_complained"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut(Part):
    """Who is in turn and was not written to, as e-mails to them fail; None when nobody was.

    Attributes:
        unreachable: the first of them, by id.
        unreachable_count: how many they are.

    """

    unreachable: tuple[str, ...] | None = None
    unreachable_count: int | None = None


NOBODY = LeftOut()


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderRequested(Happening):
    """Those in turn were written to again at the sender's wish."""

    kind = "reminder_requested"
    left_out: LeftOut = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(Happening):
    """They were by themselves, `days` days before the deadline."""

    kind = "reminder_due"
    days: int
    left_out: LeftOut = NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReordered(OfRecipient):
    """A recipient was given another place in the order."""

    kind = "recipient_reordered"
    order: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientCorrected(OfRecipient):
    """Who a recipient is, or how they are reached, was corrected."""

    kind = "recipient_corrected"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientReplaced(OfRecipient):
    """Somebody else is asked instead."""

    kind = "recipient_replaced"
    successor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientDeclined(Happening):
    """Whoever held the link declined, and said why."""

    kind = "recipient_declined"
    reason: str | None = field(default=None, metadata=PERSONAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRelaunched(Happening):
    """The deadline was moved."""

    kind = "request_relaunched"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestCanceled(Happening):
    """The sender took it back."""

    kind = "request_canceled"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestExpired(Happening):
    """The deadline has passed."""

    kind = "request_expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFailed(Happening):
    """A fault stopped it, in a step that `reason` names."""

    kind = "request_failed"
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestResumed(Happening):
    """It was taken up where it stood."""

    kind = "request_resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecutionReplaced(Happening):
    """Another execution of the workflow took over, of this number."""

    kind = "execution_replaced"
    generation: int
