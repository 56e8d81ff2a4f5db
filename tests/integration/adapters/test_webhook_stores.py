"""The stores of webhooks on a real DynamoDB: conditions, debts, pages; secrets on a real KMS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from paraphe.adapters import clients
from paraphe.adapters.delivery.webhook_log import DynamoWebhookLog
from paraphe.adapters.delivery.webhook_seals import KmsWebhookSeals
from paraphe.adapters.delivery.webhook_store import DynamoWebhooks
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.domain.delivery import webhook_endpoints as rules
from paraphe.domain.delivery.webhook_deliveries import Attempt, Delivery, Fault, attempted, replayed
from paraphe.domain.delivery.webhook_endpoints import Endpoint, EndpointState, Secret
from paraphe.domain.delivery.webhook_events import CATALOGUE, example
from paraphe.domain.errors import RaceLostError
from paraphe.domain.ids import new_id
from paraphe.ports.webhook_ports import EndpointRef
from tests.integration.adapters.conftest import TABLE

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
_made = 0


@pytest.fixture
def webhooks() -> DynamoWebhooks:
    return DynamoWebhooks(clients.dynamodb(), TABLE)


@pytest.fixture
def log() -> DynamoWebhookLog:
    return DynamoWebhookLog(clients.dynamodb(), TABLE)


@pytest.fixture
def endpoint(webhooks: DynamoWebhooks) -> Endpoint:
    """An endpoint of a firm of its own."""
    global _made  # noqa: PLW0603 - a number for each test
    _made += 1
    firm = f"frm_{_made:08d}"
    made = Endpoint("whk_00000001", firm, "https://a.example.com/", NOW, NOW)
    webhooks.add(made)
    return made


def ref(endpoint: Endpoint) -> EndpointRef:
    """Return which one it is."""
    return EndpointRef(endpoint.firm_id, endpoint.id)


def some(count: int) -> list[Delivery]:
    """Make up deliveries, a second apart."""
    entry, made = CATALOGUE["document.ready"], []
    for number in range(count):
        at = NOW - timedelta(seconds=count - number)
        message = replace(example(entry, at), id=new_id("whd", at, number.to_bytes(10, "big")))
        made.append(Delivery.of(message, at))
    return made


def test_an_endpoint_is_kept_as_it_was_written(webhooks: DynamoWebhooks) -> None:
    made = Endpoint(
        *("whk_00000002", "frm_stored00", "https://a.example.com/", NOW, NOW, "words"),
        *(("document.ready",), (Secret("sealed", NOW, NOW), Secret("newer", NOW))),
    )
    webhooks.add(made)
    assert webhooks.listed("frm_stored00") == (made,)
    assert webhooks.endpoint(ref(made)) == made
    with pytest.raises(RaceLostError):
        webhooks.add(made)


def test_what_a_firm_writes_and_what_a_delivery_notes_never_mix(
    webhooks: DynamoWebhooks, log: DynamoWebhookLog, endpoint: Endpoint
) -> None:
    """A change keeps the debt; a note from before the change is dropped."""
    log.owe(endpoint, some(1), NOW)
    change = rules.EndpointChange(description="new")
    changed = webhooks.change(rules.changed(endpoint, change, NOW), 1, NOW + MINUTE)
    assert (changed.version, changed.due_at) == (2, NOW + MINUTE)
    with pytest.raises(RaceLostError):
        webhooks.change(rules.changed(endpoint, change, NOW), 1, NOW)
    webhooks.note(endpoint, rules.failed(endpoint, NOW, 0.5), None)
    known = webhooks.endpoint(ref(endpoint))
    assert known is not None
    assert (known.owed, known.health.failures, known.description) == (1, 0, "new")
    with pytest.raises(RaceLostError):
        webhooks.delete(ref(endpoint), 1)
    webhooks.delete(ref(endpoint), 2)
    assert webhooks.endpoint(ref(endpoint)) is None
    log.owe(endpoint, some(1), NOW)
    assert webhooks.endpoint(ref(endpoint)) is None


def test_a_debt_that_comes_meanwhile_is_not_overlooked(
    webhooks: DynamoWebhooks, log: DynamoWebhookLog, endpoint: Endpoint
) -> None:
    log.owe(endpoint, some(1), NOW)
    assert ref(endpoint) in webhooks.due(NOW, 50)
    claimed = webhooks.claim(ref(endpoint), NOW, NOW + 3 * MINUTE)
    assert claimed is not None
    assert webhooks.claim(ref(endpoint), NOW, NOW + 3 * MINUTE) is None
    log.owe(claimed, some(2)[1:], NOW)
    webhooks.note(claimed, claimed, None)
    assert ref(endpoint) in webhooks.due(NOW, 50)
    claimed = webhooks.claim(ref(endpoint), NOW, NOW + 3 * MINUTE)
    assert claimed is not None
    stopped = rules.stopped(claimed, EndpointState.PAUSED, rules.Reason.FAILING)
    webhooks.note(claimed, stopped, None)
    assert ref(endpoint) not in webhooks.due(NOW + 9 * MINUTE, 50)
    known = webhooks.endpoint(ref(endpoint))
    assert known is not None
    assert (known.state, known.reason, known.version) == ("paused", "failing", 2)


def test_debts_are_tried_in_turn(log: DynamoWebhookLog, endpoint: Endpoint) -> None:
    """What failed goes behind the others, what was delivered goes."""
    owed = some(60)
    log.owe(endpoint, owed, NOW)
    assert log.owed(ref(endpoint), 100) == tuple(owed)
    failed = attempted(owed[0], Attempt(NOW, 1, 500, Fault.STATUS), 0.9)
    log.settle(ref(endpoint), owed[0], failed, NOW)
    done = attempted(owed[1], Attempt(NOW, 1, 204), 0.9)
    log.settle(ref(endpoint), owed[1], done, NOW)
    left = log.owed(ref(endpoint), 100)
    assert left == (*owed[2:], failed)
    assert log.find(ref(endpoint), done.id) == done
    # It was asked for anew meanwhile: what became of the earlier one does not count.
    again = replayed(done, NOW)
    log.owe(endpoint, [again], NOW, asked=True)
    log.settle(ref(endpoint), owed[1], done, NOW)
    assert log.find(ref(endpoint), done.id) == again


def test_the_log_is_read_in_pages(log: DynamoWebhookLog, endpoint: Endpoint) -> None:
    kept = some(5)
    for delivery in kept:
        log.record(ref(endpoint), delivery, NOW)
    first = log.listed(ref(endpoint), 3, None)
    second = log.listed(ref(endpoint), 3, first.cursor)
    assert first.deliveries + second.deliveries == tuple(reversed(kept))
    assert second.cursor is None
    since = log.since(ref(endpoint), kept[1].event_at, kept[3].event_at, 10)
    assert since == tuple(kept[1:3])


def test_a_secret_opens_for_its_endpoint_only() -> None:
    key = clients.client("kms").create_key()["KeyMetadata"]["KeyId"]
    mine, other = EndpointRef("frm_1", "whk_1"), EndpointRef("frm_1", "whk_2")
    sealed = Secret(KmsWebhookSeals(clients.client("kms"), key).seal(mine, "whsec_x"), NOW)
    opener = KmsWebhookSeals(clients.client("kms"), key)
    assert [opener.open(mine, sealed) for _ in range(2)] == ["whsec_x", "whsec_x"]
    with pytest.raises(ServiceRefusedError):
        opener.open(other, sealed)
