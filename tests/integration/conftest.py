"""What the tests of the deployed platform share: a firm, a clock, people, the sweep."""

from __future__ import annotations

import contextlib
import json
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from infra.local.journey import Person, Software, sample_pdf
from infra.local.stack import fresh_siren
from infra.operate.firms import open_firm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.stack import LocalStack

DAY = 86400


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the tests of permissions look back on all the others."""
    items.sort(key=lambda item: item.path.name == "test_permissions.py")


def new_software(platform: LocalStack, name: str = "Cabinet Martin & Associés") -> Software:
    """Open a firm and give its software's way in."""
    made = open_firm(
        platform.client, platform.outputs, name=name, siren=fresh_siren(), now=datetime.now(UTC)
    )
    return Software(
        platform.url, f"{platform.url}/oauth2/token", made.client_id, made.client_secret
    )


@pytest.fixture(scope="session")
def software(platform: LocalStack) -> Software:
    """The software of one firm, for the whole run."""
    return new_software(platform)


@pytest.fixture(scope="session")
def other_software(platform: LocalStack) -> Software:
    """The software of another firm."""
    return new_software(platform, "Autre cabinet")


@dataclass
class Clock:
    """The platform's clock."""

    platform: LocalStack

    def ahead(self, seconds: float) -> None:
        """Set how far it is ahead of the machine's."""
        self.platform.shift_clock(seconds)


@pytest.fixture
def clock(platform: LocalStack) -> Iterator[Clock]:
    """The platform's clock; set right again afterwards."""
    yield Clock(platform)
    platform.shift_clock(0)


def somebody(platform: LocalStack, name: str) -> Person:
    """A person with a mailbox and a phone of their own."""
    number = uuid.uuid4().int % 10**7
    return Person(
        platform.inbox, f"{name}-{uuid.uuid4().hex[:8]}@client.example", f"+3361{number:07d}"
    )


@dataclass
class Case:
    """A launched request and its people."""

    software: Software
    id: str
    documents: list[str]
    people: list[Person]
    recipients: list[str]

    def link(self, index: int, mail: int = 1) -> str:
        """The link in somebody's `mail`-th mail."""
        person = self.people[index]
        return person.link(person.wait_mail(mail))

    def sign(self, index: int, mail: int = 1) -> None:
        """Let somebody sign, and wait until the signature is in the documents."""
        answer = self.people[index].sign(self.link(index, mail))
        assert answer.status == 303, answer.text[:500]

    def recipient(self, index: int) -> Any:  # noqa: ANN401 - any JSON
        """What the API says of somebody."""
        found = self.software.get(self.id)["recipients"]
        return next(r for r in found if r["id"] == self.recipients[index])


def launched(
    platform: LocalStack,
    software: Software,
    orders: tuple[int, ...] = (1, 2),
    *,
    documents: int = 1,
    copies: int = 0,
) -> Case:
    """Prepare and launch a request with one signer per order."""
    request = software.create()
    made = []
    for number in range(documents):
        pdf = sample_pdf(["Lettre de mission", f"Document {number + 1}"], pages=2)
        made.append(software.upload(request, pdf, f"lettre-{number + 1}.pdf"))
    for document in made:
        assert software.document(request, document)["state"] == "ready"
    people = [somebody(platform, f"signer{n}") for n in range(len(orders))]
    recipients = [
        software.invite(request, f"Signataire {n}", p.email, phone=p.phone, order=orders[n])
        for n, p in enumerate(people)
    ]
    for number in range(copies):
        reader = somebody(platform, f"copy{number}")
        people.append(reader)
        recipients.append(
            software.invite(request, f"Copie {number}", reader.email, phone=None, role="cc")
        )
    software.launch(request)
    return Case(software, request, made, people, recipients)


def expired_by_its_own_wait(platform: LocalStack, software: Software, clock: Clock) -> Case:
    """A request that its execution's wait has ended, without a sweep; the clock stays ahead (P14).

    Any command makes the actor wait anew, for the seconds that are left before the deadline. A busy
    machine may need more of them to get there: then another request is given more.
    """
    for left in (8, 30, 120):
        clock.ahead(0)
        case = launched(platform, software, (1,))
        link = case.link(0)
        clock.ahead(15 * DAY - left)
        if case.people[0].consent(link).status == 303:
            software.wait_state(case.id, "expired")
            return case
    raise AssertionError("this machine takes two minutes for one consent")


def invoke(platform: LocalStack, output: str, payload: object = None) -> Any:  # noqa: ANN401
    """Run a function by the name of the stack's output, as a test may and a stranger may not."""
    answer = platform.client("lambda").invoke(
        FunctionName=platform.outputs[output], Payload=json.dumps(payload or {}).encode()
    )
    body = answer["Payload"].read()
    assert "FunctionError" not in answer, body
    return json.loads(body or b"null")


def function_log(platform: LocalStack, door: str) -> str:
    """Everything that a function has written to its log so far."""
    logs = platform.client("logs").get_paginator("filter_log_events")
    pages = logs.paginate(logGroupName=f"/aws/lambda/paraphe-local-{door}")
    return "\n".join(event["message"] for page in pages for event in page["events"])


def sweep(platform: LocalStack) -> Any:  # noqa: ANN401 - any JSON
    """Run the scheduled repair now."""
    return invoke(platform, "SweepFunction")


@contextlib.contextmanager
def deaths_unnoticed(platform: LocalStack) -> Iterator[None]:
    """Let the events that tell of executions' ends be lost."""
    events, rule = platform.client("events"), "paraphe-local-execution-ended"
    events.disable_rule(Name=rule)
    try:
        yield
    finally:
        events.enable_rule(Name=rule)
