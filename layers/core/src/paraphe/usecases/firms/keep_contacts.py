"""A firm's address book: read, search, create, change, delete (P7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import ChangedError, RaceLostError, check_version
from paraphe.domain.firms import contacts as rules
from paraphe.domain.firms.contact_words import Search
from paraphe.domain.firms.contacts import Contact, Details
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.contacts import ContactPage, Contacts
from paraphe.ports.system import Entropy

ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class ReadContact:
    """Reads one."""

    contacts: Contacts

    def __call__(self, principal: Principal, contact_id: str) -> Contact:
        """Return a contact of the principal's firm.

        Raises:
            NotFoundError: `contact_not_found`.

        """
        return self.contacts.contact(principal.firm_id, contact_id)


@dataclass(frozen=True, slots=True)
class ListContacts:
    """Reads them in pages."""

    contacts: Contacts

    def __call__(
        self, principal: Principal, search: str | None, limit: int, cursor: str | None
    ) -> ContactPage:
        """Return a page of all contacts, or of those whose words begin as `search` says.

        Raises:
            InvalidError: `bad_cursor`, `nothing_to_search`.

        """
        if search is None:
            return self.contacts.listed(principal.firm_id, limit, cursor)
        return self.contacts.search(principal.firm_id, Search.of(search), limit, cursor)


@dataclass(frozen=True, slots=True)
class CreateContact:
    """Adds one."""

    contacts: Contacts
    entropy: Entropy

    def __call__(self, principal: Principal, details: Details, now: datetime) -> Contact:
        """Add a contact; a conditional write decides whether the firm has it already.

        Raises:
            ForbiddenError: `not_permitted`.
            InvalidError: `unreachable`.
            ConflictError: `contact_exists`.

        """
        principal.check_may(Capability.PREPARE)
        contact_id = new_id("ctc", now, self.entropy(RANDOM_BYTES))
        contact = rules.make(contact_id, principal.firm_id, details, now)
        self.contacts.add(contact)
        return contact


@dataclass(frozen=True, slots=True)
class ChangeContact:
    """Changes one."""

    contacts: Contacts

    def __call__(
        self,
        principal: Principal,
        contact_id: str,
        changes: Mapping[str, str | None],
        now: datetime,
        *,
        expected: int | None = None,
    ) -> Contact:
        """Change some details; `expected` is the version that the caller has seen.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `contact_not_found`.
            ChangedError: another version is stored.
            InvalidError: `unreachable`.
            ConflictError: `contact_exists`; RaceLostError after 12 lost races.

        """
        principal.check_may(Capability.PREPARE)
        for _ in range(ATTEMPTS):
            before = self.contacts.contact(principal.firm_id, contact_id)
            check_version(before.version, expected)
            after = rules.change(before, changes, now)
            if after is before:
                return before
            try:
                self.contacts.replace(before, after)
            except RaceLostError:
                continue
            return after
        raise RaceLostError


@dataclass(frozen=True, slots=True)
class DeleteContact:
    """Erases one."""

    contacts: Contacts

    def __call__(
        self, principal: Principal, contact_id: str, *, expected: int | None = None
    ) -> None:
        """Erase a contact and everything that finds it; requests keep their own copies.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `contact_not_found`.
            ChangedError: another version is stored, or it changes all the time.

        """
        principal.check_may(Capability.PREPARE)
        for _ in range(ATTEMPTS):
            contact = self.contacts.contact(principal.firm_id, contact_id)
            check_version(contact.version, expected)
            try:
                self.contacts.remove(contact)
            except RaceLostError:
                continue
            return
        raise ChangedError
