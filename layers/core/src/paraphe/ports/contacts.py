"""Where a firm's contacts are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from paraphe.domain.firms.contact_words import Search
from paraphe.domain.firms.contacts import Contact


@dataclass(frozen=True, slots=True)
class ContactPage:
    """One page of contacts; `cursor` None on the last one."""

    contacts: tuple[Contact, ...]
    cursor: str | None


class Contacts(Protocol):
    """A firm's address book; no two of its contacts have the same identity."""

    def contact(self, firm_id: str, contact_id: str) -> Contact:
        """Load one. Raises NotFoundError (`contact_not_found`)."""
        ...

    def listed(self, firm_id: str, limit: int, cursor: str | None) -> ContactPage:
        """List them, oldest first. Raises InvalidError (`bad_cursor`)."""
        ...

    def search(self, firm_id: str, wanted: Search, limit: int, cursor: str | None) -> ContactPage:
        """List those that a search shows; a page may hold fewer than `limit`, or none.

        Raises:
            InvalidError: `bad_cursor`.

        """
        ...

    def holders(self, firm_id: str, identities: Sequence[str]) -> Mapping[str, str]:
        """Return the ids of contacts by their identities, of those that are there."""
        ...

    def add(self, contact: Contact) -> None:
        """Store a new one. Raises ConflictError (`contact_exists`)."""
        ...

    def add_all(self, contacts: Sequence[Contact]) -> tuple[str | None, ...]:
        """Store new ones of one firm, with different identities; repeatable.

        Returns:
            For each, who is there in its place: the id of another contact; None once it is stored.

        """
        ...

    def replace(self, before: Contact, after: Contact) -> None:
        """Store a change. Raises RaceLostError, ConflictError (`contact_exists`)."""
        ...

    def remove(self, contact: Contact) -> None:
        """Erase one and all that finds it. Raises RaceLostError."""
        ...
