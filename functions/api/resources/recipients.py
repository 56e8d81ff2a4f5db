"""Who signs and approves, in which order, who reads, and who gets a copy."""

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.bodies import NewRecipient, RecipientChanges, Successor
from paraphe.contracts.requests.representations import RecipientOut
from paraphe.contracts.shapes import Nothing
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.recipient import Recipient
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.add_contact import AddContact
from paraphe.usecases.requests.edit_documents import load
from paraphe.usecases.requests.edit_recipients import (
    AddRecipient,
    ChangeRecipient,
    Person,
    RecipientChange,
    RemoveRecipient,
    ReplaceRecipient,
)
from paraphe.usecases.requests.manage_request import ManageRequest

resource = Resource("recipients")
PATH = "/signature_requests/{request_id}/recipients"
ONE = PATH + "/{recipient_id}"


def _created(ref: RequestRef, recipient: Recipient) -> Answer:
    location = f"/v1/signature_requests/{ref.request_id}/recipients/{recipient.id}"
    return Answer(RecipientOut.of(recipient, None), headers={"Content-Location": location})


@resource.operation(
    "POST",
    PATH,
    scope=Scope.WRITE,
    given=NewRecipient,
    answer=RecipientOut,
    status=201,
    problems=(404, 409),
)
def add_recipient(call: Call[NewRecipient]) -> Answer:
    """Add somebody to a draft.

    Equal orders act in parallel; a group is invited once the one before it is done. A signer needs
    a mobile phone, because the code is sent to it; an approver, because its last digits are asked
    for. A viewer is given the link at their turn, and nobody waits for them. A seal is affixed when
    its turn comes; nobody is asked. With `contact_id` somebody is copied from the firm's contacts.
    """
    given = call.given
    ref = call.request
    boxes = tuple(box.to_domain() for box in given.placements)
    if given.contact_id is not None:
        recipient = using(AddContact, call.services)(
            call.principal,
            ref,
            given.contact_id,
            locale=given.locale,
            role=given.role,
            order=given.order,
            placements=boxes,
            now=call.now,
        )
    else:
        recipient = using(AddRecipient, call.services)(
            call.principal,
            ref,
            Person(given.name or "", given.email or "", given.phone, given.locale or "fr"),
            role=given.role,
            order=given.order,
            placements=boxes,
            now=call.now,
        )
    return _created(ref, recipient)


@resource.operation("GET", ONE, scope=Scope.READ, given=Nothing, answer=RecipientOut)
def get_recipient(call: Call[Nothing]) -> Answer:
    """Read a recipient."""
    request = load(call.services.requests, call.request)
    found = find_recipient(request, call.recipient_id)
    return Answer(RecipientOut.of(found, request), version=request.version)


@resource.operation(
    "PATCH",
    ONE,
    scope=Scope.WRITE,
    given=RecipientChanges,
    answer=RecipientOut,
    problems=(404, 409, 410),
)
def change_recipient(call: Call[RecipientChanges]) -> Answer:
    """Change a recipient: of a draft anything, of an active request the order or the person's data.

    While the request is active only a recipient who waits can be reordered, and only one who has
    not signed can be corrected; a correction voids their link and codes and invites them again.
    """
    given = call.given
    boxes = given.placements
    changes = RecipientChange(
        name=given.name,
        email=given.email,
        phone=given.phone,
        locale=given.locale,
        order=given.order,
        placements=None if boxes is None else tuple(box.to_domain() for box in boxes),
    )
    services = call.services
    recipient = using(ChangeRecipient, services)(
        call.principal, call.request, call.recipient_id, changes, call.now
    )
    return Answer(RecipientOut.of(recipient, None))


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.WRITE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409),
)
def remove_recipient(call: Call[Nothing]) -> Answer:
    """Take somebody out of a draft."""
    using(RemoveRecipient, call.services)(call.principal, call.request, call.recipient_id, call.now)
    return Answer()


@resource.operation(
    "POST",
    ONE + "/replace",
    repeat=Repeat(makes="recipient_id"),
    scope=Scope.WRITE,
    given=Successor,
    answer=RecipientOut,
    status=201,
    problems=(404, 409, 410),
)
def replace_recipient(call: Call[Successor]) -> Answer:
    """Ask somebody else in the place of who has not signed: same role, order and boxes."""
    given = call.given
    ref = call.request
    services = call.services
    heir = using(ReplaceRecipient, services)(
        call.principal,
        ref,
        call.recipient_id,
        Person(given.name, given.email, given.phone, given.locale),
        call.now,
    )
    return _created(ref, heir)


@resource.operation(
    "POST",
    ONE + "/resend",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RecipientOut,
    problems=(404, 409, 410),
)
def resend_recipient(call: Call[Nothing]) -> Answer:
    """Send one recipient's link once more: the mail was lost, say.

    To who was asked and has not acted, once an hour at most: 429 says from when on. An address that
    fails is corrected first (`PATCH`), which writes to them anew.
    """
    request = using(ManageRequest, call.services).resend(
        call.principal, call.request, call.recipient_id, call.now
    )
    return Answer(RecipientOut.of(find_recipient(request, call.recipient_id), request))
