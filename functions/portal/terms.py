"""The terms that who opens a firm accepts; a new text needs a new version."""

from paraphe.locales import Texts
from paraphe.pages.error_pages import mark
from paraphe.usecases.firms.first_run import ShownTerms

VERSION = "2026-11"
_PARAGRAPHS = (
    mark(
        "Paraphe makes advanced electronic signatures. They are not qualified signatures: where "
        "the law asks for a qualified one, use another service."
    ),
    mark(
        "You open a firm as a chartered accountant who is on the profession’s register. Paraphe "
        "reads the register each day; who is struck off can do nothing any more."
    ),
    mark(
        "A certificate in your name is issued to you for three years. Its private key stays in "
        "the key service and cannot be copied. Only you may have it used."
    ),
    mark(
        "What you and your staff do is written into an audit trail that nobody can change. "
        "Documents are kept for a month after a request has ended, evidence for ten years."
    ),
    mark(
        "You tell the people whom you ask to sign what you do with their data, and you answer for "
        "the addresses and phone numbers that you enter."
    ),
)


def shown(words: Texts) -> ShownTerms:
    """Return the terms in a language, as they are shown and kept."""
    return ShownTerms(VERSION, words.locale, "\n".join(paragraphs(words)))


def paragraphs(words: Texts) -> tuple[str, ...]:
    """Return the paragraphs of the terms."""
    return tuple(words.t(paragraph) for paragraph in _PARAGRAPHS)
