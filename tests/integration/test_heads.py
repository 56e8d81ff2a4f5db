"""Chain heads on the deployed platform: written down, judged by openssl, contradicted (P19)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed

from infra.local.emulator import REPOSITORY
from infra.local.journey import Software, http, wait_for
from infra.operate.firms import open_firm
from infra.operate.heads import check_for_stack, exit_code, render
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.rows import event_item
from paraphe.adapters.evidence.head_files import S3HeadFiles
from paraphe.adapters.evidence.verification.check_against_heads import Heads
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.adapters.s3.bucket import Bucket
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import State
from paraphe.ports.requests import RequestRef
from paraphe.usecases.evidence.check_heads import Fault, Report
from paraphe.wiring import TSA_ROOTS
from tests.integration.conftest import DAY, Case, invoke, launched
from tests.support.rewriting import rewritten

if TYPE_CHECKING:
    from infra.local.stack import LocalStack
    from paraphe.domain.evidence.audit import Event
    from tests.integration.conftest import Clock

PATH = "/audit_heads"
STACK = "paraphe"


@dataclass
class Office:
    """A firm of its own, and the day on which the test begins."""

    platform: LocalStack
    clock: Clock
    software: Software
    firm_id: str
    ahead: float = 0.0
    told: list[str] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The platform's day, UTC."""
        return (datetime.now(UTC) + timedelta(seconds=self.ahead)).date()

    def go(self, seconds: float) -> None:
        """Let time pass."""
        self.ahead += seconds
        self.clock.ahead(self.ahead)

    def write_down(self) -> Any:  # noqa: ANN401 - any JSON
        """Let a day pass, and run the scheduled job."""
        self.go(DAY + 3600)
        done = invoke(self.platform, "AnchorFunction")
        self.go(-3600)
        return done

    def files(self) -> S3HeadFiles:
        """The stored days, with an administrator's rights."""
        bucket = self.platform.outputs["EvidenceBucket"]
        return S3HeadFiles(Bucket(self.platform.client("s3"), bucket))

    def fetch(self, day: date) -> Heads:
        """A day's files by the API."""
        shown = self.software.ask("GET", f"{PATH}/{day}")
        return Heads(http("GET", shown["heads_url"]).body, http("GET", shown["token_url"]).body)

    def report(self) -> Report:
        """What the operator's check says, two days later."""
        now = datetime.now(UTC) + timedelta(seconds=self.ahead + 2 * DAY)
        self.told.clear()
        return check_for_stack(
            self.platform.client, self.platform.outputs, self.firm_id, now, say=self.told.append
        )


def opened(platform: LocalStack, clock: Clock) -> Office:
    """Open a firm, on a day that is not written down yet."""
    made = open_firm(
        platform.client, platform.outputs, name="Relevés", siren=None, now=datetime.now(UTC)
    )
    way_in = (made.client_id, made.client_secret)
    software = Software(platform.url, f"{platform.url}/oauth2/token", *way_in)
    office = Office(platform, clock, software, made.firm_id)
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0) + timedelta(days=1)
    office.go((noon - datetime.now(UTC)).total_seconds())  # no midnight during the test
    done = office.files().last_done()
    if done is not None and done >= office.today:
        office.go(((done - office.today).days + 1) * DAY)
    return office


def closed(office: Office) -> Case:
    """A request that everybody signed, with its evidence, closed."""
    case = launched(office.platform, office.software, (1,))
    case.sign(0)
    path = f"/signature_requests/{case.id}/evidence"
    wait_for("the evidence", lambda: office.software.call("GET", path).status == 200, 60)
    events = f"/signature_requests/{case.id}/events"
    wait_for("the end", lambda: "request_closed" in office.software.call("GET", events).text, 60)
    return case


