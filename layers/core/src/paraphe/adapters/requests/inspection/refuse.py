"""The one exception of the inspection, and the sentence that goes with each reason."""

from __future__ import annotations

from paraphe.domain.requests.inspection import RefusalReason

ADVICE: dict[RefusalReason, str] = {
    RefusalReason.EMPTY: "The file is empty. Send it again.",
    RefusalReason.NOT_PDF: "This is not a PDF. Export the document as PDF and send that.",
    RefusalReason.TOO_LARGE: "The file is too large. Reduce its pictures or split it.",
    RefusalReason.TOO_MANY_PAGES: "The document has too many pages. Split it.",
    RefusalReason.NO_PAGES: "The document has no pages. Export it again.",
    RefusalReason.TOO_COMPLEX: (
        "The file is too complex to be read safely. Print it to a new PDF and send that."
    ),
    RefusalReason.ENCRYPTED: (
        "The file is encrypted or protected, perhaps with an empty password. "
        "Remove its protection and send it again."
    ),
    RefusalReason.XFA: (
        "The file is an XFA form, which only one program can show. Print it to a new PDF."
    ),
    RefusalReason.NEEDS_RENDERING: (
        "The file is a dynamic form whose pages are made when it is opened. Print it to a new PDF."
    ),
    RefusalReason.PORTFOLIO: (
        "The file is a portfolio that holds other files. Send the documents one by one."
    ),
    RefusalReason.JAVASCRIPT: (
        "The file contains scripts, which could change what it shows. Print it to a new PDF."
    ),
    RefusalReason.LAUNCH_ACTION: (
        "The file contains an action that starts a program or opens a file. Print it to a new PDF."
    ),
    RefusalReason.SUBMIT_FORM: (
        "The file contains a form that sends or imports data. Print it to a new PDF."
    ),
    RefusalReason.ADDITIONAL_ACTIONS: (
        "The file contains actions that run by themselves. Print it to a new PDF."
    ),
    RefusalReason.OPEN_ACTION: (
        "The file runs an action when it is opened. Print it to a new PDF."
    ),
    RefusalReason.EXTERNAL_CONTENT: (
        "Part of the file's content lies outside the file. Print it to a new PDF."
    ),
    RefusalReason.CERTIFIED_NO_CHANGES: (
        "The file is certified and its author forbids any change, a signature included. "
        "Ask its author for a version that may be signed."
    ),
    RefusalReason.CLOSED_BY_SIGNATURE: (
        "A signature in the file closes it: another one would make it invalid. "
        "Have the original, without signatures, signed by everybody in one request."
    ),
    RefusalReason.NOT_SIGNABLE: (
        "Signatures on this file would not hold in every reader. Print it to a new PDF and send "
        "that."
    ),
    RefusalReason.LOOKS_DIFFERENT: (
        "The file does not look the same in every program, or would look different once it is "
        "signed. Print it to a new PDF, look at that and send it."
    ),
    RefusalReason.NOT_DRAWABLE: (
        "Not every page of the file can be shown. Export it again, or print it to a new PDF."
    ),
    RefusalReason.INCOMPLETE: (
        "The end of the file is missing, and part of what it shows with it. Send it again; if that "
        "does not help, export it again."
    ),
    RefusalReason.DAMAGED: "The file is damaged. Export it again.",
    RefusalReason.DAMAGED_SIGNED: (
        "The file is signed and its structure is damaged; repairing it would break its signatures. "
        "Ask for the file as it was when it was signed."
    ),
    RefusalReason.HYBRID_SIGNED: (
        "The file is signed and has two tables of contents that can contradict each other. "
        "Ask for a version without hybrid cross-references."
    ),
    RefusalReason.INVALID_SIGNATURE: (
        "The file was changed after it was signed, or a signature in it does not hold. "
        "Ask for the file as it was signed, or print it to a new PDF without signatures."
    ),
    RefusalReason.UNJUDGED_SIGNATURE: (
        "The file is signed in a way that cannot be checked here, or not by every program once "
        "others have signed; that does not mean that it was changed. "
        "Have the original, without signatures, signed by everybody in one request."
    ),
    RefusalReason.TIMEOUT: (
        "The file takes too long to read. Print it to a new PDF and send that."
    ),
    RefusalReason.OUT_OF_MEMORY: (
        "The file takes too much memory to read. Print it to a new PDF and send that."
    ),
}

MAY_REMOVE = (
    "Or allow that scripts and actions are removed from it (remove_active_content) and send it"
    " again."
)


class RefuseError(Exception):
    """The file is refused for `reason`."""

    def __init__(self, reason: RefusalReason) -> None:
        """Keep the reason; its advice is the message."""
        super().__init__(ADVICE[reason])
        self.reason = reason
