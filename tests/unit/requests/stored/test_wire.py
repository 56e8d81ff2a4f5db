"""The thin client of DynamoDB: signed as botocore signs, tried again as it would, same errors."""

from __future__ import annotations

import json
import zlib
from datetime import UTC, datetime
from typing import Any

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as BotocoreCredentials
from botocore.exceptions import ClientError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.dynamodb.wire import OPERATIONS, Credentials, DynamoDbWire, endpoint
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.requests.request_store import lost_or
from paraphe.domain.errors import RaceLostError
from paraphe.ports.system import TransientError

REGION = "eu-west-3"
URL = f"https://dynamodb.{REGION}.amazonaws.com"
NOW = datetime(2026, 11, 27, 7, 30, tzinfo=UTC)


class Answers:
    """A pool that gives these answers in turn, and keeps what it was sent."""

    def __init__(self, *answers: tuple[int, dict[str, Any]] | Exception) -> None:
        self.answers = list(answers)
        self.sent: list[tuple[bytes, dict[str, str]]] = []

    def request(
        self, method: str, url: str, *, body: bytes, headers: dict[str, str]
    ) -> urllib3.BaseHTTPResponse:
        """Return the next one."""
        assert (method, url) == ("POST", f"{URL}/")
        self.sent.append((body, headers))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, told = answer
        content = json.dumps(told).encode()
        checked = {"x-amz-crc32": str(zlib.crc32(content))}
        return urllib3.HTTPResponse(body=content, status=status, headers=checked)


def _wire(pool: Answers, token: str = "") -> DynamoDbWire:
    return DynamoDbWire(REGION, URL, lambda: Credentials("AKIDEXAMPLE", "secret", token), pool=pool)


def _failed(kind: str, status: int = 400, **more: object) -> tuple[int, dict[str, Any]]:
    return status, {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "message": "no", **more}


@pytest.mark.parametrize("token", ["", "a-role's/token+="])
@given(body=st.binary(max_size=200))
def test_a_call_is_signed_as_botocore_signs_it(token: str, body: bytes) -> None:
    """An independent hand computes the same signature over the same headers."""
    ours = _wire(Answers(), token)._headers("Query", body, NOW)
    judge = SigV4Auth(
        BotocoreCredentials("AKIDEXAMPLE", "secret", token or None), "dynamodb", REGION
    )
    signed = {k: v for k, v in ours.items() if k not in {"authorization", "accept-encoding"}}
    request = AWSRequest(method="POST", url=f"{URL}/", data=body, headers=signed)
    request.context["timestamp"] = NOW.strftime("%Y%m%dT%H%M%SZ")
    text = judge.string_to_sign(request, judge.canonical_request(request))
    assert ours["authorization"].endswith(f"Signature={judge.signature(text, request)}")
    names = judge.signed_headers(judge.headers_to_sign(request))
    assert f"SignedHeaders={names}," in ours["authorization"]


def test_what_is_sent_and_read_is_dynamodbs_own_json() -> None:
    pool = Answers((200, {"Item": {"PK": {"S": "é"}}}))
    found = _wire(pool).get_item(TableName="t", Key={"PK": {"S": "é"}}, ConsistentRead=True)
    assert found == {"Item": {"PK": {"S": "é"}}}
    ((body, headers),) = pool.sent
    assert json.loads(body) == {
        "TableName": "t",
        "Key": {"PK": {"S": "é"}},
        "ConsistentRead": True,
    }
    assert headers["x-amz-target"] == "DynamoDB_20120810.GetItem"


@pytest.mark.parametrize(
    "first",
    [
        _failed("ThrottlingException"),
        _failed("ProvisionedThroughputExceededException"),
        _failed("InternalServerError", 500),
        (503, {}),
        urllib3.exceptions.ProtocolError("reset"),
        urllib3.exceptions.ReadTimeoutError(None, URL, "slow"),  # type: ignore[arg-type] # no pool
    ],
)
def test_what_may_pass_is_tried_again(first: tuple[int, dict[str, Any]] | Exception) -> None:
    pool = Answers(first, (200, {"Items": []}))
    assert _wire(pool).query(TableName="t") == {"Items": []}
    assert len(pool.sent) == 2


