"""What a call carries into the transaction that acts: once, and what it relies on."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from paraphe.adapters.delivery.webhook_store import DynamoWebhooks
from paraphe.adapters.dynamodb.call_store import DynamoCalls
from paraphe.adapters.dynamodb.call_terms import within
from paraphe.adapters.dynamodb.firm_items import FirmItems
from paraphe.adapters.dynamodb.wire import DynamoDbWire
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.domain.delivery.webhook_endpoints import Endpoint
from paraphe.domain.errors import ForbiddenError, RaceLostError
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.recipient import Role
from paraphe.ports.calls import (
    MEMBERS,
    CallTerms,
    KeptAnswer,
    KeptCall,
    Once,
    Reliance,
    RepeatedCallError,
)
from paraphe.ports.webhook_ports import EndpointRef
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_recipients import AddRecipient
from tests.support.fakes.table import FakeTable
from tests.support.services import in_memory
from tests.support.world import FIRM, SENDER, World, person

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
ONCE = Once(FIRM.id, "client-1", "key-1", "asked", "run-1", NOW)
CONTACT, OTHER = "ctc_00000001", "ctc_00000002"


def _item(version: int) -> dict[str, Any]:
    return {"version": {"N": str(version)}}


def _things(table: FakeTable, terms: CallTerms | None = None) -> FirmItems:
    client = within(table.client, "table", terms) if terms else table.client
    return FirmItems(client, "table", "CONTACTS")


def _rely(key: str, version: int | None) -> CallTerms:
    return CallTerms(relies_on=(Reliance(FIRM.id, "CONTACTS", key, version),))


@pytest.fixture
def table() -> FakeTable:
    """A table in memory."""
    return FakeTable()


def test_the_first_write_of_a_call_says_that_it_was_done(table: FakeTable) -> None:
    """With what it made; the second write of the same call is free to go on."""
    things = _things(table, CallTerms(ONCE))
    things.put(FIRM.id, CONTACT, _item(1), replaces=None)
    things.put(FIRM.id, OTHER, _item(1), replaces=None)
    found = DynamoCalls(table.client, "table").find(replace(ONCE, run="run-2"))
    assert found == KeptCall("asked", "run-1", NOW, made=(CONTACT,))


def test_a_repeated_call_writes_nothing(table: FakeTable) -> None:
    """Whatever it wanted to write; another key, caller or firm is another call."""
    _things(table, CallTerms(ONCE)).put(FIRM.id, CONTACT, _item(1), replaces=None)
    again = _things(table, CallTerms(replace(ONCE, run="run-2")))
    with pytest.raises(RepeatedCallError):
        again.put(FIRM.id, OTHER, _item(1), replaces=None)
    with pytest.raises(RepeatedCallError):  # its own condition fails as well
        again.put(FIRM.id, CONTACT, _item(1), replaces=None)
    with pytest.raises(RepeatedCallError):
        again.delete(FIRM.id, CONTACT, 1)
    assert _things(table).get(FIRM.id, OTHER) is None
    for other in (
        replace(ONCE, key="key-2"),
        replace(ONCE, caller_id="client-2"),
        replace(ONCE, firm_id="frm_00000002"),
    ):
        assert DynamoCalls(table.client, "table").find(other) is None
        _things(table, CallTerms(other)).put(FIRM.id, f"{OTHER}{other}", _item(1), replaces=None)


def test_a_refused_write_is_no_act(table: FakeTable) -> None:
    """The key stays free, and the error is the one that there was without terms."""
    _things(table).put(FIRM.id, CONTACT, _item(1), replaces=None)
    things = _things(table, CallTerms(ONCE))
    with pytest.raises(RaceLostError):
        things.put(FIRM.id, CONTACT, _item(2), replaces=None)
    assert DynamoCalls(table.client, "table").find(ONCE) is None
    things.put(FIRM.id, CONTACT, _item(2), replaces=1)
    assert DynamoCalls(table.client, "table").find(ONCE) is not None


def test_after_a_day_a_key_is_free(table: FakeTable) -> None:
    """Also when the table has not deleted the row yet."""
    _things(table, CallTerms(ONCE)).put(FIRM.id, CONTACT, _item(1), replaces=None)
    calls = DynamoCalls(table.client, "table")
    almost = replace(ONCE, run="run-2", at=NOW + timedelta(hours=24, milliseconds=-1))
    late = replace(ONCE, run="run-2", at=NOW + timedelta(hours=24))
    assert calls.find(almost) is not None
    assert calls.find(late) is None
    _things(table, CallTerms(late)).put(FIRM.id, OTHER, _item(1), replaces=None)
    assert calls.find(late) == KeptCall("asked", "run-2", late.at, made=(OTHER,))


def test_an_answer_is_kept_once_and_only_by_the_run_that_acted(table: FakeTable) -> None:
    """Whoever repeats the call is given the first one."""
    calls = DynamoCalls(table.client, "table")
    answer = KeptAnswer(201, {"Location": "/v1/x"}, '{"né": "Zoé"}')
    assert not calls.keep(ONCE, answer)
    _things(table, CallTerms(ONCE)).put(FIRM.id, CONTACT, _item(1), replaces=None)
    assert not calls.keep(replace(ONCE, run="run-2"), answer)
    assert calls.keep(ONCE, answer)
    assert not calls.keep(ONCE, KeptAnswer(200, {}, "{}"))
    found = calls.find(ONCE)
    assert found is not None
    assert found.answer == answer


def test_an_answer_without_its_body_keeps_what_it_is_made_again_from(table: FakeTable) -> None:
    """Because it held a secret, or is long."""
    calls = DynamoCalls(table.client, "table")
    _things(table, CallTerms(ONCE)).put(FIRM.id, CONTACT, _item(1), replaces=None)
    assert calls.keep(ONCE, KeptAnswer(200, {"A": "b"}), (CONTACT,))
    found = calls.find(ONCE)
    assert found is not None
    assert (found.answer, found.made) == (KeptAnswer(200, {"A": "b"}, None), (CONTACT,))


@pytest.mark.parametrize(("version", "stands"), [(1, True), (2, False), (None, True), (0, False)])
def test_a_write_relies_on_what_was_read(
    table: FakeTable, version: int | None, *, stands: bool
) -> None:
    """The transaction that acts finds out, not a read before it."""
    _things(table).put(FIRM.id, CONTACT, _item(1), replaces=None)
    things = _things(table, _rely(CONTACT, version))
    if stands:
        things.put(FIRM.id, OTHER, _item(1), replaces=None)
        return
    with pytest.raises(ForbiddenError) as refused:
        things.put(FIRM.id, OTHER, _item(1), replaces=None)
    assert refused.value.code == "not_permitted_anymore"
    assert _things(table).get(FIRM.id, OTHER) is None


def test_what_is_not_there_any_more_is_relied_on_in_vain(table: FakeTable) -> None:
    """Whether a version was read or not."""
    for version in (0, 1, None):
        with pytest.raises(ForbiddenError):
            _things(table, _rely(CONTACT, version)).put(FIRM.id, OTHER, _item(1), replaces=None)


def test_version_0_is_also_that_of_items_without_one(table: FakeTable) -> None:
    """Members were stored without a version before."""
    place = {"PK": {"S": f"F#{FIRM.id}"}, "SK": {"S": "MBR#mbr_00000001"}}
    table.put_item(TableName="table", Item=place)
    terms = CallTerms(relies_on=(Reliance(FIRM.id, MEMBERS, "mbr_00000001", 0),))
    _things(table, terms).put(FIRM.id, OTHER, _item(1), replaces=None)
    table.put_item(TableName="table", Item={**place, **_item(1)})
    with pytest.raises(ForbiddenError):
        _things(table, terms).put(FIRM.id, OTHER, _item(1), replaces=1)


def test_a_call_may_change_what_it_relies_on(table: FakeTable) -> None:
    """One item is in a transaction once; afterwards it is what the call itself has made of it."""
    _things(table).put(FIRM.id, CONTACT, _item(1), replaces=None)
    things = _things(table, _rely(CONTACT, 1))
    things.put(FIRM.id, CONTACT, _item(2), replaces=1)
    things.put(FIRM.id, OTHER, _item(1), replaces=None)
    late = _things(table, _rely(CONTACT, 1))
    with pytest.raises(RaceLostError):
        late.put(FIRM.id, CONTACT, _item(3), replaces=2)


def test_other_tables_and_reads_are_passed_on(table: FakeTable) -> None:
    """Counters are no act."""
    client = within(table.client, "table", CallTerms(ONCE))
    key = {"PK": {"S": "x"}, "SK": {"S": "y"}}
    client.put_item(TableName="limits", Item=key)
    assert client.get_item(TableName="table", Key=key, ConsistentRead=True)["Item"] == key
    assert DynamoCalls(table.client, "table").find(ONCE) is None


def test_a_transaction_in_another_table_keeps_the_terms() -> None:
    """Webhooks lie in a table of their own: the row of the call is written with them all the same.

    The row and what is relied on are in the table of the calls; DynamoDB's transactions span both.
    """
    asked: list[str] = []

    class Spy(FakeTable):
        def transact_write_items(self, **given: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
            asked.extend(
                one["TableName"] for entry in given["TransactItems"] for one in entry.values()
            )
            return super().transact_write_items(**given)

    spied = Spy()
    _things(spied).put(FIRM.id, CONTACT, _item(1), replaces=None)
    endpoint = Endpoint("whk_00000001", FIRM.id, "https://hooks.example.com", NOW, NOW)
    terms = replace(_rely(CONTACT, 1), once=ONCE)
    DynamoWebhooks(within(spied.client, "table", terms), "webhooks").add(endpoint)
    assert asked == ["webhooks", "table", "table"]
    found = DynamoCalls(spied.client, "table").find(replace(ONCE, run="run-2"))
    assert found is not None
    assert found.made == ("whk_00000001",)
    again = replace(terms, once=replace(ONCE, run="run-2"))
    with pytest.raises(RepeatedCallError):
        DynamoWebhooks(within(spied.client, "table", again), "webhooks").add(endpoint)
    gone = DynamoWebhooks(within(spied.client, "table", _rely(CONTACT, 2)), "webhooks")
    with pytest.raises(ForbiddenError):
        gone.delete(EndpointRef(FIRM.id, endpoint.id), endpoint.version)


@pytest.mark.parametrize(
    ("reasons", "code"),
    [
        (("ConditionalCheckFailed", "None"), "ConditionalCheckFailedException"),
        (("None", "TransactionConflict"), "TransactionConflictException"),
        (("TransactionConflict", "None"), "TransactionConflictException"),
        (("None", "ThrottlingError"), "TransactionCanceledException"),
        (("ThrottlingError", "None"), "ProvisionedThroughputExceededException"),
    ],
)
def test_a_single_write_is_refused_in_its_own_words(reasons: tuple[str, ...], code: str) -> None:
    """Stores know the codes of PutItem, not those of a transaction of one item."""

    class Refusing(FakeTable):
        def transact_write_items(self, **_: object) -> dict[str, Any]:
            raise ServiceRefusedError("dynamodb:x", "TransactionCanceledException", reasons)

    client = within(Refusing().client, "table", CallTerms(ONCE))
    with pytest.raises(ServiceRefusedError) as refused:
        client.put_item(TableName="table", Item={"PK": {"S": "x"}, "SK": {"S": "y"}})
    assert refused.value.code == code


def test_services_within_terms_share_one_row() -> None:
    """A commit of a request and an item of a firm are writes of the same call."""
    world = World()
    services = in_memory(world)
    mine = services.within(CallTerms(ONCE))
    made = using(CreateRequest, mine)(
        world.principal, NewRequest("Lettre", "", SENDER), now=world.now
    )
    found = services.calls.find(ONCE)
    assert found is not None
    assert found.made == (made.id,)
    again = services.within(CallTerms(replace(ONCE, run="run-2")))
    with pytest.raises(RepeatedCallError):
        using(CreateRequest, again)(
            world.principal, NewRequest("Lettre", "", SENDER), now=world.now
        )
    assert len(world.requests.stored) == 1


def test_a_request_is_committed_only_while_what_it_relies_on_stands() -> None:
    """The world's store keeps the same terms as the real ones."""
    world = World()
    ref = world.draft(people=())
    terms = CallTerms(relies_on=(Reliance(FIRM.id, "CONTACTS", CONTACT, 1),))
    with pytest.raises(ForbiddenError):
        using(AddRecipient, in_memory(world).within(terms))(
            world.principal, ref, person(0), role=Role.SIGNER, order=1, placements=(), now=world.now
        )
    assert world.load(ref).recipients == ()


def test_the_wire_has_what_the_terms_are_passed_on_to() -> None:
    """Names are those of the client that the product uses."""
    assert callable(DynamoDbWire("eu-west-3", "https://x.example").transact_write_items)
