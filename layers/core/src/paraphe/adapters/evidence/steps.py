"""What each event of the audit trail says to a person, by its kind."""

from __future__ import annotations


def mark(message: str) -> str:
    """Note a text for the catalogue; it is translated where it is shown."""
    return message


STEPS = {
    "request_created": mark("Draft created"),
    "document_added": mark("Document added"),
    "document_accepted": mark("Document inspected and accepted"),
    "document_refused": mark("Document refused"),
    "removal_allowed": mark("Removal of scripts and actions allowed"),
    "removal_withdrawn": mark("Removal of scripts and actions not allowed any more"),
    "document_removed": mark("Document removed"),
    "recipient_added": mark("Recipient added"),
    "recipient_changed": mark("Recipient changed"),
    "recipient_removed": mark("Recipient removed"),
    "draft_abandoned": mark("Draft abandoned"),
    "request_launched": mark("Request launched, documents frozen"),
    "recipient_invited": mark("Link made and handed over to be sent by e-mail"),
    "recipient_written_again": mark("Link handed over once more to be sent by e-mail"),
    "recipient_not_written_to": mark("Not written to, as e-mails to this address fail"),
    "mail_bounced": mark("E-mail not delivered"),
    "mail_complained": mark("E-mail reported as unwanted"),
    "link_opened": mark("Link opened by somebody who holds it"),
    "consent_given": mark("Consent given"),
    "code_requested": mark("Code asked for"),
    "code_sent": mark("Code handed over to be sent by SMS"),
    "code_not_sent": mark("Code could not be sent"),
    "code_tried": mark("Code typed"),
    "code_wrong": mark("Wrong code typed"),
    "phone_digits_tried": mark("Last digits of the mobile number typed"),
    "phone_digits_wrong": mark("Wrong last digits typed"),
    "signature_accepted": mark("Right code typed, signature accepted"),
    "seal_requested": mark("Seal asked for"),
    "seal_accepted": mark("Right code typed, seal accepted"),
    "document_signed": mark("Document signed"),
    "document_sealed": mark("Document sealed"),
    "recipient_signed": mark("All documents signed"),
    "recipient_sealed": mark("All documents sealed"),
    "recipient_declined": mark("Signature declined"),
    "recipient_reordered": mark("Order changed"),
    "recipient_corrected": mark("Recipient corrected"),
    "recipient_replaced": mark("Recipient replaced"),
    "recipients_expired": mark("Recipients did not sign in time"),
    "reminder_requested": mark("Reminder asked for"),
    "reminder_due": mark("Automatic reminder"),
    "request_relaunched": mark("Request relaunched, deadline moved"),
    "request_canceled": mark("Request canceled"),
    "request_expired": mark("Request expired"),
    "request_failed": mark("Request stopped by a fault"),
    "request_resumed": mark("Request resumed"),
    "execution_replaced": mark("Processing started anew"),
    "request_completed": mark("Request completed"),
    "documents_retained": mark("Signed documents stored for one month"),
    "evidence_stored": mark("Evidence file stored"),
    "request_closed": mark("Request closed"),
    "documents_erased": mark("Documents erased"),
    "personal_data_erased": mark("Personal data erased from the platform’s store"),
    "titles_erased": mark("Titles and file names erased from the platform’s store"),
    "archive_renewed": mark("Archive time-stamps renewed"),
}
# Of trails from earlier versions, in the words for what was seen then.
EARLIER = {"documents_viewed": STEPS["link_opened"]}
