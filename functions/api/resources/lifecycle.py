"""What a sender does with a whole request: launch, relaunch, remind, cancel, resume."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.requests.answers import RequestOut
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.requests.launch_request import LaunchRequest
from paraphe.usecases.requests.manage_request import ManageRequest

resource = Resource("lifecycle")
PATH = "/signature_requests/{request_id}"


@resource.operation(
    "POST",
    PATH + "/launch",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RequestOut,
    problems=(404, 409),
)
def launch_signature_request(call: Call[Nothing]) -> Answer:
    """Launch a draft: its documents are frozen, the first signers invited, 15 x 24 h begin."""
    request = using(LaunchRequest, call.services)(call.principal, call.request, call.now)
    if not request.is_test:
        call.observer.launched()
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "POST",
    PATH + "/relaunch",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RequestOut,
    problems=(404, 409, 410),
)
def relaunch_signature_request(call: Call[Nothing]) -> Answer:
    """Move the deadline to 15 x 24 h from now and write again to everybody whose turn it is.

    Once an hour at most: 429 says from when on.
    """
    request = using(ManageRequest, call.services).relaunch(call.principal, call.request, call.now)
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "POST",
    PATH + "/remind",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RequestOut,
    problems=(404, 409, 410),
)
def remind_signature_request(call: Call[Nothing]) -> Answer:
    """Write again to everybody whose turn it is; the deadline stays.

    Once an hour at most, also after a relaunch: 429 says from when on.
    """
    request = using(ManageRequest, call.services).remind(call.principal, call.request, call.now)
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "POST",
    PATH + "/cancel",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RequestOut,
    problems=(404, 409, 410),
)
def cancel_signature_request(call: Call[Nothing]) -> Answer:
    """Take back a draft, or a request that not everybody has signed; who was asked is told."""
    request = using(ManageRequest, call.services).cancel(call.principal, call.request, call.now)
    return Answer(RequestOut.of(request), version=request.version)


@resource.operation(
    "POST",
    PATH + "/resume",
    scope=Scope.WRITE,
    given=Nothing,
    answer=RequestOut,
    problems=(404, 409),
)
def resume_signature_request(call: Call[Nothing]) -> Answer:
    """Take a failed request up where it stood."""
    request = using(ManageRequest, call.services).resume(call.principal, call.request, call.now)
    return Answer(RequestOut.of(request), version=request.version)
