"""Which requests a list holds, by which words they are found, and in which order they stand."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.contact_words import fold
from paraphe.domain.requests.model import ENDED, Mode, RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role

MAX_TITLE_WORDS = 12
MAX_NAME_WORDS = 4
MAX_WORD = 32
MAX_SOUGHT = 6
_WORD = re.compile(r"[^\W_]+")


class Sort(StrEnum):
    """What a list is sorted by."""

    CREATED = "created_at"
    UPDATED = "updated_at"
    DEADLINE = "deadline"


@dataclass(frozen=True, slots=True)
class Span:
    """Instants from `since` on and before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def holds(self, at: datetime | None) -> bool:
        """Tell whether an instant is in it; what has none is only in the span without ends."""
        if self.since is None and self.until is None:
            return True
        if at is None or (self.since is not None and at < self.since):
            return False
        return self.until is None or at < self.until


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a firm's requests are asked for; whatever is empty asks for nothing.

    Attributes:
        states: any of these.
        mode: those that count, or only tests.
        person: beginnings of words of one recipient's name, or of their address.
        text: beginnings of words of the title.
        external_id: exactly this.
        sender: exactly this address.
        created: when it was made.
        updated: when it last changed.
        deadline: when it ends by itself.
        sort: by what.
        descending: newest first.

    """

    states: frozenset[RequestState] = frozenset()
    mode: Mode | None = None
    person: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    external_id: str | None = None
    sender: str | None = None
    created: Span = field(default_factory=Span)
    updated: Span = field(default_factory=Span)
    deadline: Span = field(default_factory=Span)
    sort: Sort = Sort.CREATED
    descending: bool = True

    @property
    def is_search(self) -> bool:
        """Whether words are looked for: results come by word, newest first within one."""
        return bool(self.person or self.text)

    def check(self) -> None:
        """Refuse an order that what is looked for does not have.

        Raises:
            InvalidError: `sort_with_search`.

        """
        ordered = self.sort is not Sort.CREATED or (self.is_search and not self.descending)
        if ordered and (self.is_search or self.external_id is not None):
            raise InvalidError(
                "sort_with_search",
                "What `person`, `text` or `external_id` finds has an order of its own: leave out "
                "`sort` and `order`.",
                field="sort",
            )


def title_words(title: str) -> tuple[str, ...]:
    """Return the words by whose beginnings a title is found: the first twelve different ones."""
    return tuple(dict.fromkeys(_words(title)))[:MAX_TITLE_WORDS]


def person_words(recipient: Recipient) -> frozenset[str]:
    """Return the words by whose beginnings a person is found: name and address; a seal is none."""
    if recipient.role is Role.SEAL:
        return frozenset()
    address = (address_word(recipient.email),) if recipient.email else ()
    return frozenset((*_words(recipient.name)[:MAX_NAME_WORDS], *address))


def address_word(email: str) -> str:
    """Return an e-mail address as it is looked for."""
    return fold(email)[:254]


def sought_words(text: str) -> tuple[str, ...]:
    """Return what is looked for in titles: beginnings of words, the first six."""
    return tuple(dict.fromkeys(_words(text)))[:MAX_SOUGHT]


def sought_person(text: str) -> tuple[str, ...]:
    """Return what is looked for among people: beginnings of words, or of an address if it has @."""
    found: list[str] = []
    for part in text.split():
        found += [address_word(part)] if "@" in part else _words(part)
    return tuple(dict.fromkeys(found))[:MAX_SOUGHT]


def _words(text: str) -> list[str]:
    return [word[:MAX_WORD] for word in _WORD.findall(fold(text))]


def has_all(words: frozenset[str], beginnings: tuple[str, ...]) -> bool:
    """Tell whether each beginning begins one of the words."""
    return all(any(word.startswith(b) for word in words) for b in beginnings)


def runs(request: SignatureRequest) -> bool:
    """Tell whether a request's deadline is still to come: whether lists by deadline hold it."""
    return request.deadline is not None and request.state not in ENDED


def minute(at: datetime) -> datetime:
    """Return the minute of an instant: lists by `updated_at` are exact to it."""
    return at.replace(second=0, microsecond=0)


def matches(request: SignatureRequest, wanted: Wanted) -> bool:
    """Tell whether a list holds a request, as far as its own item tells: people are not in it."""
    if request.deleted_at is not None or (wanted.states and request.state not in wanted.states):
        return False
    if wanted.mode is not None and request.mode is not wanted.mode:
        return False
    if wanted.sort is Sort.DEADLINE and not runs(request):
        return False
    if wanted.external_id is not None and request.external_id != wanted.external_id:
        return False
    if wanted.sender is not None and address_word(request.sender.email) != wanted.sender:
        return False
    return (
        wanted.created.holds(request.created_at)
        and wanted.updated.holds(request.updated_at)
        and wanted.deadline.holds(request.deadline)
        and has_all(frozenset(title_words(request.title)), wanted.text)
    )
