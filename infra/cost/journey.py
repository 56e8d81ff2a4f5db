"""One signature request, recorded: what a firm's software, two signers and their browsers ask.

Nothing here asks again and again, as a test would that waits: what is waited for is looked up by
the administrator, whose calls are not counted, or in the recording itself.
"""

from __future__ import annotations

import html
import re
import urllib.parse
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from infra.cost import usage
from infra.local.demo import LETTER, LOOKS, PLACE, SIGNERS
from infra.local.journey import JourneyError, Person, http, sample_pdf, wait_for
from infra.local.recording import item_size

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infra.local.journey import Answer, Software
    from infra.local.stack import LocalStack

_SHOWN = re.compile(r'<(?:img|script) src="([^"]+)"|<link rel="(?:icon|stylesheet)" href="([^"]+)"')


class Recording:
    """Everything that the embedded AWS writes down from now on."""

    def __init__(self, platform: LocalStack) -> None:
        self._file = platform.aws.calls_log
        self._start = self._file.stat().st_size

    def lines(self) -> list[dict[str, Any]]:
        """What was written down so far."""
        return usage.read(self._file, self._start)[0]

    def wait_runs(self, door: str, count: int) -> None:
        """Wait until a door has run so many times."""

        def often() -> bool:
            runs = [line for line in self.lines() if line["kind"] == "run"]
            return sum(usage.door(run["function"]) == door for run in runs) >= count

        wait_for(f"run number {count} of {door}", often)


@dataclass(frozen=True, slots=True)
class Travelled:
    """A request that was signed by all, and what it took.

    Attributes:
        id: of the request.
        lines: what was recorded.
        transitions: states that its executions entered.
        stamps: time-stamps that were asked for.
    """

    id: str
    lines: list[dict[str, Any]]
    transitions: int
    stamps: int


def travel(platform: LocalStack, software: Software) -> Travelled:
    """Let two people sign a letter one after the other, with the firm's seal if it has one."""
    software.token()
    recording, stamps = Recording(platform), platform.stamps_asked
    request = software.create("Lettre de mission 2027")
    document = software.upload(request, sample_pdf(LETTER, pages=2), "lettre-de-mission.pdf")
    recording.wait_runs("record_upload", 1)
    if software.document(request, document)["state"] != "ready":
        raise JourneyError("the document was refused")
    people = [_invited(platform, software, request, document, n) for n in range(len(SIGNERS))]
    software.launch(request)
    for number, (person, look) in enumerate(zip(people, LOOKS, strict=True), start=1):
        _sign(recording, person, look, number)
    _end(platform, software, request, document, people)
    asked = platform.stamps_asked - stamps
    return Travelled(request, recording.lines(), transitions(platform, request), asked)


def _invited(
    platform: LocalStack, software: Software, request: str, document: str, number: int
) -> Person:
    name, email, phone = SIGNERS[number]
    # Of their own, so that nobody before them had a mail or a code.
    mailbox = f"{request}-{email}"
    own = f"{phone[:-4]}{int(request[-4:], 36) % 10000:04d}"
    box = {"document_id": document, "page": 2, **PLACE, "x": 60 + number * 250}
    software.invite(request, name, mailbox, phone=own, order=number + 1, placements=[box])
    return Person(platform.inbox, mailbox, own)


def _sign(recording: Recording, person: Person, look: Mapping[str, str], number: int) -> None:
    """One signer: reads, consents, waits, types the code, looks at what has come of it.

    People are slower than machines: the actor waits again before each thing that they do.
    """
    link = person.link(person.wait_mail())
    _browse(link)
    recording.wait_runs("await_command", 2 * number - 1)
    if person.consent(link).status != 303:
        raise JourneyError("the consent was refused")
    http("GET", link)  # the page says that the code is on its way, and looks again
    code = person.wait_code(1)
    recording.wait_runs("await_command", 2 * number)
    http("GET", link)
    if person.type_code(link, code, look).status != 303:
        raise JourneyError("the code was refused")
    http("GET", link)
    recording.wait_runs("sign", number)
    http("GET", link)


def _browse(link: str) -> Answer:
    """Open a page with all that it shows, as a browser does that was never here."""
    page = http("GET", link)
    if page.status != 200:
        raise JourneyError(f"the signer's page answered {page.status}")
    shown = {html.unescape(first or second) for first, second in _SHOWN.findall(page.text)}
    for address in sorted(shown):
        found = http("GET", urllib.parse.urljoin(link, address))
        if found.status != 200:
            raise JourneyError(f"what the page shows answered {found.status}")
    return page


def _end(
    platform: LocalStack, software: Software, request: str, document: str, people: list[Person]
) -> None:
    """Everybody has the original, the evidence is there, the software fetches both."""
    wait_for("the execution to end", lambda: _ended(platform, request))
    for person in people:
        person.wait_mail(2)
    if software.get(request)["state"] != "completed":
        raise JourneyError("the request was not completed")
    software.download(request, document)
    for kind in ("json", "pdf"):
        path = f"/signature_requests/{request}/evidence?format={kind}"
        if http("GET", software.ask("GET", path)["url"]).status != 200:
            raise JourneyError("there is no evidence")


def _executions(platform: LocalStack, request: str) -> list[Mapping[str, Any]]:
    machine = platform.client("stepfunctions")
    listed = machine.list_executions(stateMachineArn=platform.outputs["StateMachineArn"])
    return [one for one in listed["executions"] if one["name"].startswith(request)]


def _ended(platform: LocalStack, request: str) -> bool:
    found = _executions(platform, request)
    return bool(found) and all(one["status"] != "RUNNING" for one in found)


def transitions(platform: LocalStack, request: str) -> int:
    """States that a request's executions entered: what AWS bills."""
    machine = platform.client("stepfunctions")
    count = 0
    for execution in _executions(platform, request):
        pages = machine.get_paginator("get_execution_history").paginate(
            executionArn=execution["executionArn"]
        )
        count += sum(
            event["type"].endswith("StateEntered") for page in pages for event in page["events"]
        )
    return count


def stored(platform: LocalStack, request: str) -> dict[str, int]:
    """Bytes that a request leaves in the buckets of documents and evidence, and in the table."""
    found = {"table": _items(platform, request)}
    s3 = platform.client("s3")
    for what in ("Documents", "Evidence"):
        pages = s3.get_paginator("list_objects_v2").paginate(
            Bucket=platform.outputs[f"{what}Bucket"]
        )
        objects = [one for page in pages for one in page.get("Contents", [])]
        found[what.lower()] = sum(one["Size"] for one in objects if request in one["Key"])
    return found


def _items(platform: LocalStack, request: str) -> int:
    """Bytes of a request's items, with their copies in the indexes that hold whole items."""
    pages = (
        platform.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=platform.outputs["TableName"],
            FilterExpression="contains(PK, :request)",
            ExpressionAttributeValues={":request": {"S": request}},
        )
    )
    return sum(
        item_size(item) * (1 + ("firm_pk" in item) + ("state_pk" in item))
        for page in pages
        for item in page["Items"]
    )
