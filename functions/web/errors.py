"""What signers are told of errors; the kit has the statuses and the general pages."""

from paraphe.domain.errors import ParapheError
from paraphe.locales import Texts
from paraphe.pages import error_pages
from paraphe.pages.error_pages import ErrorNotice, ErrorPages, mark
from paraphe.ports.system import TransientError
from web.render import PAGES

# What went through before, a second tap finds done: it is shown where things stand, without blame.
DONE_ALREADY = frozenset(
    {"already_signing", "already_signed", "already_approved", "request_completed"}
)
# Errors that have a page of their own, which says it better than a line above a form.
_SAID_BY_THE_PAGE = frozenset(
    {
        "code_void",
        "code_expired",
        "link_locked",
        "not_your_turn",
        "recipient_replaced",
        "documents_erased",
        "request_expired",
        "request_declined",
        "request_canceled",
        "request_failed",
    }
)
_MESSAGES = {
    "evidence_not_ready": mark("Your attestation is not ready yet: try again in a moment."),
    "consent_missing": mark("Tick the box to go on."),
    "phone_digits_wrong": mark(
        "These are not the last 4 digits of the mobile number that the sender gave for you."
    ),
    "code_malformed": mark("The code has 6 digits."),
    "mark_unknown": mark("Choose how your signature looks."),
    "typed_missing": mark("Type your name or your initials."),
    "typed_too_long": mark("At most 60 characters."),
    "typed_unwritable": mark("Only letters, digits and punctuation can be shown."),
    "drawing_missing": mark("Draw your signature, or choose another look."),
    "drawing_malformed": mark("This drawing could not be read. Clear it and draw again."),
    "picture_missing": mark("Choose a picture, or another look."),
    "picture_malformed": mark("This picture could not be read. Choose it again, or another one."),
    "picture_blank": mark("Nothing can be seen on this picture. Choose another one."),
    "code_void": mark("This code no longer works, after 5 wrong tries."),
    "code_expired": mark("This code is too old."),
    "code_of_other_documents": mark("This code was sent for other documents. Ask for a new one."),
    "no_code": mark("There is no code to enter yet."),
    "too_soon": mark("A code was sent less than 30 seconds ago. Wait a moment for it to arrive."),
    "too_many_sms": mark(
        "Today’s most SMS were sent already. Another code can be sent from {time} on; if you "
        "cannot wait, ask the sender."
    ),
    "link_locked": mark("This link takes no more tries until {time}."),
    "too_many_codes": mark("No more codes can be sent: 5 were sent already."),
    "reason_missing": mark("Write why you do not want to sign."),
    "reason_too_long": mark("At most 1,000 characters."),
    "reason_unreadable": mark("This text holds characters that cannot be seen. Write it anew."),
    "not_asked_for": mark("This link is for something else: read what this page says."),
    "not_your_turn": mark("Others have to sign before you."),
    "not_completed": mark("The documents can be had once everybody has signed."),
    "documents_erased": mark("The documents have been erased."),
}
_UNKNOWN_LINK = ErrorNotice(
    mark("This link does not work"),
    (
        mark("It may be incomplete, or a newer e-mail has replaced it."),
        mark("Open the link of the newest e-mail, or ask the sender for a new one."),
    ),
)
ERROR_PAGES = ErrorPages(
    PAGES,
    messages=_MESSAGES,
    not_found={"link_unknown": _UNKNOWN_LINK},
    contact=mark("If it lasts, tell the sender of the documents."),
    unavailable=(TransientError,),
)


def message_of(error: ParapheError, words: Texts, tries_left: int | None = None) -> str:
    """Say an error to the reader."""
    if error.code == "code_wrong":
        return words.tn(
            "This is not the right code. You have {count} try left.",
            "This is not the right code. You have {count} tries left.",
            tries_left or 0,
        )
    return error_pages.message_of(error, words, _MESSAGES)


def needs_saying(error: ParapheError) -> bool:
    """Tell whether an error needs a line on the page, because the page alone doesn't say it."""
    return error.code not in _SAID_BY_THE_PAGE
