"""The doors on fakes: their handlers as Lambda calls them, over a world in memory.

`python -m tests.support.doors` plays requests through all of them and prints, as its last line,
every personal datum and secret that was in play: what a test then looks for in the rest.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from paraphe import clock, observe
from paraphe.adapters.dynamodb import keys, rows
from paraphe.contracts.workflow_steps import answer
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.requests.actor import next_step
from paraphe.ports.requests import RecipientRef, RequestRef
from paraphe.usecases import using
from paraphe.usecases.delivery.manage_webhooks import ManageWebhooks, NewEndpoint
from tests.support.services import Broken, InMemory, in_memory
from tests.support.world import SENDER, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.delivery.webhook_endpoints import Endpoint
    from paraphe.domain.requests.model import Notice
    from paraphe.ports.delivery import Mail
    from paraphe.services import Services

# The firm of the samples in `events/`.
SAMPLE_FIRM = "frm_01kanz3c5g0000000000000001"
VERBS = {"await_command": "give_command", "issue_otp": "issue"}
BATCH = {
    "launch_batch": "launch_rows",
    "export_archive": "export_due",
    "sweep": "repair",
    "renew": "renew",
    "anchor": "write_down",
    "inspect_upload": "inspect_all",
    "record_upload": "record_all",
    "record_bounce": "record",
}


class FakeContext:
    """What Lambda passes beside the event."""

    aws_request_id = "run-1"
    function_name = "door"

    def get_remaining_time_in_millis(self) -> int:
        """Return the time that is left."""
        return 300_000


def door(name: str, services: Services) -> Callable[[dict[str, Any]], Any]:
    """Return a door's handler over `services`, as a function of the event."""
    module = importlib.import_module(f"{name}.handler")
    if name == "deliver":
        handle = observe.door(name)(partial(module.handle, services, _remember_nothing))
    elif name == "deliver_webhook":
        handle = observe.door(name)(partial(module.handle, services))
    elif name in BATCH:
        handle = observe.door(name)(partial(getattr(module, BATCH[name]), services))
    else:
        handle = observe.task(name)(partial(getattr(module, VERBS.get(name, name)), services))
    return lambda event: handle(event, FakeContext())


def _remember_nothing(deliver: Callable[..., bool], _context: object) -> Callable[..., bool]:
    return deliver


def upload_event(ref: RequestRef, document_id: str, folder: str, name: str) -> dict[str, Any]:
    """Write the S3 event of an object in the uploads bucket."""
    form = "upl_01kanz3c5g0000000000000004"
    key = f"{folder}/{ref.firm_id}/{ref.request_id}/{document_id}/{form}/{name}"
    return {"Records": [{"eventSource": "aws:s3", "s3": {"object": {"key": key}}}]}


def mail_event(mail: Mail, kind: str = "Bounce", **told: object) -> dict[str, Any]:
    """Write the event by which SES tells on EventBridge what became of a mail that was sent.

    `told` is the part of the event that has its kind's name; a permanent bounce by default.
    """
    part = {"Bounce": "bounce", "Complaint": "complaint", "DeliveryDelay": "deliveryDelay"}
    given = told or {"bounceType": "Permanent", "bounceSubType": "General"}
    failed = [{"emailAddress": mail.to_address, "diagnosticCode": f"550 <{mail.to_address}>"}]
    return {
        "source": "aws.ses",
        "detail": {
            "eventType": kind,
            part.get(kind, kind.lower()): {**given, "bouncedRecipients": failed},
            "mail": {
                "destination": [mail.to_address],
                "headers": [{"name": "To", "value": f"{mail.to_name} <{mail.to_address}>"}],
                "commonHeaders": {"subject": mail.subject, "to": [mail.to_address]},
                "tags": {
                    "ses:configuration-set": ["paraphe-prod"],
                    **{name: [value] for name, value in mail.tags.items()},
                },
            },
        },
    }


def stream_event(ref: RequestRef, notice: Notice) -> dict[str, Any]:
    """Write the record that the table's stream makes of a notice."""
    row_keys = {"PK": {"S": keys.partition(ref)}, "SK": {"S": keys.notice(notice.id)}}
    record = {
        "eventID": notice.id,
        "eventName": "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": row_keys,
            "NewImage": {**rows.notice_item(ref, notice), **row_keys},
            "SequenceNumber": "1",
        },
    }
    return {"Records": [record]}


def webhook(play: Play, url: str, answer: int | None, firm_id: str = SAMPLE_FIRM) -> Endpoint:
    """Make a webhook for the firm of the samples that answers with this status, or not at all."""
    manager = Principal(
        firm_id, PrincipalKind.SYSTEM, "test", capabilities=frozenset({Capability.MANAGE})
    )
    made = using(ManageWebhooks, play.world).create(manager, NewEndpoint(url), play.world.now)
    play.world.webhook_sender.answers[url] = answer
    return made.endpoint


