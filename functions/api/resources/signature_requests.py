"""Make, read and list signature requests."""

from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.answers import CreatedRequest, RequestList, RequestOut
from paraphe.contracts.requests.drafting import NewDraft, RequestChanges
from paraphe.contracts.requests.lists import ListQuery
from paraphe.contracts.shapes import Nothing
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import Mode, Sender, SignatureRequest
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_documents import EditDocuments, load
from paraphe.usecases.requests.edit_recipients import Person
from paraphe.usecases.requests.edit_request import EditRequest
from paraphe.usecases.requests.list_requests import ListRequests
from paraphe.usecases.requests.whole_drafts import NewFile, NewParty, Parts

resource = Resource("signature_requests")


def _made(call: Call[Any]) -> Answer:
    """Tell of the draft that a call has made, with new forms."""
    ref = RequestRef(call.firm_id, call.made[0])
    return _created(call, load(call.services.requests, ref))


@resource.operation(
    "POST",
    "/signature_requests",
    scope=Scope.WRITE,
    given=NewDraft,
    answer=CreatedRequest,
    status=201,
    problems=(409,),
    repeat=Repeat(_made),
)
def create_signature_request(call: Call[NewDraft]) -> Answer:
    """Create a draft, with documents and recipients if you like: all of it or nothing.

    `uploads` has a form for each document: upload, then launch. In `placements` a document is named
    by its number in the call, from "1".
    """
    given = call.given
    sender = Sender(call.client.id, given.sender.name, given.sender.email, given.sender.locale)
    request = using(CreateRequest, call.services)(
        call.principal,
        NewRequest(
            given.title,
            given.message,
            sender,
            reminder_days=given.reminder_days,
            external_id=given.external_id,
            metadata=given.metadata,
            mode=Mode(given.mode),
        ),
        now=call.now,
        parts=_parts(given),
    )
    return _created(call, request)


def _created(call: Call[Any], request: SignatureRequest) -> Answer:
    uploads = using(EditDocuments, call.services).forms(call.principal, request, call.now)
    location = {"Location": f"/v1/signature_requests/{request.id}"}
    answer = CreatedRequest.made(request, uploads)
    return Answer(answer, headers=location, version=request.version)


def _parts(given: NewDraft) -> Parts:
    parties = (
        NewParty(
            Person(one.name or "", one.email or "", one.phone, one.locale or "fr"),
            one.role,
            one.order,
            tuple(box.to_domain() for box in one.placements),
        )
        for one in given.recipients
    )
    files = (NewFile(one.name, one.remove_active_content) for one in given.documents)
    return Parts(tuple(files), tuple(parties))


@resource.operation(
    "GET",
    "/signature_requests",
    scope=Scope.READ,
    given=ListQuery,
    answer=RequestList,
    problems=(),
)
def list_signature_requests(call: Call[ListQuery]) -> Answer:
    """List the firm's requests, newest first, without their documents and recipients.

    A list holds what was stored before the call. Filters go together. A page reads so many requests
    at most: it may hold fewer than `limit`, even none, and have a `next_cursor`.
    """
    given = call.given
    page = using(ListRequests, call.services)(
        call.principal, given.to_domain(), given.limit, given.cursor
    )
    return Answer(RequestList.of(page.requests, page.cursor))


@resource.operation(
    "GET",
    "/signature_requests/{request_id}",
    scope=Scope.READ,
    given=Nothing,
    answer=RequestOut,
)
def get_signature_request(call: Call[Nothing]) -> Answer:
    """Read a request with its documents and recipients."""
    request = load(call.services.requests, call.request)
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "PATCH",
    "/signature_requests/{request_id}",
    scope=Scope.WRITE,
    given=RequestChanges,
    answer=RequestOut,
    problems=(404, 409, 410, 412),
)
def change_signature_request(call: Call[RequestChanges]) -> Answer:
    """Change a request: a draft's title, message, sender and reminders.

    `external_id` and `metadata` can be changed until it ends. With If-Match and the ETag of an
    answer nothing is changed that you have not seen (412).
    """
    request = using(EditRequest, call.services).change(
        call.principal, call.request, call.given.to_domain(), call.now, seen=call.if_match
    )
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "DELETE",
    "/signature_requests/{request_id}",
    scope=Scope.WRITE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409, 412),
)
def delete_signature_request(call: Call[Nothing]) -> Answer:
    """Delete a draft for good: what it says, its recipients, its documents.

    What was launched is canceled instead, and kept as long as the law of this service says.
    """
    using(EditRequest, call.services).delete(
        call.principal, call.request, call.now, seen=call.if_match
    )
    return Answer()
