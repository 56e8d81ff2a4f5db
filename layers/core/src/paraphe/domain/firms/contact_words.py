"""By which words a contact is found: case and accents make no difference, the beginning is enough.

Each word of a contact is one item of an index, so their number is bounded.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Protocol, Self

from paraphe.domain.errors import InvalidError

MAX_NAME_WORDS = 8
MAX_COMPANY_WORDS = 5
MAX_WORD = 64
MAX_TERMS = 8

_WORD = re.compile(r"[^\W_]+")
# Letters that Unicode does not take apart, and how people type them.
_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d"})


class Named(Protocol):
    """Who can be found: a contact."""

    @property
    def name(self) -> str:
        """Their name."""
        ...

    @property
    def email(self) -> str | None:
        """Their address."""
        ...

    @property
    def company(self) -> str | None:
        """Whom they act for."""
        ...


def fold(text: str) -> str:
    """Return a text without what a search overlooks: case, accents, forms of letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return bare.translate(_LETTERS).strip()


def words_of(contact: Named) -> frozenset[str]:
    """Return the words by whose beginnings a contact is found: name, company, address."""
    words = (
        _words(contact.name)[:MAX_NAME_WORDS] + _words(contact.company or "")[:MAX_COMPANY_WORDS]
    )
    if contact.email:
        words.append(fold(contact.email)[:MAX_WORD])
    return frozenset(words)


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: every term has to be the beginning of a word.

    Attributes:
        prefix: what the index is asked for; the longest beginning that a term needs.
        terms: folded, as typed between spaces.

    """

    prefix: str
    terms: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Read what somebody typed.

        Raises:
            InvalidError: `nothing_to_search`: no letter and no digit is in it.

        """
        terms = tuple(fold(text).split()[:MAX_TERMS])
        firsts = [first for term in terms if (first := _first(term))]
        if not firsts:
            raise InvalidError(
                "nothing_to_search", "Search for a letter or a digit at least.", field="search"
            )
        return cls(max(firsts, key=len), terms)

    def shows(self, contact: Named, word: str) -> bool:
        """Tell whether the index's item of this word is the one that shows the contact.

        Several words of one contact may begin alike: the first of them shows it, so that it is
        shown once.
        """
        words = words_of(contact)
        if word != min((w for w in words if w.startswith(self.prefix)), default=None):
            return False
        return all(_matches(term, words) for term in self.terms)


def _first(term: str) -> str:
    """Return the beginning of the one word that a term needs first; empty if it needs none."""
    words = _words(term)
    if not words:
        return ""
    return term[:MAX_WORD] if "@" in term else words[0]


def _matches(term: str, words: frozenset[str]) -> bool:
    """A term with an @ is the beginning of an address; of others all words are beginnings."""
    parts = [term[:MAX_WORD]] if "@" in term else _words(term)
    return all(_begins(part, words) for part in parts)


def _begins(beginning: str, words: frozenset[str]) -> bool:
    return any(word.startswith(beginning) for word in words)


def _words(text: str) -> list[str]:
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]
