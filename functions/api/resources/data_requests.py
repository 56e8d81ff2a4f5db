"""A person asks the firm for their data, or for its erasure (GDPR)."""

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.data_requests import DataRequestOut, NewDataRequest
from paraphe.usecases import using
from paraphe.usecases.requests.answer_data_requests import AnswerDataRequest

resource = Resource("data_requests")


@resource.operation(
    "POST",
    "/data_requests",
    scope=Scope.MANAGE,
    given=NewDataRequest,
    answer=DataRequestOut,
    problems=(),
    # A person's data is not kept beside an Idempotency-Key; asked again, it is looked for again.
    repeat=Repeat(harmless=True, secret=True),
)
def answer_data_request(call: Call[NewDataRequest]) -> Answer:
    """Export or erase what the firm holds about a person.

    `erase` cannot be taken back. It erases contacts, invitations, places in templates and drafts,
    and rows of bulk launches; what has to stay comes back in `kept` with the reason. Call again
    with `next_cursor` until `done` is true; to repeat a call changes nothing more.
    """
    given = call.given
    answer = using(AnswerDataRequest, call.services)(
        call.principal, given.asked, given.to_domain(), given.cursor, call.now
    )
    return Answer(DataRequestOut.of(given, answer))
