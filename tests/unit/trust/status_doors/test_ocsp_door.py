"""OCSP over HTTP: what comes in by path or body, what goes out, for how long it may be kept."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocsp import handler
from ocsp.http_binding import reply, request_of
from paraphe import observe
from paraphe.domain.trust.certificate_status import Outcome, StatusAnswer, refusal
from paraphe.ports.system import TransientError
from tests.support.fakes import FakeResponder
from tests.support.services import in_memory

NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
ANSWER = StatusAnswer(b"\x30\x82", Outcome.SUCCESSFUL, NOW, NOW + timedelta(days=1))


def _get(rest: str, parameter: str | None = None) -> dict[str, Any]:
    given_ = None if parameter is None else {"request": parameter}
    return {"httpMethod": "GET", "path": f"/pki/ocsp{rest}", "pathParameters": given_}


def _post(body: bytes) -> dict[str, Any]:
    return {
        "httpMethod": "POST",
        "path": "/pki/ocsp",
        "body": base64.b64encode(body).decode(),
        "isBase64Encoded": True,
    }


@given(st.binary(min_size=1, max_size=200))
def test_the_same_octets_come_by_every_way(request_: bytes) -> None:
    """By body; by path with everything escaped, nothing escaped, and as clients really do it."""
    text = base64.b64encode(request_).decode()
    ways = [
        quote(text, safe=""),
        text,
        text.rstrip("="),
        text.replace("+", " "),
        base64.urlsafe_b64encode(request_).decode(),
    ]
    assert request_of(_post(request_)) == request_
    for way in ways:
        assert request_of(_get(f"/{way}")) == request_
    assert request_of({**_get("", text), "path": "/other"}) == request_


@pytest.mark.parametrize(
    "event",
    [
        _get(""),
        _get("/"),
        _get("/%"),
        _get("/é"),
        _get("/" + "A" * 50_000),
        {**_post(b""), "body": None},
        {**_post(b""), "body": "no base64"},
        {**_post(b""), "body": "A" * 50_000},
        {"httpMethod": "GET"},
    ],
)
def test_what_holds_no_request_is_empty(event: dict[str, Any]) -> None:
    assert request_of(event) == b""


def test_text_that_a_gateway_did_not_encode_is_taken_as_it_is() -> None:
    assert request_of({"httpMethod": "POST", "body": "0\x03é€"}) == b"0\x03\xe9?"


def test_an_answer_to_get_may_be_kept_until_its_next_update() -> None:
    """RFC 5019 §6.2."""
    later = NOW + timedelta(seconds=90, milliseconds=500)
    said = reply(_get("/AAAA"), ANSWER, later)
    headers = said["headers"]
    assert said["statusCode"] == 200
    assert headers["Content-Type"] == "application/ocsp-response"
    kept = "max-age=86309, public, no-transform, must-revalidate"
    assert headers["Cache-Control"] == kept
    assert parsedate_to_datetime(headers["Last-Modified"]) == NOW
    assert parsedate_to_datetime(headers["Expires"]) == ANSWER.next_update
    assert headers["ETag"].strip('"').isalnum()
    assert base64.b64decode(said["body"]) == ANSWER.body
    assert said["isBase64Encoded"] is True


@pytest.mark.parametrize(
    ("event", "answer"),
    [
        (_post(b"x"), ANSWER),
        (
            _get("/AAAA"),
            StatusAnswer(b"x", Outcome.SUCCESSFUL, NOW, NOW, is_personal=True),
        ),
        (_get("/AAAA"), refusal(Outcome.TRY_LATER)),
    ],
)
def test_what_is_posted_personal_or_an_error_is_not_kept(
    event: dict[str, Any], answer: StatusAnswer
) -> None:
    headers = reply(event, answer, NOW)["headers"]
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers


def test_the_door_answers_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    """A fault is counted and logged by its kind; its text and the request stay inside."""
    responder = FakeResponder(NOW - timedelta(days=900), NOW)
    said = handler.respond(in_memory(status_responder=responder), _post(b"question"), None)
    assert base64.b64decode(said["body"]) == b"answer to question"
    responder.fault = TransientError("quoted canary")
    said = handler.respond(in_memory(status_responder=responder), _post(b"canary"), None)
    assert base64.b64decode(said["body"]) == refusal(Outcome.TRY_LATER).body
    assert said["statusCode"] == 200
    written = capsys.readouterr().out
    assert "no status was given" in written
    assert "TransientError" in written
    assert "canary" not in written
    counted = observe.metrics("ocsp").provider.metric_set
    assert {"OcspAnswers", "OcspFailures"} <= set(counted)
    observe.metrics("ocsp").provider.clear_metrics()


def test_a_request_as_api_gateway_sends_it() -> None:
    """The sample event holds a request that can be read."""
    sample = Path(__file__).resolve().parents[4] / "events" / "ocsp.json"
    event = json.loads(sample.read_text(encoding="utf-8"))
    assert request_of(event).startswith(b"\x30")
