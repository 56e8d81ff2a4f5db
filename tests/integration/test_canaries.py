"""No personal data where operators look: logs, metrics, executions, the dead-letter queue.

Unmistakable names, addresses, phones, words, and the codes and tokens that were really used, are
searched for in everything that the platform's own parts wrote. The embedded AWS's e-mail and SMS
services tell its own log whom they write to; those are its lines, not ours, and not looked at.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from infra.local.journey import Person, sample_pdf, wait_for
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.firms.member_store import DynamoMembers
from paraphe.domain.firms.member import Capability, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.journey import Software
    from infra.local.stack import LocalStack

TITLE = "Zyxtitre de mission"
MESSAGE = "Zyxmessage pour vous"
REASON = "Zyxraison de refuser"
FILE = "zyxfichier.pdf"
SENDER = ("Zyxa Expéditrice", "zyxa@zyxcabinet.example")
SIGNER = ("Zyxbert Signataire", "zyxbert@zyxclient.example", "+33639980471")
DECLINER = ("Zyxcile Refusante", "zyxcile@zyxclient.example", "+33639980472")
Told: TypeAlias = tuple[set[str], str, str]
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
MEMBER = ("Zyxanne Membre", "zyxanne@zyxcabinet.example", "+33639980473")
NATIONAL = {f"{zero}63998047{last}" for zero in ("0", "") for last in "123"}


@pytest.fixture(scope="module")
def told(platform: LocalStack, software: Software) -> Told:
    """Everything that must not be found, and the requests that it was used in."""
    request = software.create(
        TITLE, message=MESSAGE, sender={"name": SENDER[0], "email": SENDER[1]}
    )
    document = software.upload(request, sample_pdf(["Zyxcontenu confidentiel"]), FILE)
    assert software.document(request, document)["state"] == "ready"
    people = []
    for order, (name, email, phone) in enumerate((SIGNER, DECLINER), start=1):
        software.invite(request, name, email, phone=phone, order=order)
        people.append(Person(platform.inbox, email, phone))
    software.launch(request)
    first, second = people
    link = first.link(first.wait_mail())
    assert first.consent(link, digits="0000").status == 422
    assert first.sign(link).status == 303
    other = second.link(second.wait_mail())
    assert second.consent(other).status == 303
    codes = {first.codes()[0], second.wait_code(1)}
    assert second.type_code(other, "zyxcod").status == 422
    assert second.decline(other, REASON).status == 303
    wait_for(
        "everything to be put away",
        lambda: (
            "request_closed" in software.call("GET", f"/signature_requests/{request}/events").text
        ),
    )
    tokens = {url.rpartition("/")[2] for url in (link, other)}
    words = {TITLE, MESSAGE, REASON, FILE, *SENDER, *SIGNER, *DECLINER, *NATIONAL, "zyx"}
    batch, code = _sealed(platform, software)
    return words | set(MEMBER) | tokens | codes | {code}, request, batch


def _sealed(platform: LocalStack, software: Software) -> tuple[str, str]:
    """A batch that a member has sealed, and the code that they typed."""
    table = platform.outputs["TableName"]
    client = DynamoFirms(platform.client("dynamodb"), table).client(software.client_id)
    assert client is not None
    members = DynamoMembers(platform.client("dynamodb"), table)
    name, email, phone = MEMBER
    member = "mbr_00canary01"
    members.save(
        Member(member, client.firm_id, name, email, "zyxsubject", (Capability.SEAL,), phone=phone)
    )
    batch = software.create(TITLE, sender={"name": SENDER[0], "email": SENDER[1]})
    document = software.upload(batch, sample_pdf(["Zyxcontenu confidentiel"]), FILE)
    assert software.document(batch, document)["state"] == "ready"
    path = f"/signature_requests/{batch}/seal"
    software.ask("POST", path, {"member": member})
    code = Person(platform.inbox, email, phone).wait_code(1)
    wait_for("the code", lambda: software.get(batch)["seal"]["code_state"] == "sent")
    assert software.call("POST", f"{path}/code", {"member": member, "code": "zyx"}).status == 422
    software.ask("POST", f"{path}/code", {"member": member, "code": code})
    software.wait_state(batch, "completed")
    return batch, code


def _found(canaries: set[str], lines: Iterator[str]) -> list[str]:
    """The lines that hold a canary, whatever their letters' case, JSON's escapes undone.

    A code has six digits, as a part of an instant or a number may have: it counts only where no
    other digit or letter touches it.
    """
    wanted = {c.lower() for c in canaries if not c.isdigit() or len(c) != 6}
    codes = {c for c in canaries if c.isdigit() and len(c) == 6}
    hits = []
    for line in lines:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), line)
        words = set("".join(c if c.isalnum() else " " for c in text).split())
        if any(w in text.lower() for w in wanted) or codes & words:
            hits.append(line)
    return hits


def _own_logs(platform: LocalStack) -> Iterator[str]:
    """Every line in every log group: functions, their metrics (EMF), the workflow's errors."""
    logs = platform.client("logs")
    groups = [g["logGroupName"] for g in logs.describe_log_groups()["logGroups"]]
    assert any("paraphe-local-sign" in name for name in groups)
    for name in groups:
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name):
            yield from (event["message"] for event in page["events"])


