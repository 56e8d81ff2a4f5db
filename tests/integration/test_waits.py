"""While others are waited for: the sender steers (P6), and what broke is made good.

What cannot be brought about from outside (a command that comes before the wait, a wake-up that gets
lost) is done to the platform by hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.local.journey import http, sample_pdf, wait_for
from infra.local.stack import FROM_ADDRESS
from tests.integration.conftest import (
    DAY,
    deaths_unnoticed,
    function_log,
    invoke,
    launched,
    somebody,
    sweep,
)
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Case, Clock

SENDER = "claire.martin@cabinet.example"


def _path(case: Case, index: int) -> str:
    return f"/signature_requests/{case.id}/recipients/{case.recipients[index]}"


def _step(platform: LocalStack, case: Case, generation: int = 1) -> dict[str, Any]:
    """What the workflow gives to every one of its steps."""
    found = platform.client("stepfunctions").describe_execution(
        executionArn=_execution(platform, case, generation)
    )
    firm = found["input"].partition('"firmId": "')[2].partition('"')[0]
    return {"firmId": firm, "requestId": case.id, "generation": generation}


def _execution(platform: LocalStack, case: Case, generation: int = 1) -> str:
    machine: str = platform.outputs["StateMachineArn"]
    return f"{machine.replace(':stateMachine:', ':execution:')}:{case.id}-{generation}"


def _kill(platform: LocalStack, case: Case) -> None:
    platform.client("stepfunctions").stop_execution(executionArn=_execution(platform, case))


def _kinds(case: Case) -> list[str]:
    trail = case.software.ask("GET", f"/signature_requests/{case.id}/events")
    return [event["kind"] for event in trail["events"]]


def _mails_to_sender(platform: LocalStack, case: Case, words: str) -> list[Any]:
    mails = [m for m in platform.inbox.mails() if SENDER in m.to[0] and words in m.text]
    return [m for m in mails if case.id in m.text or case.id in m.html or words in m.text]


def test_waiting_recipients_are_reordered(platform: LocalStack, software: Software) -> None:
    """P6: who waits gets another place; who is being asked keeps theirs."""
    case = launched(platform, software, (1, 2, 3))
    case.link(0)
    late = software.call("PATCH", _path(case, 0), {"order": 9})
    assert (late.status, late.json["code"]) == (409, "already_invited")
    software.ask("PATCH", _path(case, 1), {"order": 4})
    case.sign(0)
    case.people[2].wait_mail()
    assert case.people[1].mails() == []
    case.sign(2)
    case.sign(1)
    software.wait_state(case.id, "completed")
    pdf = software.download(case.id, case.documents[0])
    assert_sound(pdf, 3)


def test_a_corrected_address_gets_a_link_of_its_own(
    platform: LocalStack, software: Software
) -> None:
    """P6: the old link and the code under way are dead; the new address is written to."""
    case = launched(platform, software, (1,))
    old, wrong = case.link(0), case.people[0]
    assert wrong.consent(old).status == 303
    code = wrong.wait_code(1)
    right = somebody(platform, "corrected")
    changed = software.ask("PATCH", _path(case, 0), {"email": right.email, "phone": right.phone})
    assert changed["email"] == right.email
    link = right.link(right.wait_mail())
    assert link != old
    assert http("GET", old).status == 404
    assert wrong.type_code(old, code).status == 404
    assert right.sign(link).status == 303
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 1)
    assert len(wrong.mails()) == 1
    refused = software.call("PATCH", _path(case, 0), {"email": wrong.email})
    assert refused.status == 410


def test_a_replaced_recipient_is_out(platform: LocalStack, software: Software) -> None:
    """P6: somebody else signs in their place; the one replaced can do nothing any more."""
    case = launched(platform, software, (1, 2))
    link = case.link(0)
    heir = somebody(platform, "heir")
    body = {"name": "Anne Durand", "email": heir.email, "phone": heir.phone}
    software.ask("POST", f"{_path(case, 0)}/replace", body)
    new = heir.link(heir.wait_mail())
    assert case.recipient(0)["state"] == "replaced"
    assert case.people[0].consent(link).status in {404, 410}
    assert case.people[0].codes() == []
    assert heir.sign(new).status == 303
    case.sign(1)
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 2)
    assert "recipient_replaced" in _kinds(case)


def test_what_failed_is_told_alarmed_and_resumed(platform: LocalStack, software: Software) -> None:
    """A changed file is never signed: `failed`, nothing lost; on from there once it is whole."""
    case = launched(platform, software, (1,))
    s3, bucket = platform.client("s3"), platform.outputs["DocumentsBucket"]
    stored = s3.list_objects_v2(Bucket=bucket, Prefix="active/")["Contents"]
    key = next(o["Key"] for o in stored if case.id in o["Key"] and o["Key"].endswith(".pdf"))
    whole = s3.get_object(Bucket=bucket, Key=key)["Body"].read()
    s3.put_object(Bucket=bucket, Key=key, Body=whole.replace(b"Document 1", b"Document 2"))
    answer = case.people[0].sign(case.link(0))
    assert answer.status == 303
    software.wait_state(case.id, "failed")
    told = wait_for("the mail", lambda: _mails_to_sender(platform, case, "Lettre de mission"))
    assert told
    wait_for(
        "the metric, which is what the alarm looks at",
        lambda: "RequestsFailed" in function_log(platform, "fail"),
    )
    download = f"/signature_requests/{case.id}/documents/{case.documents[0]}/download"
    assert software.call("GET", download).status == 409
    s3.put_object(Bucket=bucket, Key=key, Body=whole)
    software.ask("POST", f"/signature_requests/{case.id}/resume")
    software.wait_state(case.id, "completed")
    assert_sound(software.download(case.id, case.documents[0]), 1)
    assert software.call("POST", f"/signature_requests/{case.id}/resume").status == 409
    assert len(case.people[0].codes()) == 1


def test_a_command_that_came_before_the_wait_and_a_deadline_before_the_command(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """Whoever parks a token looks at the state afterwards; at the deadline commands are dropped."""
    case = launched(platform, software, (1,))
    link = case.link(0)
    wait_for("the actor to wait", lambda: "recipient_invited" in _kinds(case))
    step = _step(platform, case)
    with deaths_unnoticed(platform):
        _kill(platform, case)
        assert case.people[0].consent(link).status == 303
        invoke(platform, "AwaitCommandFunction", {**step, "taskToken": "a-token-that-died"})
        assert software.get(case.id)["state"] == "active"
        clock.ahead(15 * DAY + 60)
        invoke(platform, "ExpireFunction", step)
    assert software.get(case.id)["state"] == "expired"
    assert case.people[0].codes() == []
    assert case.people[0].consent(link).status == 410


def test_an_execution_hands_over_to_its_successor(platform: LocalStack, software: Software) -> None:
    """An actor whose history is full starts another one; the signer notices nothing."""
    case = launched(platform, software, (1,))
    link = case.link(0)
    step = _step(platform, case)
    assert invoke(platform, "AwaitCommandFunction", step)["next"] == "end"
    wait_for("the successor", lambda: "execution_replaced" in _kinds(case))
    assert case.people[0].sign(link).status == 303
    software.wait_state(case.id, "completed")


def test_a_draft_that_nobody_touched_is_given_up(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P16: after 31 days the sweep cancels it; its files go the way of all others."""
    request = software.create("Brouillon oublié")
    document = software.upload(request, sample_pdf(["Brouillon"]))
    assert software.document(request, document)["state"] == "ready"
    clock.ahead(31 * DAY - 60)
    sweep(platform)
    assert software.get(request)["state"] == "draft"
    clock.ahead(31 * DAY + 60)
    sweep(platform)
    assert software.get(request)["state"] == "canceled"
    keys = platform.client("s3").list_objects_v2(Bucket=platform.outputs["DocumentsBucket"])
    kept = [o["Key"] for o in keys["Contents"] if request in o["Key"]]
    assert kept
    assert all(key.startswith("retained/") for key in kept)


