"""A letter before it is laid out as text and as HTML: so both always say the same."""

from dataclasses import dataclass, field

from paraphe.domain.requests.model import SignatureRequest
from paraphe.locales import Texts


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says.

    Attributes:
        subject: the subject line.
        title: the headline.
        greeting: how it begins.
        paragraphs: what it says first.
        quote: somebody's own words, or empty.
        documents: names of the documents, or none.
        action: what the button says, or empty for no button.
        after: what it says below the button.
        firm: who it comes from.

    """

    subject: str
    title: str
    greeting: str
    paragraphs: tuple[str, ...]
    firm: str
    quote: str = ""
    documents: tuple[str, ...] = ()
    action: str = ""
    after: tuple[str, ...] = field(default=())


def firm_of(request: SignatureRequest) -> str:
    """Return the name under which the letter goes out: the firm's, else the sender's."""
    return request.shown_firm or request.sender.name


def who(request: SignatureRequest, words: Texts) -> str:
    """Name the sender, with their firm."""
    if not request.shown_firm:
        return request.sender.name
    return words.t("{name} ({firm})", name=request.sender.name, firm=request.shown_firm)


def names(request: SignatureRequest) -> tuple[str, ...]:
    """Return the documents' names, in order."""
    return tuple(d.name for d in sorted(request.documents, key=lambda d: d.position))
