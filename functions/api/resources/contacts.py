"""The firm's address book (P7)."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.firms.contacts import (
    ContactChanges,
    ContactList,
    ContactOut,
    ContactQuery,
    NewContact,
)
from paraphe.contracts.shapes import Nothing
from paraphe.domain.firms.contacts import Contact
from paraphe.usecases import using
from paraphe.usecases.firms.keep_contacts import (
    ChangeContact,
    CreateContact,
    DeleteContact,
    ListContacts,
    ReadContact,
)

resource = Resource("contacts")
PATH = "/contacts"
ONE = PATH + "/{contact_id}"


def _shown(contact: Contact) -> Answer:
    return Answer(ContactOut.of(contact), version=contact.version)


@resource.operation(
    "GET", PATH, scope=Scope.FIRM_READ, given=ContactQuery, answer=ContactList, problems=()
)
def list_contacts(call: Call[ContactQuery]) -> Answer:
    """List contacts, oldest first, or find them by beginnings of words.

    A search costs the same in an address book of a hundred thousand contacts as in one of ten.
    """
    given = call.given
    page = using(ListContacts, call.services)(
        call.principal, given.search, given.limit, given.cursor
    )
    return Answer(ContactList.of(page))


@resource.operation(
    "POST",
    PATH,
    scope=Scope.FIRM_WRITE,
    given=NewContact,
    answer=ContactOut,
    status=201,
    problems=(409,),
)
def create_contact(call: Call[NewContact]) -> Answer:
    """Add a contact.

    No two contacts of a firm have the same e-mail address or, where there is none, the same name
    and phone: 409 `contact_exists` names the one that is there.
    """
    contact = using(CreateContact, call.services)(call.principal, call.given.to_domain(), call.now)
    return Answer(
        ContactOut.of(contact),
        headers={"Content-Location": f"/v1/contacts/{contact.id}"},
        version=contact.version,
    )


@resource.operation("GET", ONE, scope=Scope.FIRM_READ, given=Nothing, answer=ContactOut)
def get_contact(call: Call[Nothing]) -> Answer:
    """Get a contact; its ETag goes into If-Match of a change."""
    return _shown(using(ReadContact, call.services)(call.principal, call.path["contact_id"]))


@resource.operation(
    "PATCH",
    ONE,
    scope=Scope.FIRM_WRITE,
    given=ContactChanges,
    answer=ContactOut,
    problems=(404, 409, 412),
)
def change_contact(call: Call[ContactChanges]) -> Answer:
    """Change a contact; null takes a value away.

    Recipients that were made from it stay as they are. With If-Match the change is made only to
    the version that you have seen (412 `changed_meanwhile`).
    """
    contact = using(ChangeContact, call.services)(
        call.principal,
        call.path["contact_id"],
        call.given.to_domain(),
        call.now,
        expected=call.if_match,
    )
    return _shown(contact)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.FIRM_WRITE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 412),
)
def delete_contact(call: Call[Nothing]) -> Answer:
    """Erase a contact and all that finds it; recipients that were made from it stay."""
    using(DeleteContact, call.services)(
        call.principal, call.path["contact_id"], expected=call.if_match
    )
    return Answer()