def test_heads_are_written_down_each_day(platform: LocalStack, clock: Clock) -> None:
    """Found by the index, stamped, served; openssl and `paraphe verify` say the same."""
    office = opened(platform, clock)
    first = office.today
    case = closed(office)
    assert office.software.call("GET", f"{PATH}/{first}").status == 404
    done = office.write_down()
    assert (done["AnchorFailures"], done["AnchorDaysMissing"]) == (0, 0)
    assert done["AnchorFiles"] >= 1
    given = office.fetch(first)
    told = json.loads(given.content)
    schema = json.loads((REPOSITORY / "docs" / "heads.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator(schema).validate(told)
    assert (told["firm"], told["previous"]) == (office.firm_id, None)
    assert [head["request"] for head in told["heads"]] == [case.id]
    assert "Verification: OK" in _openssl(platform, given)
    _verified(office, case, given)
    invoke(platform, "AnchorFunction")  # once more is harmless
    assert office.fetch(first) == given
    office.software.create()
    second = office.today
    assert office.write_down()["AnchorFailures"] == 0
    assert json.loads(office.fetch(second).content)["previous"]["day"] == str(first)
    assert office.software.ask("GET", PATH)["items"] == [str(first), str(second)]
    report = office.report()
    assert (exit_code(report), len(report.days)) == (0, 2), render(report)
    assert office.told == ["day 1", "day 2", "audit trail 1", "audit trail 2"]
    assert _command(office) == (0, "2 days, 2 requests, 0 differences")
    _contradicted(office, case, first)


def _command(office: Office) -> tuple[int, str]:
    """The operator's command; its exit code and last line."""
    command = ("-m", "paraphe", "heads", "check", "--stack", STACK, "--firm", office.firm_id)
    done = subprocess.run(
        [sys.executable, *command],
        cwd=REPOSITORY,
        env={**os.environ, **office.platform.aws.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout.splitlines() or [done.stderr])[-1]


def _openssl(platform: LocalStack, given: Heads) -> str:
    """What an independent judge says of the time-stamp."""
    published = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "day.json").write_bytes(given.content)
        (folder / "day.tsr").write_bytes(given.token)
        (folder / "root.pem").write_bytes(published.read(TSA_ROOTS))
        done = subprocess.run(
            [
                *("openssl", "ts", "-verify", "-data", "day.json", "-in", "day.tsr"),
                *("-CAfile", "root.pem"),
            ],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
    return done.stdout + done.stderr


def _verified(office: Office, case: Case, given: Heads) -> None:
    """The signed PDF, its evidence and the day's heads, all at once."""
    path = f"/signature_requests/{case.id}/evidence"
    evidence = http("GET", office.software.ask("GET", path)["url"]).body
    pdf = office.software.download(case.id, case.documents[0])
    client = office.platform.client("s3")
    published = PkiBucket(client, office.platform.outputs["PkiBucketName"])
    roots = [published.read("root.pem"), published.read(TSA_ROOTS)]
    now = datetime.now(UTC) + timedelta(seconds=office.ahead - DAY + 600)  # soon after signing
    verdict = check(pdf, evidence, roots, now, heads=given)
    assert verdict.heads is not None
    assert (verdict.heads.state, verdict.state) == (State.VALID, State.VALID), verdict.heads


def _contradicted(office: Office, case: Case, first: date) -> None:
    """Somebody with every right rewrites the table, then the files."""
    ref = RequestRef(office.firm_id, case.id)
    honest = DynamoRequests(
        office.platform.client("dynamodb"), office.platform.outputs["TableName"]
    ).events(ref)
    _overwrite(office, ref, rewritten(honest, 4))
    trail = office.software.ask("GET", f"/signature_requests/{case.id}/events")
    assert trail["chain"]["holds"], "consistent in itself"
    report = office.report()
    (finding,) = report.findings
    assert (finding.fault, finding.request_id) == (Fault.REWRITTEN, case.id)
    assert (finding.first, finding.last, finding.day) == (1, len(honest), first)
    assert f"{case.id}: rewritten" in render(report)
    assert exit_code(report) == 1
    _overwrite(office, ref, honest)
    assert office.report().findings == ()
    bucket = office.platform.outputs["EvidenceBucket"]
    for kind in ("json", "tsr"):
        key = f"{office.firm_id}/heads/{first}.{kind}"
        office.platform.client("s3").delete_object(Bucket=bucket, Key=key)
    assert {finding.fault for finding in office.report().findings} == {Fault.GAP}


def _overwrite(office: Office, ref: RequestRef, events: list[Event] | tuple[Event, ...]) -> None:
    table, client = office.platform.outputs["TableName"], office.platform.client("dynamodb")
    partition = {"S": keys.partition(ref)}
    for event in events:
        key = {"PK": partition, "SK": {"S": keys.event(event.seq)}}
        client.put_item(TableName=table, Item={**event_item(event), **key})
    client.update_item(
        TableName=table,
        Key={"PK": partition, "SK": {"S": keys.REQUEST}},
        UpdateExpression="SET audit_head = :head",
        ExpressionAttributeValues={":head": {"S": events[-1].hash}},
    )
