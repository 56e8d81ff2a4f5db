"""What a failed call to AWS becomes: something to try again, or a refusal with a bare code.

AWS quotes the caller's input in its messages (addresses, phone numbers), so they are dropped.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's, not Python's
    HTTPClientError,
    IncompleteReadError,
)

from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SERVER_FAULT = 500
# How S3 says that an object is not there. To a role without s3:ListBucket it says "denied" (403)
# instead, so a read that is denied counts as a missing object: each role is tested to have what it
# needs (tests/integration/test_permissions.py), and the embedded AWS says 404 to all.
MISSING_OBJECT = frozenset({"NoSuchKey", "NotFound", "404", "AccessDenied", "403"})
# The services' own words for "not now", whatever the HTTP status.
TRANSIENT = frozenset(
    {
        "ConcurrentModificationException",
        "ConditionalRequestConflict",
        "DependencyTimeoutException",
        "InternalServerError",
        "KeyUnavailableException",
        "KMSInternalException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestInProgressException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "SlowDown",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


class ServiceRefusedError(Exception):
    """A service said no. Holds no message of the service, because that may quote personal data.

    Attributes:
        operation: what was asked, `kms:VerifyMac`.
        code: the service's error code.
        reasons: of a cancelled transaction, one code per item.

    """

    def __init__(self, operation: str, code: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(f"{operation}: {code}")
        self.operation = operation
        self.code = code
        self.reasons = reasons


@contextmanager
def calling(operation: str) -> Iterator[None]:
    """Translate what a call in this block raises.

    Raises:
        TransientError: the service was not reached, failed or throttled, after botocore's retries.
        ServiceRefusedError: any other answer that is an error.

    """
    try:
        yield
    except ClientError as error:
        raise _translated(operation, error.response) from None
    except (ConnectionError, HTTPClientError, IncompleteReadError) as error:
        raise TransientError(f"{operation}: {type(error).__name__}") from None


def _translated(operation: str, response: Mapping[str, Any]) -> Exception:
    code = str(response.get("Error", {}).get("Code", "unknown"))
    status = response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    reasons = tuple(str(r.get("Code", "None")) for r in response.get("CancellationReasons", ()))
    if code in TRANSIENT or status >= SERVER_FAULT:
        return TransientError(f"{operation}: {code}")
    return ServiceRefusedError(operation, code, reasons)
