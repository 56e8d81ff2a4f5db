"""The figures of the guides are the code's: each stands in its page as the constant has it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from infra.tree import text_of
from paraphe.contracts import fields
from paraphe.contracts.firms import contact_columns, contact_exports
from paraphe.contracts.requests import bulk_rows
from paraphe.domain.firms import delegation, invitation, registered_clients
from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.requests import bulk, deadlines, decision, model, reminders, templates
from paraphe.domain.signing import codes
from paraphe.ports import calls
from paraphe.usecases import act_once
from paraphe.usecases.firms import import_contacts

_HOUR = timedelta(hours=1)
_MB = 1024 * 1024
_SENDING = Sending()
SAID = [
    ("authentication", f"{registered_clients.LONGEST_OVERLAP // _HOUR} at most"),
    ("authentication", f"A firm has {registered_clients.MOST_CLIENTS} clients at most"),
    ("requests", f"the {deadlines.LIFETIME.days} \u00d7 24 h begin"),
    ("requests", f"deadline to {deadlines.LIFETIME.days} \u00d7 24 h"),
    ("requests", f"`external_id` (≤ {fields.MAX_EXTERNAL_ID} characters"),
    ("requests", f"≤ {fields.MAX_PAIRS} pairs of text, ≤ {fields.MAX_METADATA:,} bytes"),
    ("members", f"for {invitation.LIFETIME.days} days"),
    ("members", f"A firm has {invitation.MOST} open invitations at most"),
    ("members", f"A firm has {delegation.MOST} at most"),
    ("templates", f"At most {templates.MAX_ROLES} roles"),
    ("bulk", f"{bulk.MAX_ROWS:,} rows and {bulk_rows.MAX_BYTES // _MB} MB at most"),
    ("bulk", f"{bulk.LIFETIME.days} days after the last step"),
    ("contacts", f"{contact_columns.MAX_ROWS:,} rows at most"),
    ("contacts", f"{contact_exports.MAX_EXPORTED:,} contacts in each"),
    ("contacts", f"{import_contacts.MAX_VCARD_BYTES // _MB} MB; pictures"),
    ("contacts", f"says; {contact_columns.MAX_CSV_BYTES // _MB} MB."),
    ("templates", f"{templates.MAX_DOCUMENTS} documents"),
    ("calls", f"answer is made again after {act_once.GIVEN_UP.seconds} seconds"),
    ("limits", f"{codes.RESEND_AFTER.seconds} seconds apart"),
    ("calls", f"within {calls.REMEMBERED // _HOUR} hours"),
    ("limits", f"| {model.MAX_CODES} for a signer in a request"),
    ("limits", f"{_SENDING.sms_per_number} a day to one phone"),
    ("limits", f"{_SENDING.sms_per_day:,} a day for the firm"),
    ("limits", f"{_SENDING.mails_per_address} a day to one address"),
    ("limits", f"{_SENDING.mails_per_day:,} for the firm"),
    ("limits", f"{decision.MOST_TOLD_A_DAY} a day, besides"),
]


@pytest.mark.parametrize(("page", "said"), SAID)
def test_a_guide_says_what_the_code_has(page: str, said: str) -> None:
    """Word for word, lines joined."""
    text = " ".join(text_of(f"functions/reference/pages/{page}.md").split())
    assert said in text


def test_once_an_hour_means_an_hour() -> None:
    """Figures that the guides write as words."""
    assert reminders.COOLDOWN == invitation.COOLDOWN == _HOUR