def test_a_write_that_is_sent_again_is_the_same_write() -> None:
    """The answer to the first one may have been lost: DynamoDB knows it by its token."""
    pool = Answers(_failed("InternalServerError", 500), (200, {}), (200, {}))
    wire = _wire(pool)
    wire.transact_write_items(TransactItems=[])
    wire.transact_write_items(TransactItems=[])
    tokens = [json.loads(body)["ClientRequestToken"] for body, _ in pool.sent]
    assert tokens[0] == tokens[1] != tokens[2]


def test_an_outage_ends_after_four_tries_and_is_transient() -> None:
    pool = Answers(*[urllib3.exceptions.ProtocolError("reset")] * 4)
    with pytest.raises(TransientError), calling("dynamodb:Query"):
        _wire(pool).query(TableName="t")
    assert len(pool.sent) == 4
    pool = Answers(*[_failed("ThrottlingException")] * 4)
    with pytest.raises(TransientError), calling("dynamodb:Query"):
        _wire(pool).query(TableName="t")


def test_a_refusal_is_said_once_with_its_reasons() -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Message": "no"}]
    pool = Answers(_failed("TransactionCanceledException", CancellationReasons=reasons))
    with pytest.raises(ServiceRefusedError) as refused, calling("dynamodb:TransactWriteItems"):
        _wire(pool).transact_write_items(TransactItems=[])
    assert refused.value.code == "TransactionCanceledException"
    assert refused.value.reasons == ("None", "ConditionalCheckFailed")
    assert isinstance(lost_or(refused.value), RaceLostError)


def test_an_answer_that_was_changed_on_the_way_is_asked_for_again() -> None:
    class Cut(Answers):
        """The first answer loses its end."""

        def request(self, *args: Any, **more: Any) -> urllib3.BaseHTTPResponse:  # noqa: ANN401
            """Cut it."""
            answer = super().request(*args, **more)
            if len(self.sent) > 1:
                return answer
            return urllib3.HTTPResponse(body=b"{", status=200, headers=answer.headers)

    assert _wire(Cut((200, {}), (200, {"Items": []}))).query(TableName="t") == {"Items": []}
    with pytest.raises(ReadTimeoutError):
        DynamoDbWire(
            REGION, URL, lambda: Credentials("a", "b"), attempts=1, pool=Cut((200, {}))
        ).query(TableName="t")


def test_an_answer_of_something_else_on_the_way_is_an_error() -> None:
    """A proxy's page, for example: no JSON, no code."""

    class Page(Answers):
        """Answers HTML."""

        def request(self, *args: Any, **more: Any) -> urllib3.BaseHTTPResponse:  # noqa: ANN401
            """Return it."""
            super().request(*args, **more)
            return urllib3.HTTPResponse(body=b"<html>", status=403, headers={})

    with pytest.raises(ClientError) as refused:
        _wire(Page((200, {}))).query(TableName="t")
    assert refused.value.response["Error"]["Code"] == "403"


def test_only_what_is_known_can_be_called() -> None:
    wire = _wire(Answers())
    assert all(callable(getattr(wire, name)) for name in OPERATIONS)
    with pytest.raises(AttributeError):
        wire.delete_table  # noqa: B018 - asked for, not called


def test_where_dynamodb_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's address on a laptop, the region's on AWS: both sides."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    assert endpoint(REGION) == "http://127.0.0.1:9"
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:8")
    assert endpoint(REGION) == "http://127.0.0.1:8"
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")
    assert endpoint(REGION) == "https://dynamodb.eu-west-3.amazonaws.com"
    assert endpoint("cn-north-1") == "https://dynamodb.cn-north-1.amazonaws.com.cn"
