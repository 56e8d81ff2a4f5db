"""What the embedded AWS writes down: units of DynamoDB, parts of SMS, metrics in a log."""

from __future__ import annotations

import json
from typing import Any

import pytest

from infra.local import emulator_main, recording
from tests.support.capacity import item_size


def test_the_pinned_version_is_the_known_one() -> None:
    emulator_main.guard(recording.KNOWN_SOURCES)


def _item(size: int) -> dict[str, dict[str, str]]:
    return {"PK": {"S": "x" * (size - 2)}}


def test_an_item_has_the_size_that_our_own_count_gives_it() -> None:
    item: dict[str, Any] = {
        "PK": {"S": "é"},
        "n": {"N": "42"},
        "l": {"L": [{"S": "ab"}, {"BOOL": True}]},
    }
    assert recording.item_size(item) == item_size(item) == 2 + 2 + 1 + 2 + 1 + 3 + 1 + 2 + 1 + 1
    assert recording.item_size(None) == 0


def test_a_query_is_billed_for_all_its_items_together() -> None:
    told = {"Items": [_item(3000), _item(3000)]}  # 6000 bytes: two units of 4096
    assert recording.read("Query", {"ConsistentRead": True}, told) == 2
    assert recording.read("Query", {}, told) == 1
    assert recording.read("Query", {}, {"Items": []}) == 0.5


def test_single_items_are_billed_one_by_one() -> None:
    asked = {"RequestItems": {"t": {"Keys": [{}, {}, {}], "ConsistentRead": True}}}
    told = {"Responses": {"t": [_item(3000), _item(5000)]}}  # 1 + 2, and 1 for the one missing
    assert recording.read("BatchGetItem", asked, told) == 4
    assert recording.read("GetItem", {}, {"Item": _item(5000)}) == 1
    assert recording.read("GetItem", {"ConsistentRead": True}, {}) == 1
    responses = {"Responses": [{"Item": _item(5000)}, {}]}
    assert recording.read("TransactGetItems", {}, responses) == 2 * 2 + 2 * 1


def test_writes_are_billed_when_refused_too() -> None:
    done = {"ConsumedCapacity": [{"CapacityUnits": 6.0}, {"CapacityUnits": 1.0}]}
    assert recording.written({}, 200, done) == 7
    assert recording.written({}, 200, {"ConsumedCapacity": {"CapacityUnits": 3.0}}) == 3
    prefix = "com.amazonaws.dynamodb.v20120810#"
    refused = {"__type": f"{prefix}TransactionCanceledException"}
    assert recording.written({"TransactItems": [{}, {}, {}]}, 400, refused) == 6
    refused = {"__type": f"{prefix}ConditionalCheckFailedException"}
    assert recording.written({}, 400, refused) == 1
    assert recording.written({}, 400, {"__type": f"{prefix}ValidationException"}) == 0


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("é" * 160, 1),  # in the default alphabet
        ("ê" * 70, 1),  # not in it: 70 of two bytes
        ("ê" * 71, 2),
        ("€" * 80, 1),  # two places each
        ("€" * 81, 2),
    ],
)
def test_a_long_sms_is_several(message: str, parts: int) -> None:
    assert recording.sms_parts(message) == parts


def test_metrics_are_read_out_of_a_log() -> None:
    told = {
        "_aws": {
            "CloudWatchMetrics": [
                {
                    "Namespace": "Paraphe",
                    "Dimensions": [["service", "stage"]],
                    "Metrics": [{"Name": "SealsMade"}],
                }
            ]
        },
        "service": "seal",
        "stage": "local",
    }
    log = "\n".join(["START", json.dumps(told), '{"_aws" broken', "END"])
    assert recording.metrics(log) == {"Paraphe SealsMade service=seal,stage=local"}
