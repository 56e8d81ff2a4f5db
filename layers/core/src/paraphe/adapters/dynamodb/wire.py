"""A thin client of DynamoDB: JSON over HTTPS, signed with Signature Version 4 (ADR 31).

It takes and gives what botocore's client does, for the operations that the adapters use, in a
fraction of its processor time: no model is walked, as items are in DynamoDB's own JSON already.
Errors are botocore's `ClientError` and connection errors, so that `faults.calling` knows them.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import random
import time
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import urllib3
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    ReadTimeoutError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OPERATIONS = {
    "batch_get_item": "BatchGetItem",
    "delete_item": "DeleteItem",
    "get_item": "GetItem",
    "put_item": "PutItem",
    "query": "Query",
    "transact_get_items": "TransactGetItems",
    "transact_write_items": "TransactWriteItems",
    "update_item": "UpdateItem",
}
# Worth another try, whatever the operation: each is conditional or idempotent.
RETRIED = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionInProgressException",
    }
)
_SERVER_FAULTS = frozenset({500, 502, 503, 504})
_TARGET = "DynamoDB_20120810."
_CONTENT_TYPE = "application/x-amz-json-1.0"
_ALGORITHM = "AWS4-HMAC-SHA256"
_SIGNED = "content-type;host;x-amz-date;x-amz-target"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 2.0


@dataclass(frozen=True, slots=True)
class Credentials:
    """Of a role: its token is empty for a user's."""

    key: str
    secret: str
    token: str = ""


def from_environment() -> Credentials:
    """Take what Lambda gives a function; elsewhere, what botocore finds."""
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if key and secret:
        return Credentials(key, secret, os.environ.get("AWS_SESSION_TOKEN", ""))
    from botocore.session import get_session  # noqa: PLC0415 - not on Lambda

    found = get_session().get_credentials()
    if found is None:
        raise EndpointConnectionError(endpoint_url="dynamodb: no credentials")
    frozen = found.get_frozen_credentials()
    return Credentials(str(frozen.access_key), str(frozen.secret_key), frozen.token or "")


def endpoint(region: str) -> str:
    """Where DynamoDB is: an address of the environment's, or the region's own."""
    for name in ("AWS_ENDPOINT_URL_DYNAMODB", "AWS_ENDPOINT_URL"):
        if os.environ.get(name):
            return os.environ[name]
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://dynamodb.{region}.{suffix}"


