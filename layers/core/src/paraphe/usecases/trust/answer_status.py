"""Answer an OCSP request, whatever it is and whatever happens (RFC 6960)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.trust.certificate_status import Outcome, StatusAnswer, refusal
from paraphe.ports.system import TransientError
from paraphe.ports.trust import StatusResponder

# A question takes some 100 octets; a signed one with its certificates a few thousand.
MAX_REQUEST = 10_000


@dataclass(frozen=True, slots=True)
class Answered:
    """What to send, and the fault that kept us from saying more, for the log."""

    answer: StatusAnswer
    fault: Exception | None = None


def answer_status(
    responder: Callable[[], StatusResponder], request: bytes, now: datetime
) -> Answered:
    """Never raises: a validator understands no other answer than an OCSP response.

    Args:
        responder: gives who answers; building it may fail as well.
        request: OCSPRequest, DER, or anything else that somebody sent.
        now: the instant, UTC.

    """
    if not request or len(request) > MAX_REQUEST:
        return Answered(refusal(Outcome.MALFORMED_REQUEST))
    try:
        return Answered(responder().answer(request, now))
    except TransientError as fault:
        return Answered(refusal(Outcome.TRY_LATER), fault)
    except Exception as fault:  # noqa: BLE001 (whatever it is, who asked gets an OCSP answer)
        return Answered(refusal(Outcome.INTERNAL_ERROR), fault)
