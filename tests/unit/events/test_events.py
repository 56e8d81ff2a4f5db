"""The sample events: one per door, of the form that its door takes; for `sam local invoke -e`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from infra import routes, sam_template
from infra.template.table import doors
from paraphe.adapters.dynamodb.rows import notice_of
from paraphe.adapters.firms import enrolment_desk
from paraphe.contracts.delivery.mail_events import Outcome, mail_event
from paraphe.contracts.requests.uploads import uploads_of
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.ids import is_id

ROOT = Path(sam_template.__file__).resolve().parents[1]
EVENTS = ROOT / "events"
DOORS = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
FUNCTIONS = sam_template.functions(sam_template.load(ROOT / "infra" / "template.yaml"))
TASKS = sorted(door.name for door in doors() if door.trigger == "workflow")


def _event(door: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{door}.json").read_text(encoding="utf-8"))
    return found


def test_every_door_has_a_function_and_an_event() -> None:
    """Neither a door that is not deployed, nor a function without code or sample."""
    handlers = {function["Handler"].partition(".")[0] for function in FUNCTIONS.values()}
    assert handlers == set(DOORS)
    assert {path.stem for path in EVENTS.glob("*.json")} == set(DOORS)


@pytest.mark.parametrize("door", TASKS)
def test_a_task_s_event_is_a_step(door: str) -> None:
    """Ids have the form of ids, and what only some doors need is there."""
    step = StepInput.parse(_event(door))
    assert is_id(step.firm_id, "frm")
    assert is_id(step.request_id, "sr")
    assert (step.command_id is not None) is (door in {"issue_otp", "sign", "seal"})
    assert (step.task_token is not None) is (door == "await_command")
    assert (step.failed_step != "unknown") is (door == "fail")


@pytest.mark.parametrize(
    ("door", "folder", "name"),
    [
        ("inspect_upload", "uploads", "original.pdf"),
        ("record_upload", "inspected", "report.json"),
    ],
)
def test_an_upload_s_event_names_a_document(door: str, folder: str, name: str) -> None:
    """And the template's filter lets it through."""
    event = _event(door)
    (upload,) = uploads_of(event, folder, name)
    assert is_id(upload.request_id, "sr")
    assert is_id(upload.document_id, "doc")
    assert is_id(upload.form, "upl")
    (function,) = (f for f in FUNCTIONS.values() if f["Handler"] == f"{door}.handler.handler")
    rules = function["Events"]["Stored"]["Properties"]["Filter"]["S3Key"]["Rules"]
    wanted = {rule["Name"]: rule["Value"] for rule in rules}
    key = event["Records"][0]["s3"]["object"]["key"]
    assert key.startswith(wanted["prefix"])
    assert key.endswith(wanted["suffix"])


def test_the_stream_s_event_is_a_notice() -> None:
    """As the table's adapter reads it, and as the stream's filter wants it."""
    (record,) = _event("deliver")["Records"]
    ref, notice = notice_of(record["dynamodb"]["NewImage"])
    assert record["dynamodb"]["Keys"]["SK"]["S"] == f"O#{notice.id}"
    assert ref.request_id in record["dynamodb"]["Keys"]["PK"]["S"]
    outbox = FUNCTIONS["Deliver"]["Events"]["Outbox"]["Properties"]
    pattern = json.loads(outbox["FilterCriteria"]["Filters"][0]["Pattern"])
    assert record["eventName"] in pattern["eventName"]
    image = record["dynamodb"]["NewImage"]
    assert image["type"]["S"] in pattern["dynamodb"]["NewImage"]["type"]["S"]


def test_the_mail_s_event_is_of_a_mail_of_ours() -> None:
    """As the door reads it, and as the rule wants it."""
    event = _event("record_bounce")
    told = mail_event(event)
    assert told is not None
    assert (told.outcome, told.subtype) == (Outcome.BOUNCED, "General")
    assert told.recipient_id is not None
    pattern = FUNCTIONS["RecordBounce"]["Events"]["Told"]["Properties"]["Pattern"]
    assert [event["source"]] == pattern["source"]
    assert event["detail-type"] in pattern["detail-type"]


ROUTES_OF = {
    "api": routes.api_routes,
    "web": routes.web_routes,
    "portal": routes.portal_routes,
}


@pytest.mark.parametrize("app", ["api", "web", "portal"])
def test_an_http_event_is_a_route(app: str) -> None:
    """The application has this route, and the event's path fits it."""
    event = _event(app)
    known = ROUTES_OF[app]()
    assert (event["resource"], event["httpMethod"]) in {(r.path, r.method) for r in known}
    assert event["path"] == event["resource"].format(**event["pathParameters"] or {})
    assert event["requestContext"]["resourcePath"] == event["resource"]


def test_the_portal_s_event_is_what_the_rule_of_enrol_wants() -> None:
    event = _event("enrol")
    pattern = FUNCTIONS["Enrol"]["Events"]["Asked"]["Properties"]["Pattern"]
    assert [event["detail-type"]] == pattern["detail-type"] == [enrolment_desk.KIND]
    source = FUNCTIONS["Portal"]["Environment"]["Variables"]["ENROLMENT_SOURCE"]
    assert pattern["source"] == [source]
    assert event["source"] == source["Fn::Sub"].replace("${Stage}", "dev")
