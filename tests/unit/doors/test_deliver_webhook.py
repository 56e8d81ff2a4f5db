"""The door `deliver_webhook`: both streams and the schedule; one fault stops nobody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraphe.adapters.delivery import webhook_items
from paraphe.domain.delivery.webhook_deliveries import Delivery, DeliveryState
from paraphe.domain.delivery.webhook_events import CATALOGUE, example
from paraphe.ports.webhook_ports import EndpointRef
from tests.support.doors import SAMPLE_FIRM, Play, webhook

if TYPE_CHECKING:
    import pytest

    from paraphe.domain.delivery.webhook_endpoints import Endpoint

SAMPLE = Path(__file__).resolve().parents[3] / "events" / "deliver_webhook.json"
URL = "https://hooks.example.com/paraphe"
OTHER = "https://other.example.com/"


def sample(number: int = 6, firm_id: str = SAMPLE_FIRM) -> dict[str, Any]:
    """Return a record of the table's stream: the launch of a request."""
    record: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))["Records"][0]
    image = record["dynamodb"]["NewImage"]
    image["PK"]["S"] = image["PK"]["S"].replace(SAMPLE_FIRM, firm_id)
    image["seq"]["N"] = str(number)
    record["dynamodb"]["SequenceNumber"] = str(number)
    return record


def asked(play: Play, endpoint: Endpoint) -> dict[str, Any]:
    """Owe something that somebody waits for; return the record that the stream makes of it."""
    ref, now = EndpointRef(endpoint.firm_id, endpoint.id), play.world.now
    delivery = Delivery.of(example(CATALOGUE["webhook.test"], now), now)
    play.world.webhook_log.owe(endpoint, [delivery], now, asked=True)
    image = webhook_items.owed_item(ref, delivery, now, asked=True)
    return {"eventName": "INSERT", "dynamodb": {"NewImage": image, "SequenceNumber": "1"}}


def states(play: Play, endpoint: Endpoint) -> list[DeliveryState]:
    """Return what became of an endpoint's deliveries."""
    return [
        d.state
        for d in play.world.webhook_log.kept[EndpointRef(endpoint.firm_id, endpoint.id)].values()
    ]


def test_the_stream_delivers() -> None:
    play = Play()
    endpoint = webhook(play, URL, 204)
    answer = play.call("deliver_webhook", {"Records": [sample(6), sample(7)]})
    assert answer == {"batchItemFailures": []}
    assert states(play, endpoint) == [DeliveryState.DELIVERED] * 2
    assert [p.url for p in play.world.webhook_sender.posted] == [URL] * 2


def test_a_firm_without_webhooks_costs_one_read() -> None:
    play = Play()
    webhook(play, URL, 204, "frm_01kanz3c5g0000000000000009")
    play.call("deliver_webhook", {"Records": [sample()]})
    assert play.world.webhook_sender.posted == []


def test_what_somebody_waits_for_is_sent_at_once() -> None:
    play = Play()
    endpoint = webhook(play, URL, 200)
    play.call("deliver_webhook", {"Records": [asked(play, endpoint)]})
    assert states(play, endpoint) == [DeliveryState.DELIVERED]


def test_the_schedule_works_off_what_is_owed() -> None:
    play = Play()
    endpoint = webhook(play, URL, 200)
    asked(play, endpoint)
    assert play.call("deliver_webhook", {}) == {"looked": 1, "failed": 0}
    assert states(play, endpoint) == [DeliveryState.DELIVERED]
    assert play.call("deliver_webhook", {}) == {"looked": 0, "failed": 0}


def test_a_fault_of_ours_hinders_no_other_firm(capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be written down is named, from its firm's first record on; no text is told."""
    play = Play()
    firms = [f"frm_01kanz3c5g000000000000000{n}" for n in range(1, 4)]
    ends = [
        webhook(play, f"https://n{number}.example.com/secret-path", 200, firm)
        for number, firm in enumerate(firms)
    ]
    whole = play.world.webhooks.listed

    def listed(firm_id: str) -> Any:  # noqa: ANN401 (as the port)
        if firm_id == firms[1]:
            raise ValueError("canary of a fault")
        return whole(firm_id)

    play.world.webhooks.listed = listed  # type: ignore[method-assign]
    records = [sample(6, firms[0]), sample(7, firms[1]), sample(8, firms[1]), sample(9, firms[2])]
    answer = play.call("deliver_webhook", {"Records": records})
    assert answer == {"batchItemFailures": [{"itemIdentifier": "7"}]}
    assert [len(states(play, end)) for end in ends] == [1, 0, 1]
    written = capsys.readouterr().out
    assert "canary" not in written
    assert "secret-path" not in written


def test_one_that_breaks_whoever_serves_it_hinders_no_other() -> None:
    play = Play()
    bad, good = webhook(play, URL, 200), webhook(play, OTHER, 200)
    whole = play.world.webhook_seals.open

    def broken(ref: EndpointRef, secret: Any) -> str:  # noqa: ANN401 (as the port)
        if ref.webhook_id == bad.id:
            raise ValueError("canary")
        return whole(ref, secret)

    play.world.webhook_seals.open = broken  # type: ignore[method-assign]
    asked(play, bad)
    asked(play, good)
    assert play.call("deliver_webhook", {}) == {"looked": 2, "failed": 1}
    assert states(play, good) == [DeliveryState.DELIVERED]
    # For the length of its lease it is not in the way of the next passes.
    assert play.call("deliver_webhook", {}) == {"looked": 0, "failed": 0}
