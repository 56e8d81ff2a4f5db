"""The same call twenty times at once under one Idempotency-Key, on the deployed platform."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from infra.local.journey import sample_pdf
from tests.integration.conftest import Clock, launched
from tests.integration.test_bad_input import REQUESTS

if TYPE_CHECKING:
    from infra.local.journey import Answer, Software
    from infra.local.stack import LocalStack

SENDER = {"name": "Claire Martin", "email": "c.m@cabinet.example"}
SIGNER = {"name": "Jean Dupont", "email": "j@client.example", "phone": "+33639980001", "order": 1}


def _twenty(software: Software, method: str, path: str, body: object, key: str) -> Answer:
    """Send a call twenty times at once; give the one answer that all are."""
    together, answers = threading.Barrier(20), []

    def call() -> None:
        together.wait()
        answers.append(software.call(method, path, body, headers={"Idempotency-Key": key}))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    refused = [a.text for a in answers if a.status >= 300]
    assert not refused
    assert {(a.status, a.text) for a in answers} == {(answers[0].status, answers[0].text)}
    assert {a.headers.get("etag") for a in answers} == {answers[0].headers.get("etag")}
    return answers[0]


def test_create_add_and_launch_are_done_once(software: Software) -> None:
    """A draft, a recipient, a launch: what there is afterwards was made once."""
    made = _twenty(
        software, "POST", REQUESTS, {"title": "Une fois", "sender": SENDER}, f"create-{time.time()}"
    ).json["id"]
    path = f"{REQUESTS}/{made}"
    document = software.upload(made, sample_pdf(["Une fois"]), "une-fois.pdf")
    assert software.document(made, document)["state"] == "ready"
    _twenty(software, "POST", f"{path}/recipients", SIGNER, f"add-{made}")
    _twenty(software, "POST", f"{path}/launch", None, f"launch-{made}")
    assert len(software.get(made)["recipients"]) == 1
    kinds = _kinds(software, path)
    assert [kinds.count(k) for k in ("request_created", "recipient_added", "request_launched")] == [
        1
    ] * 3
    newest = software.call("GET", f"{REQUESTS}?limit=100").json["items"]
    assert [item["title"] for item in newest].count("Une fois") == 1


def test_remind_and_cancel_are_done_once(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """One reminder, one end; a key that was used says so to another call."""
    case = launched(platform, software, (1,))
    case.people[0].wait_mail()
    made = case.id
    clock.ahead(7200)
    path = f"{REQUESTS}/{made}"
    _twenty(software, "POST", f"{path}/remind", None, f"remind-{made}")
    _twenty(software, "POST", f"{path}/cancel", None, f"cancel-{made}")
    kinds = _kinds(software, path)
    assert kinds.count("reminder_requested") == kinds.count("request_canceled") == 1
    other = software.call("POST", f"{path}/resume", headers={"Idempotency-Key": f"cancel-{made}"})
    assert (other.status, other.json["code"]) == (422, "idempotency_key_reused")


def test_a_version_that_was_seen_is_what_is_changed(software: Software) -> None:
    """If-Match, If-None-Match and the limits, as API Gateway passes them on."""
    made = software.ask("POST", REQUESTS, {"title": "Une version", "sender": SENDER})["id"]
    path = f"{REQUESTS}/{made}"
    read = software.call("GET", path)
    tag = {name.lower(): value for name, value in read.headers.items()}["etag"]
    assert software.call("GET", path, headers={"If-None-Match": tag}).status == 304
    seen = {"If-Match": tag}
    assert software.call("POST", f"{path}/recipients", SIGNER, headers=seen).status == 201
    late = software.call("POST", f"{path}/recipients", SIGNER, headers=seen)
    assert (late.status, late.json["code"]) == (412, "changed_meanwhile")
    headers = {name.lower(): value for name, value in late.headers.items()}
    assert headers["ratelimit-policy"] == '"calls";q=200;w=10'
    assert headers["ratelimit"].startswith('"calls";r=')


def _kinds(software: Software, path: str) -> list[str]:
    events = software.call("GET", f"{path}/events").json["events"]
    return [event["kind"] for event in events]
