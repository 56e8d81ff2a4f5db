"""What happens to a request that runs: messages, changes, faults, and how it ends."""

from paraphe.domain.evidence.events.drafts import OfRecipient
from paraphe.domain.evidence.events.happening import Happening, Part, Personal


class OfLink(OfRecipient):
    """Something about the link of a recipient, which a correction counts up."""

    link_generation: int


class RecipientInvited(OfLink):
    """A link was made and handed over to be sent."""

    kind = "recipient_invited"


class RecipientWrittenAgain(OfLink):
    """The link was handed over once more, after a relaunch."""

    kind = "recipient_written_again"


class RecipientNotWrittenTo(OfLink):
    """E-mails to this address fail, so nothing was sent."""

    kind = "recipient_not_written_to"


class OfMail(OfRecipient):
    """A mail that failed for good: for which notice, and why, in the mail service's word."""

    notice: str
    subtype: str


class MailBounced(OfMail):
    """It could not be delivered."""

    kind = "mail_bounced"


class MailComplained(OfMail):
    """It was reported as unwanted."""

    kind = "mail_complained"


class LeftOut(Part):
    """Who is in turn and was not written to, as e-mails to them fail; None when nobody was.

    Attributes:
        unreachable: the first of them, by id.
        unreachable_count: how many they are.

    """

    unreachable: tuple[str, ...] | None = None
    unreachable_count: int | None = None


NOBODY = LeftOut()


class ReminderRequested(Happening):
    """Those in turn were written to again at the sender's wish."""

    kind = "reminder_requested"
    left_out: LeftOut = NOBODY


class ReminderDue(Happening):
    """They were by themselves, `days` days before the deadline."""

    kind = "reminder_due"
    days: int
    left_out: LeftOut = NOBODY


class RecipientReordered(OfRecipient):
    """A recipient was given another place in the order."""

    kind = "recipient_reordered"
    order: int


class RecipientCorrected(OfRecipient):
    """Who a recipient is, or how they are reached, was corrected."""

    kind = "recipient_corrected"


class RecipientReplaced(OfRecipient):
    """Somebody else is asked instead."""

    kind = "recipient_replaced"
    successor: str


class RecipientDeclined(Happening):
    """Whoever held the link declined, and said why."""

    kind = "recipient_declined"
    reason: Personal = None


class RequestRelaunched(Happening):
    """The deadline was moved."""

    kind = "request_relaunched"


class RequestCanceled(Happening):
    """The sender took it back."""

    kind = "request_canceled"


class RequestExpired(Happening):
    """The deadline has passed."""

    kind = "request_expired"


class RequestFailed(Happening):
    """A fault stopped it, in a step that `reason` names."""

    kind = "request_failed"
    reason: str


class RequestResumed(Happening):
    """It was taken up where it stood."""

    kind = "request_resumed"


class ExecutionReplaced(Happening):
    """Another execution of the workflow took over, of this number."""

    kind = "execution_replaced"
    generation: int