def test_mail_that_could_not_be_sent_is_sent_later(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """Refused by the mail service, put off by its row, sent by the schedule, and once only."""
    mail = platform.client("sesv2")
    mail.delete_email_identity(EmailIdentity=FROM_ADDRESS)
    try:
        case = launched(platform, software, (1,))
        wait_for("a refusal", lambda: case.id in _refusals(platform))
        wait_for("the row to say when", lambda: "due_at" in _outbox_rows(platform, case)[0])
        assert case.people[0].mails() == []
    finally:
        mail.create_email_identity(EmailIdentity=FROM_ADDRESS)
    clock.ahead(120)
    assert invoke(platform, "DeliverFunction")["postponed"] == 0
    case.people[0].wait_mail()
    wait_for("the row to rest", lambda: "due_at" not in _outbox_rows(platform, case)[0])
    # Whatever brings the same row again, nobody is written to twice.
    batch = _outbox(platform, case)
    assert invoke(platform, "DeliverFunction", batch) == {"batchItemFailures": []}
    assert len(case.people[0].mails()) == 1


def _refusals(platform: LocalStack) -> str:
    lines = function_log(platform, "deliver").splitlines()
    return "".join(line for line in lines if "notice not delivered" in line)


def _outbox_rows(platform: LocalStack, case: Case) -> list[dict[str, Any]]:
    """The request's notices as they are stored."""
    found: list[dict[str, Any]] = platform.client("dynamodb").query(
        TableName=platform.outputs["TableName"],
        KeyConditionExpression="PK = :request AND begins_with(SK, :outbox)",
        ExpressionAttributeValues={
            ":request": {"S": f"F#{_step(platform, case)['firmId']}#R#{case.id}"},
            ":outbox": {"S": "O#"},
        },
    )["Items"]
    return found


def _outbox(platform: LocalStack, case: Case) -> dict[str, Any]:
    """The same as the table's stream gives them to `deliver`."""
    records = [
        {
            "eventSource": "aws:dynamodb",
            "eventName": "INSERT",
            "dynamodb": {"SequenceNumber": str(number), "NewImage": item},
        }
        for number, item in enumerate(_outbox_rows(platform, case), start=1)
    ]
    assert records
    return {"Records": records}