def _executions(platform: LocalStack, request: str) -> Iterator[str]:
    """Input, output and whole history of the request's executions."""
    states = platform.client("stepfunctions")
    machine = platform.outputs["StateMachineArn"]
    listed = states.list_executions(stateMachineArn=machine, maxResults=1000)["executions"]
    arns = [e["executionArn"] for e in listed if e["name"].startswith(request)]
    assert arns
    for arn in arns:
        yield json.dumps(states.describe_execution(executionArn=arn), default=str)
        for page in states.get_paginator("get_execution_history").paginate(executionArn=arn):
            yield from (json.dumps(event, default=str) for event in page["events"])


def _dead_letters(platform: LocalStack) -> Iterator[str]:
    queue: dict[str, Any] = {"QueueUrl": platform.outputs["DeadLettersUrl"]}
    found = platform.client("sqs").receive_message(
        **queue, MaxNumberOfMessages=10, VisibilityTimeout=0
    )
    yield from (message["Body"] for message in found.get("Messages", []))


def _emulators_log_of_ours(platform: LocalStack) -> Iterator[str]:
    """What the embedded AWS wrote down, without the lines of its own e-mail and SMS services."""
    for line in platform.aws.log.read_text("utf-8", "replace").splitlines():
        if " [ses-v2] " not in line and " [sns] " not in line:
            yield line


def test_the_search_would_find_something(told: Told) -> None:
    """A canary is found in capitals, escaped, and as a code of its own; not inside a number."""
    canaries, _, _ = told
    lines = ['{"name": "ZYXBERT"}', '"Zyxa Exp\\u00e9ditrice"', "nothing", "at 1234567890"]
    code = next(c for c in canaries if c.isdigit() and len(c) == 6)
    assert _found(canaries, iter([*lines, f"code={code}", f"9{code}9"])) == [
        *lines[:2],
        f"code={code}",
    ]


def test_logs_and_metrics_hold_ids_only(platform: LocalStack, told: Told) -> None:
    canaries, request, _ = told
    lines = list(_own_logs(platform))
    assert any(request in line for line in lines)
    assert any("CloudWatchMetrics" in line for line in lines)
    assert _found(canaries, iter(lines)) == []


def test_executions_hold_ids_only(platform: LocalStack, told: Told) -> None:
    canaries, *used = told
    for request in used:
        assert _found(canaries, _executions(platform, request)) == []


def test_dead_letters_hold_ids_only(platform: LocalStack, told: Told) -> None:
    assert _found(told[0], _dead_letters(platform)) == []


def test_what_functions_print_holds_ids_only(platform: LocalStack, told: Told) -> None:
    assert _found(told[0], _emulators_log_of_ours(platform)) == []
