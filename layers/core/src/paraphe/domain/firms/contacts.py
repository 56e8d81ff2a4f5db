"""A firm's contacts: who they are, what makes two of them the same (P7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.contact_words import fold

# Folded, one letter may become many, and a key of the table holds 1,024 bytes.
_MAX_IDENTITY = 120


@dataclass(frozen=True, slots=True)
class Details:
    """What a firm knows about somebody, checked and normalised.

    Attributes:
        name: as it stands in a request.
        email: their address; None when only their phone is known.
        phone: their mobile, E.164.
        company: whom they act for, or None.
        locale: in which language they are written to.
        external_id: what the firm's software calls them.

    """

    name: str
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    locale: str = "fr"
    external_id: str | None = None

    @property
    def identity(self) -> str:
        """What no second contact of the firm has: the address, else name and phone together."""
        if self.email is not None:
            return f"email:{self.email.casefold()}"
        return f"person:{fold(self.name)[:_MAX_IDENTITY]}:{self.phone}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody in a firm's address book.

    Attributes:
        id: `ctc_…`.
        firm_id: whose contact.
        name: see `Details`, as all that follow up to `external_id`.
        created_at: the instant.
        updated_at: the instant of the last change.
        version: 1, and one more with each change.

    """

    id: str
    firm_id: str
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    email: str | None = None
    phone: str | None = None
    company: str | None = None
    locale: str = "fr"
    external_id: str | None = None

    @property
    def details(self) -> Details:
        """What the firm knows about them."""
        return Details(
            self.name, self.email, self.phone, self.company, self.locale, self.external_id
        )


def check_reachable(details: Details) -> None:
    """Refuse whom nobody could reach.

    Raises:
        InvalidError: `unreachable`.

    """
    if details.email is None and details.phone is None:
        raise InvalidError(
            "unreachable", "Give an e-mail address, a mobile number, or both.", field="email"
        )


def make(contact_id: str, firm_id: str, details: Details, now: datetime) -> Contact:
    """Make a contact.

    Raises:
        InvalidError: see `check_reachable`.

    """
    check_reachable(details)
    return Contact(
        id=contact_id,
        firm_id=firm_id,
        created_at=now,
        updated_at=now,
        name=details.name,
        email=details.email,
        phone=details.phone,
        company=details.company,
        locale=details.locale,
        external_id=details.external_id,
    )


def change(contact: Contact, changes: Mapping[str, str | None], now: datetime) -> Contact:
    """Change some details; a contact that stays as it is keeps its version.

    Args:
        contact: as stored.
        changes: new values by the names of `Details`; None takes a value away.
        now: the instant.

    Raises:
        InvalidError: see `check_reachable`.

    """
    changed = replace(contact, **changes)  # type: ignore[arg-type] # names are those of Details
    if changed.details == contact.details:
        return contact
    check_reachable(changed.details)
    return replace(changed, updated_at=now, version=contact.version + 1)
