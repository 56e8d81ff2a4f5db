"""What API Gateway answers by itself: the template's problem documents, on the laptop as on AWS."""

from __future__ import annotations

import contextlib
import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from infra import gateway
from infra.local.journey import Answer
from infra.local.journey import http as ask

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

REQUESTS = "/v1/signature_requests"


def _is(answer: Answer, kind: str) -> None:
    """Status, headers and body are those of the template."""
    status, headers, body = gateway.answer(kind)
    assert (answer.status, answer.body) == (status, body), answer.text
    sent = {name.lower(): value for name, value in answer.headers.items()}
    assert {name: sent.get(name.lower()) for name in headers} == headers


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer", "Bearer a.b.c", "Basic YTpi", "Bearer é".encode().decode("latin-1")],
)
def test_who_is_not_authenticated(platform: LocalStack, authorization: str | None) -> None:
    """401, and how to authenticate."""
    headers = {} if authorization is None else {"Authorization": authorization}
    answer = ask("GET", platform.url + REQUESTS, headers=headers)
    _is(answer, "UNAUTHORIZED")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="paraphe"'


def test_a_token_without_the_scope(platform: LocalStack, software: Software) -> None:
    """API Gateway turns it away before the function is asked."""
    token = software.token("paraphe/requests.read")
    headers = {"Authorization": f"Bearer {token}"}
    assert ask("GET", platform.url + REQUESTS, headers=headers).status == 200
    _is(ask("GET", f"{platform.url}/v1/contacts", headers=headers), "UNAUTHORIZED")


@pytest.mark.parametrize("has_token", [True, False])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/v1/nothing"),
        ("GET", "/v1/"),
        ("POST", "/v1/signature_requests/sr_1/nothing"),
        ("DELETE", REQUESTS),
        ("PUT", f"{REQUESTS}/sr_1"),
        ("OPTIONS", REQUESTS),
        ("TRACE", REQUESTS),
        ("PROPFIND", REQUESTS),
    ],
)
def test_where_no_operation_is(
    platform: LocalStack, software: Software, method: str, path: str, *, has_token: bool
) -> None:
    """404, whoever asks, also for another method and for one that is none."""
    headers = {"Authorization": f"Bearer {software.token()}"} if has_token else {}
    _is(ask(method, platform.url + path, headers=headers), "MISSING_AUTHENTICATION_TOKEN")


def test_head_has_the_answer_without_its_body(platform: LocalStack) -> None:
    """No operation takes HEAD."""
    answer = ask("HEAD", platform.url + REQUESTS)
    assert (answer.status, answer.body) == (404, b"")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_body_that_api_gateway_does_not_take(platform: LocalStack, software: Software) -> None:
    """413 before it was sent; what is too large for the function is its own 413."""
    address = urlsplit(platform.url)
    with contextlib.closing(http.client.HTTPConnection(address.netloc, timeout=30)) as connection:
        connection.putrequest("POST", REQUESTS)
        connection.putheader("Content-Length", str(10 * 1024 * 1024 + 1))
        connection.putheader("Content-Type", "application/json")
        connection.endheaders()
        answer = connection.getresponse()
        _is(Answer(answer.status, dict(answer.getheaders()), answer.read()), "REQUEST_TOO_LARGE")
    refused = software.call("POST", "/signature_requests", {"title": "a" * 70_000})
    assert (refused.status, refused.json["code"]) == (413, "body_too_large")


def test_another_media_type(software: Software) -> None:
    """415, by the function."""
    refused = software.call("POST", "/signature_requests", {}, {"Content-Type": "text/plain"})
    assert (refused.status, refused.json["code"]) == (415, "not_json")
    assert refused.headers["Content-Type"] == "application/problem+json"
