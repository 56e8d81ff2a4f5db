"""What the portal tells of errors; the kit has the statuses and the general pages."""

from paraphe.domain.errors import ParapheError
from paraphe.locales import Texts
from paraphe.pages import error_pages
from paraphe.pages.error_pages import ErrorNotice, ErrorPages, mark
from paraphe.ports.identity import IdentityRefusedError
from paraphe.ports.system import TransientError
from portal.render import PAGES

_MESSAGES = {
    "name_required": mark("Enter the name of your firm."),
    "name_unreadable": mark("This name holds characters that cannot be seen. Type it anew."),
    "name_too_long": mark("At most 100 characters."),
    "siren_invalid": mark("This is not a SIREN: it has 9 digits, and the last one checks them."),
    "siren_taken": mark(
        "This firm is open on Paraphe already. Ask one of its chartered accountants to invite you."
    ),
    "terms_changed": mark("The terms have changed since you read them. Please read them again."),
    "terms_unticked": mark("Tick the box to go on."),
    "phone_invalid": mark("This is not a phone number. Type it as 06 12 34 56 78."),
    "phone_not_mobile": mark("This is not a mobile number, so it cannot get codes."),
    "phone_country_not_allowed": mark("Codes can only go to French mobile numbers."),
    "too_soon": mark("A code was sent less than 30 seconds ago. Wait a moment for it to arrive."),
    "too_many_sms": mark(
        "Today’s most codes were sent already. Another one can be sent from {time} on."
    ),
    "no_code": mark("There is no code to enter yet."),
    "code_malformed": mark("The code has 6 digits."),
    "code_wrong": mark("This is not the right code."),
    "code_void": mark("This code no longer works, after 5 wrong tries."),
    "code_expired": mark("This code is too old."),
    "not_this_step": mark("This step is done already, or it is not its turn."),
}
# Who is kept out is told why, and what to do (P1, P2).
NOTICES = {
    "not_on_register": ErrorNotice(
        mark("You are not on the register of chartered accountants"),
        (
            mark(
                "Your identity was recognised. But only chartered accountants who are on the "
                "profession’s register can open a firm on Paraphe."
            ),
            mark(
                "If you work for a firm, ask its chartered accountant to invite you. If you are on "
                "the register, ask your regional council to check your entry."
            ),
            mark(
                "If you were asked to sign a document, you need no account: open the link in the "
                "e-mail that you received."
            ),
        ),
    ),
    "not_invited": ErrorNotice(
        mark("Nobody has invited you yet"),
        (
            mark("Your identity was recognised, but no firm has invited you to work with it."),
            mark(
                "If you work for a firm, ask its chartered accountant to invite you, then follow "
                "the link in the invitation."
            ),
            mark(
                "If you were asked to sign a document, you need no account: open the link in the "
                "e-mail that you received."
            ),
        ),
    ),
    "invitation_unknown": ErrorNotice(
        mark("This invitation does not work"),
        (
            mark("The link may be incomplete, or a newer e-mail has replaced it."),
            mark("Open the link of the newest e-mail, or ask the firm for another invitation."),
        ),
    ),
    "invitation_expired": ErrorNotice(
        mark("This invitation has expired"),
        (mark("An invitation works for a week. Ask the firm for another one."),),
    ),
    "invitation_used": ErrorNotice(
        mark("This invitation has been used"),
        (
            mark("Somebody has accepted it already. If it was you, sign in with the same account."),
            mark("If it was not you, tell the firm at once."),
        ),
    ),
    "sign_in_unknown": ErrorNotice(
        mark("This sign-in is over"),
        (
            mark("It took too long, was used before, or was begun in another browser."),
            mark("Nothing is lost. Please sign in again."),
        ),
    ),
    "sign_in_refused": ErrorNotice(
        mark("You could not be recognised"),
        (
            mark("The answer of the sign-in service could not be accepted."),
            mark("Please sign in again. If it lasts, tell whoever runs Paraphe for you."),
        ),
    ),
    "sign_in_canceled": ErrorNotice(
        mark("You did not sign in"),
        (mark("The sign-in was cancelled, or the sign-in service refused it."),),
    ),
}
UNAVAILABLE = ErrorNotice(
    mark("Signing in is not possible at the moment"),
    (
        mark("The sign-in service does not answer. Nothing is lost."),
        mark("Please try again in a few minutes."),
    ),
)
ERROR_PAGES = ErrorPages(
    PAGES,
    messages={**_MESSAGES, "not_on_register": NOTICES["not_on_register"].paragraphs[0]},
    contact=mark("If it lasts, tell whoever runs Paraphe for you."),
    unavailable=(TransientError, IdentityRefusedError),
)


def message_of(error: ParapheError, words: Texts) -> str:
    """Say an error to the reader."""
    return error_pages.message_of(error, words, _MESSAGES)
