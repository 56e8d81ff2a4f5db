"""The firm's seal on a batch of documents, with one code (P21, P22)."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.requests.answers import RequestOut
from paraphe.contracts.requests.bodies import SealCode, SealOrder
from paraphe.usecases import using
from paraphe.usecases.signing.seal_batch import AskToSeal, ConfirmSeal

resource = Resource("seals")
PATH = "/signature_requests/{request_id}/seal"


@resource.operation(
    "POST",
    PATH,
    scope=Scope.WRITE,
    given=SealOrder,
    answer=RequestOut,
    status=202,
    problems=(404, 409, 410),
)
def seal_signature_request(call: Call[SealOrder]) -> Answer:
    """Have a member seal all documents of a draft without signers, with one code.

    The member, who may `seal`, gets the code by SMS; the documents are frozen and the 15 x 24 h
    begin. Again while it waits for the code: another code (at most 5, not within 30 seconds).
    """
    services = call.services
    request = using(AskToSeal, services)(call.principal, call.request, call.given.member, call.now)
    if request.launched_at == call.now:
        call.observer.launched()
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "POST",
    PATH + "/code",
    scope=Scope.WRITE,
    given=SealCode,
    answer=RequestOut,
    status=202,
    problems=(404, 409, 410, 423),
)
def confirm_seal(call: Call[SealCode]) -> Answer:
    """Confirm the seal with the code that the member got; every document is then sealed.

    From the right code on nothing can stop it. The same code once more changes nothing.
    """
    services = call.services
    request = using(ConfirmSeal, services)(
        call.principal, call.request, call.given.member, code=call.given.code, now=call.now
    )
    return Answer(RequestOut.of(request), version=request.version)
