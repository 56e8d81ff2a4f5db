"""A recipient from the firm's contacts: a copy, which later changes of the contact leave alone."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import InvalidError, NotFoundError
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests.recipient import Placement, Recipient, Role
from paraphe.domain.requests.templates import Addressee, ContactTaker
from paraphe.ports.contacts import Contacts
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.usecases.requests.edit_recipients import AddRecipient, Person


@dataclass(frozen=True, slots=True)
class AddContact:
    """Adds one of the firm's contacts to a draft."""

    contacts: Contacts
    requests: Requests
    entropy: Entropy

    def __call__(
        self,
        principal: Principal,
        ref: RequestRef,
        contact_id: str,
        *,
        locale: str | None,
        role: Role,
        order: int,
        placements: tuple[Placement, ...],
        now: datetime,
    ) -> Recipient:
        """Add a contact of the principal's firm; `locale` None is the contact's own.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            InvalidError: `contact_not_found`, `contact_without_email`; see `AddRecipient`.
            ConflictError: not a draft.

        """
        person = _person(self.contacts, principal.firm_id, contact_id, locale, "contact_id")
        return AddRecipient(self.requests, self.entropy)(
            principal, ref, person, role=role, order=order, placements=placements, now=now
        )


@dataclass(frozen=True, slots=True)
class TakeRoles:
    """Says who takes the roles of a template, contacts by what they are now."""

    contacts: Contacts

    def __call__(
        self, principal: Principal, takers: Mapping[str, Addressee | ContactTaker]
    ) -> dict[str, Addressee]:
        """Return people by role.

        Raises:
            InvalidError: `contact_not_found`, `contact_without_email`, with the role's field.

        """
        return {key: self._taker(principal.firm_id, key, who) for key, who in takers.items()}

    def _taker(self, firm_id: str, key: str, who: Addressee | ContactTaker) -> Addressee:
        if isinstance(who, Addressee):
            return who
        field = f"roles.{key}.contact_id"
        found = _person(self.contacts, firm_id, who.contact_id, who.locale, field)
        return Addressee(found.name, found.email, found.phone, found.locale)


def _person(
    contacts: Contacts, firm_id: str, contact_id: str, locale: str | None, field: str
) -> Person:
    """Read a contact as a person who can be invited; `locale` None is the contact's own."""
    try:
        contact = contacts.contact(firm_id, contact_id)
    except NotFoundError as missing:
        raise InvalidError(missing.code, missing.detail, field=field) from None
    if contact.email is None:
        raise InvalidError(
            "contact_without_email",
            "This contact has no e-mail address, by which recipients are invited: add it.",
            field=field,
        )
    return Person(contact.name, contact.email, contact.phone, locale or contact.locale)
