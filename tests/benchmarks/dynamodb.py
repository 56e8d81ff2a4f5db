"""Processor time of one call of DynamoDB: botocore's client and the thin one, side by side.

Against the embedded DynamoDB, whose own time is another process's. The item is one of a request,
the query reads ten of them, the transaction writes three.
"""

from __future__ import annotations

import os
import statistics
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from infra.local import emulator
from paraphe.adapters import clients
from tests.benchmarks.result import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROUNDS, SHORT_ROUNDS = 300, 60
# Milliseconds; a call of ours, on this class of machine.
BUDGET = 1.5
TABLE = "bench"
PART = {"text": {"S": "é" * 200}, "size": {"N": "7"}, "names": {"L": [{"S": "a"}, {"S": "b"}]}}


def measure(*, short: bool = False) -> Iterator[Result]:
    """Yield the medians."""
    with TemporaryDirectory() as folder, emulator.running(Path(folder)) as running:
        before = dict(os.environ)
        os.environ.update(running.environment())
        clients.forget()
        try:
            yield from _compared(SHORT_ROUNDS if short else ROUNDS)
        finally:
            os.environ.clear()
            os.environ.update(before)
            clients.forget()


def _compared(rounds: int) -> Iterator[Result]:
    botocore, thin = clients.client("dynamodb"), clients.dynamodb()
    _furnish(botocore)
    for name, call in CALLS.items():
        theirs, ours = [], []
        for _ in range(rounds):
            theirs.append(_milliseconds(call, botocore))
            ours.append(_milliseconds(call, thin))
        yield Result(f"DynamoDB {name}, botocore", statistics.median(theirs), "ms")
        yield Result(f"DynamoDB {name}, ours", statistics.median(ours), "ms", BUDGET)


def _milliseconds(call: Callable[[Any], object], client: object) -> float:
    started = time.process_time()
    call(client)
    return (time.process_time() - started) * 1000


def _furnish(client: Any) -> None:  # noqa: ANN401 - botocore's
    client.create_table(
        TableName=TABLE,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("PK", "SK")],
        KeySchema=[
            {"AttributeName": "PK", "KeyType": "HASH"},
            {"AttributeName": "SK", "KeyType": "RANGE"},
        ],
    )
    for number in range(10):
        client.put_item(TableName=TABLE, Item=_item(number))


def _item(number: int) -> dict[str, Any]:
    return {"PK": {"S": "F#frm#R#sr"}, "SK": {"S": f"S#{number}"}, **PART}


def _get(client: Any) -> object:  # noqa: ANN401 - either
    key = {"PK": {"S": "F#frm#R#sr"}, "SK": {"S": "S#1"}}
    return client.get_item(TableName=TABLE, Key=key, ConsistentRead=True)


def _query(client: Any) -> object:  # noqa: ANN401 - either
    return client.query(
        TableName=TABLE,
        KeyConditionExpression="PK = :pk AND begins_with(SK, :prefix)",
        ExpressionAttributeValues={":pk": {"S": "F#frm#R#sr"}, ":prefix": {"S": "S#"}},
        ConsistentRead=True,
    )


def _transact(client: Any) -> object:  # noqa: ANN401 - either
    puts = [{"Put": {"TableName": TABLE, "Item": _item(number)}} for number in range(3)]
    return client.transact_write_items(TransactItems=puts)


CALLS: dict[str, Callable[[Any], object]] = {
    "GetItem": _get,
    "Query, 10 items": _query,
    "TransactWriteItems, 3 items": _transact,
}
