"""Make, read and list signature requests."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.requests.answers import RequestList, RequestOut
from paraphe.contracts.requests.bodies import ListQuery, NewSignatureRequest, Nothing
from paraphe.domain.requests.model import Sender
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest, NewRequest
from paraphe.usecases.requests.edit_documents import load

resource = Resource("signature_requests")


@resource.operation(
    "POST",
    "/signature_requests",
    scope=Scope.WRITE,
    given=NewSignatureRequest,
    answer=RequestOut,
    status=201,
    problems=(409,),
    idempotent=True,
)
def create_signature_request(call: Call[NewSignatureRequest]) -> Answer:
    """Create a draft.

    With an Idempotency-Key, sending the same again answers the same draft; sending something else
    under the same key is a conflict.
    """
    given = call.given
    sender = Sender(call.client.id, given.sender.name, given.sender.email, given.sender.locale)
    request = using(CreateRequest, call.services)(
        call.principal,
        NewRequest(given.title, given.message, sender),
        idempotency_key=call.idempotency_key,
        now=call.now,
    )
    location = {"Location": f"/v1/signature_requests/{request.id}"}
    return Answer(RequestOut.of(request), headers=location)


@resource.operation(
    "GET",
    "/signature_requests",
    scope=Scope.READ,
    given=ListQuery,
    answer=RequestList,
    problems=(),
)
def list_signature_requests(call: Call[ListQuery]) -> Answer:
    """List the firm's requests, newest first, without their documents and recipients."""
    page = call.services.requests.listed(
        call.firm_id, call.given.state, call.given.limit, call.given.cursor
    )
    return Answer(RequestList.of(page))


@resource.operation(
    "GET",
    "/signature_requests/{request_id}",
    scope=Scope.READ,
    given=Nothing,
    answer=RequestOut,
)
def get_signature_request(call: Call[Nothing]) -> Answer:
    """Read a request with its documents and recipients."""
    return Answer(RequestOut.of(load(call.services.requests, call.request)))