class Play:
    """One world whose workflow runs through the real doors."""

    def __init__(self) -> None:
        self.world = World(now=clock.now())
        self.services = InMemory(self.world, {})
        self.sent = 0

    def call(self, name: str, event: dict[str, Any]) -> Any:  # noqa: ANN401 (doors differ)
        """Call a door."""
        return door(name, cast("Services", self.services))(event)

    def step(self, ref: RequestRef, name: str, **more: object) -> dict[str, Any]:
        """Call a task's door for a request."""
        base = {"firmId": ref.firm_id, "requestId": ref.request_id, "generation": 1}
        answered: dict[str, Any] = self.call(name, {**base, **more})
        return answered

    def run(self, ref: RequestRef) -> str:
        """Take the workflow's steps until it waits, ends or fails; return the last `next`."""
        self.world.now = clock.now()
        answered = answer(next_step(self.world.load(ref), clock.now()))
        while answered["next"] not in {"await", "end", "fail"}:
            name, command = answered["next"], answered["commandId"]
            for document in answered["documentIds"]:
                self.step(ref, name, commandId=command, documentId=document)
            answered = self.step(ref, name, commandId=command)
        self.deliver()
        return str(answered["next"])

    def deliver(self) -> None:
        """Pass what the outbox owes since the last call through `deliver`."""
        fresh = self.world.requests.outbox[self.sent :]
        self.sent = len(self.world.requests.outbox)
        for ref, notice in fresh:
            self.call("deliver", stream_event(ref, notice))


def play() -> list[str]:
    """Play requests to several ends, some with faults; return every secret that was in play."""
    stage = Play()
    world = stage.world
    ref = world.draft(people=(1, 2), copies=1, files=2)
    document = world.load(ref).documents[0]
    world.uploads.originals[ref, document.id] = b"%PDF-1.7 sent"
    stage.call("inspect_upload", upload_event(ref, document.id, "uploads", "original.pdf"))
    stage.call("record_upload", upload_event(ref, document.id, "inspected", "report.json"))
    world.launch(ref)
    stage.run(ref)
    for recipient_id in world.signer_ids(ref):
        world.consent(ref, recipient_id)
        stage.run(ref)
        world.enter(ref, recipient_id, world.code(ref, recipient_id))
        stage.run(ref)
    for mail in list(world.mailer.sent):
        stage.call("record_bounce", mail_event(mail))
    stage.deliver()
    secrets = _secrets(world, ref)
    declined = world.draft()
    world.launch(declined)
    stage.run(declined)
    world.decline(declined, world.signer_ids(declined)[0], "Canari Refus")
    stage.run(declined)
    stage.step(declined, "await_command", taskToken="token-canary")
    stage.step(declined, "fail", failedStep="sign")
    stage.call("sweep", {})
    stage.call("renew", {})
    for request in list(world.requests.stored):  # as if it all had been the day before
        earlier = world.load(request).updated_at - timedelta(days=1, hours=2)
        world.requests.stored[request] = replace(world.load(request), updated_at=earlier)
    stage.call("anchor", {})
    return [*secrets, *_faults(stage), "Canari Refus", "token-canary"]


def _faults(stage: Play) -> list[str]:
    """Let adapters fail with texts that quote what they were given."""
    ref = stage.world.launched()
    texts = ["+33600009999 cannot be reached", "canary@faults.test is suppressed"]
    for name, text in (("launch", texts[0]), ("deliver", texts[1])):
        broken = in_memory(stage.world, requests=Broken(ValueError(text)))
        event = (
            stream_event(*stage.world.requests.outbox[-1])
            if name == "deliver"
            else {"firmId": ref.firm_id, "requestId": ref.request_id}
        )
        try:
            tell(door(name, broken)(event))
        except Exception as error:  # noqa: BLE001 (it is the text of any that counts)
            tell(repr(error), error.__context__, error.__cause__)
    return texts


def tell(*parts: object) -> None:
    """Write a line where the doors write theirs."""
    sys.stdout.write(" ".join(map(str, parts)) + "\n")


def _secrets(world: World, ref: RequestRef) -> list[str]:
    request = world.load(ref)
    found = [SENDER.name, SENDER.email, request.title]
    for recipient in request.recipients:
        token_of = RecipientRef(ref.firm_id, ref.request_id, recipient.id)
        token = world.links.token(token_of, recipient.link_generation)
        found += [recipient.name, recipient.email, recipient.phone or "", token]
    found += [world.codes.make(challenge.id) for challenge in request.challenges]
    found += [document.name for document in request.documents]
    return [secret for secret in found if secret]


if __name__ == "__main__":
    os.environ.setdefault("STAGE", "local")
    told = play()
    tell(json.dumps(told))
