"""Errors of AWS become two kinds, and none quotes what a person typed."""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
)

from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.requests.request_store import lost_or
from paraphe.domain.errors import RaceLostError
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Callable

CANARY = "canary@example.org +33612345678"


def client_error(code: str, status: int = 400, **more: Any) -> ClientError:  # noqa: ANN401
    """An answer of AWS that quotes its caller."""
    response: Any = {
        "Error": {"Code": code, "Message": CANARY},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **more,
    }
    return ClientError(response, "Publish")


@pytest.mark.parametrize(
    "error",
    [
        client_error("ThrottlingException"),
        client_error("Throttled", 429),
        client_error("SlowDown", 503),
        client_error("Anything", 500),
        client_error("KMSInternalException"),
        EndpointConnectionError(endpoint_url=CANARY),
        ReadTimeoutError(endpoint_url=CANARY),
        IncompleteReadError(actual_bytes=1, expected_bytes=2),
    ],
)
def test_what_may_work_later_is_transient(error: Exception) -> None:
    """Throttling, faults of the service and of the network are tried again."""
    with pytest.raises(TransientError) as caught, calling("sns:Publish"):
        raise error
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True))


def test_a_refusal_keeps_its_code_only() -> None:
    """The service's message is dropped: it may quote an address or a number."""
    with pytest.raises(ServiceRefusedError) as caught, calling("sns:Publish"):
        raise client_error("InvalidParameter")
    assert caught.value.code == "InvalidParameter"
    assert str(caught.value) == "sns:Publish: InvalidParameter"
    assert CANARY not in "".join(traceback.format_exception(caught.value, chain=True))


def test_our_own_errors_pass() -> None:
    """Only what AWS says is translated."""
    with pytest.raises(KeyError), calling("sns:Publish"):
        raise KeyError("ours")


def _refused(*reasons: str) -> ServiceRefusedError:
    return ServiceRefusedError(
        "dynamodb:TransactWriteItems", "TransactionCanceledException", reasons
    )


@pytest.mark.parametrize(
    ("refused", "expected"),
    [
        (_refused("None", "ConditionalCheckFailed"), RaceLostError),
        (_refused("TransactionConflict", "None"), RaceLostError),
        (_refused("ThrottlingError", "None"), TransientError),
        (_refused("ValidationError"), ServiceRefusedError),
        (
            ServiceRefusedError("dynamodb:TransactWriteItems", "ValidationException"),
            ServiceRefusedError,
        ),
    ],
)
def test_why_a_transaction_was_cancelled(
    refused: ServiceRefusedError, expected: Callable[..., Exception]
) -> None:
    """A lost race is decided again, throttling is tried again, a fault of ours is shown."""
    assert type(lost_or(refused)) is expected
