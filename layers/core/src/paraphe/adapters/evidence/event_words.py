"""What each kind of event of the audit trail says to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.evidence.events import drafts, earlier, ended, running, signing

if TYPE_CHECKING:
    from paraphe.domain.evidence.events.happening import Happening


def mark(message: str) -> str:
    """Note a text for the catalogue; it is translated where it is shown."""
    return message


STEPS: dict[type[Happening], str] = {
    drafts.RequestCreated: mark("Draft created"),
    drafts.TemplateUsed: mark("Made from a template, with its documents and people"),
    drafts.RequestChanged: mark("Request changed"),
    drafts.DraftDeleted: mark("Draft deleted"),
    drafts.DocumentAdded: mark("Document added"),
    drafts.DocumentAccepted: mark("Document inspected and accepted"),
    drafts.DocumentRefused: mark("Document refused"),
    drafts.RemovalAllowed: mark("Removal of scripts and actions allowed"),
    drafts.RemovalWithdrawn: mark("Removal of scripts and actions not allowed any more"),
    drafts.DocumentChanged: mark("Document renamed or moved"),
    drafts.DocumentReplaced: mark("File taken out to be replaced"),
    drafts.DocumentRemoved: mark("Document removed"),
    drafts.RecipientAdded: mark("Recipient added"),
    drafts.RecipientChanged: mark("Recipient changed"),
    drafts.RecipientRemoved: mark("Recipient removed"),
    drafts.DraftAbandoned: mark("Draft abandoned"),
    drafts.RequestLaunched: mark("Request launched, documents frozen"),
    running.RecipientInvited: mark("Link made and handed over to be sent by e-mail"),
    running.RecipientWrittenAgain: mark("Link handed over once more to be sent by e-mail"),
    running.RecipientNotWrittenTo: mark("Not written to, as e-mails to this address fail"),
    running.MailBounced: mark("E-mail not delivered"),
    running.MailComplained: mark("E-mail reported as unwanted"),
    signing.LinkOpened: mark("Link opened by somebody who holds it"),
    signing.ConsentGiven: mark("Consent given"),
    signing.CodeRequested: mark("Code asked for"),
    signing.CodeSent: mark("Code handed over to be sent by SMS"),
    signing.CodeNotSent: mark("Code could not be sent"),
    signing.CodeTried: mark("Code typed"),
    signing.CodeWrong: mark("Wrong code typed"),
    signing.PhoneDigitsTried: mark("Last digits of the mobile number typed"),
    signing.PhoneDigitsWrong: mark("Wrong last digits typed"),
    signing.SignatureAccepted: mark("Right code typed, signature accepted"),
    signing.ApprovalGiven: mark("Approved"),
    signing.ReadingConfirmed: mark("Said to have read"),
    signing.SealRequested: mark("Seal asked for"),
    signing.SealAccepted: mark("Right code typed, seal accepted"),
    signing.DocumentSigned: mark("Document signed"),
    signing.DocumentSealed: mark("Document sealed"),
    signing.RecipientSigned: mark("All documents signed"),
    signing.RecipientSealed: mark("All documents sealed"),
    running.RecipientDeclined: mark("Declined"),
    running.RecipientReordered: mark("Order changed"),
    running.RecipientCorrected: mark("Recipient corrected"),
    running.RecipientReplaced: mark("Recipient replaced"),
    ended.RecipientsExpired: mark("Recipients did not sign in time"),
    running.ReminderRequested: mark("Reminder asked for"),
    running.ReminderDue: mark("Automatic reminder"),
    running.RequestRelaunched: mark("Request relaunched, deadline moved"),
    running.RequestCanceled: mark("Request canceled"),
    running.RequestExpired: mark("Request expired"),
    running.RequestFailed: mark("Request stopped by a fault"),
    running.RequestResumed: mark("Request resumed"),
    running.ExecutionReplaced: mark("Processing started anew"),
    ended.RequestCompleted: mark("Request completed"),
    ended.DocumentsRetained: mark("Signed documents stored for one month"),
    ended.EvidenceStored: mark("Evidence file stored"),
    ended.RequestClosed: mark("Request closed"),
    ended.DocumentsErased: mark("Documents erased"),
    ended.PersonalDataErased: mark("Personal data erased from the platform’s store"),
    ended.TitlesErased: mark("Titles and file names erased from the platform’s store"),
    ended.ArchiveRenewed: mark("Archive time-stamps renewed"),
}
# Of trails from earlier versions, in the words for what was seen then.
EARLIER: dict[type[Happening], str] = {earlier.DocumentsViewed: STEPS[signing.LinkOpened]}