class Pool(Protocol):
    """What sends a request: urllib3's pool, or a test's."""

    def request(
        self, method: str, url: str, *, body: bytes, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        """Send it and read the answer whole."""
        ...


class DynamoDbWire:
    """Calls DynamoDB; its methods are named and take arguments as those of botocore's client.

    Args:
        region: of the table.
        url: of the service.
        credentials: read anew for each call.
        connect_seconds: how long a connection may take.
        read_seconds: how long an answer may take.
        attempts: tries of one call, the first one included.
        connections: kept open.
        pool: instead of urllib3's, which these bounds are for.

    """

    def __init__(
        self,
        region: str,
        url: str,
        credentials: Callable[[], Credentials] = from_environment,
        *,
        connect_seconds: float = 2,
        read_seconds: float = 10,
        attempts: int = 4,
        connections: int = 32,
        pool: Pool | None = None,
    ) -> None:
        self._region = region
        self._url = url.rstrip("/") + "/"
        self._host = urllib3.util.parse_url(url).netloc or ""
        self._credentials = credentials
        self._attempts = attempts
        self._keys: dict[tuple[str, str], bytes] = {}
        self._pool: Pool | urllib3.PoolManager = pool or urllib3.PoolManager(
            maxsize=connections,
            block=False,
            retries=False,
            timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        )

    def __getattr__(self, name: str) -> Callable[..., Any]:
        """Return the method of an operation.

        Raises:
            AttributeError: none of `OPERATIONS`.

        """
        operation = OPERATIONS.get(name)
        if operation is None:
            raise AttributeError(name)
        method = partial(self._call, operation)
        setattr(self, name, method)
        return method

    def _call(self, operation: str, **request: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
        if operation == "TransactWriteItems":
            # So that a try that is repeated after a lost answer is the same write.
            request.setdefault("ClientRequestToken", str(uuid.uuid4()))
        body = json.dumps(request, separators=(",", ":")).encode()
        for attempt in range(1, self._attempts + 1):
            last = attempt == self._attempts
            try:
                answer = self._post(operation, body)
            except (ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError):
                if last:
                    raise
            else:
                if answer.status == 200:  # noqa: PLR2004 - OK
                    found: dict[str, Any] = json.loads(answer.data)
                    return found
                error = _error(operation, answer)
                if last or not _is_worth_another(error, answer.status):
                    raise error
            time.sleep(_pause(attempt))
        raise AssertionError("unreachable: the last attempt returns or raises")

    def _post(self, operation: str, body: bytes) -> urllib3.BaseHTTPResponse:
        headers = self._headers(operation, body, datetime.now(UTC))
        try:
            answer = self._pool.request("POST", self._url, body=body, headers=headers)
        except urllib3.exceptions.ConnectTimeoutError:
            raise ConnectTimeoutError(endpoint_url=self._url) from None
        except urllib3.exceptions.ReadTimeoutError:
            raise ReadTimeoutError(endpoint_url=self._url) from None
        except urllib3.exceptions.HTTPError:
            raise EndpointConnectionError(endpoint_url=self._url) from None
        expected = answer.headers.get("x-amz-crc32")
        if expected is not None and zlib.crc32(answer.data) != int(expected):
            raise ReadTimeoutError(endpoint_url=self._url)  # cut or changed on the way: ask again
        return answer

    def _headers(self, operation: str, body: bytes, now: datetime) -> dict[str, str]:
        """Sign a call (AWS, Create a signed AWS API request)."""
        credentials = self._credentials()
        instant = now.strftime("%Y%m%dT%H%M%SZ")
        signed = {
            "content-type": _CONTENT_TYPE,
            "host": self._host,
            "x-amz-date": instant,
            "x-amz-target": _TARGET + operation,
        }
        names = _SIGNED
        if credentials.token:
            signed["x-amz-security-token"] = credentials.token
            names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
        lines = "".join(f"{name}:{signed[name]}\n" for name in names.split(";"))
        canonical = f"POST\n/\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
        scope = f"{instant[:8]}/{self._region}/dynamodb/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        text = f"{_ALGORITHM}\n{instant}\n{scope}\n{digest}"
        key = self._key(credentials.secret, instant[:8])
        signature = hmac.digest(key, text.encode(), "sha256").hex()
        signed["authorization"] = (
            f"{_ALGORITHM} Credential={credentials.key}/{scope}, "
            f"SignedHeaders={names}, Signature={signature}"
        )
        # urllib3 would ask for compressed answers, whose checksum is another.
        signed["accept-encoding"] = "identity"
        return signed

    def _key(self, secret: str, day: str) -> bytes:
        found = self._keys.get((secret, day))
        if found is None:
            found = f"AWS4{secret}".encode()
            for part in (day, self._region, "dynamodb", "aws4_request"):
                found = hmac.digest(found, part.encode(), "sha256")
            self._keys = {(secret, day): found}
        return found


def _error(operation: str, answer: urllib3.BaseHTTPResponse) -> ClientError:
    try:
        told = json.loads(answer.data)
    except ValueError:
        told = {}
    told = told if isinstance(told, dict) else {}
    code = str(told.get("__type", answer.status)).rpartition("#")[2]
    response: Any = {
        "Error": {"Code": code, "Message": str(told.get("message") or told.get("Message") or "")},
        "ResponseMetadata": {"HTTPStatusCode": answer.status},
    }
    if "CancellationReasons" in told:
        response["CancellationReasons"] = told["CancellationReasons"]
    return ClientError(response, operation)


def _is_worth_another(error: ClientError, status: int) -> bool:
    return status in _SERVER_FAULTS or error.response["Error"]["Code"] in RETRIED


def _pause(attempt: int) -> float:
    """How long to wait after an attempt, in seconds: doubled, at random below (full jitter)."""
    most = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (attempt - 1))
    return random.uniform(0, most)  # noqa: S311 - nothing secret
