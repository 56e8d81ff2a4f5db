"""A recipient from the firm's contacts: a copy, which later changes of the contact leave alone."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import InvalidError, NotFoundError
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests.recipient import Placement, Recipient, Role
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
        try:
            contact = self.contacts.contact(principal.firm_id, contact_id)
        except NotFoundError as missing:
            raise InvalidError(missing.code, missing.detail, field="contact_id") from None
        if contact.email is None:
            raise InvalidError(
                "contact_without_email",
                "This contact has no e-mail address, by which recipients are invited: add it.",
                field="contact_id",
            )
        person = Person(contact.name, contact.email, contact.phone, locale or contact.locale)
        return AddRecipient(self.requests, self.entropy)(
            principal, ref, person, role=role, order=order, placements=placements, now=now
        )
