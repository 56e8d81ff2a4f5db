"""The profession's register, from a file (`paraphe register import`): numbers, nobody's names."""

from __future__ import annotations

import csv
import io
import unicodedata
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.faults import calling
from paraphe.adapters.firms.registers import EDITION, ImportedRegister, normal
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

MAX_BYTES = 20 * 1024 * 1024
# A file that was cut off would strike off whoever is behind the cut.
LEAST_SHARE = 0.9
_AT_ONCE = 25  # DynamoDB's own limit


def numbers_in(content: bytes, column: str) -> frozenset[str]:
    """Return the numbers of a CSV file as French Excel or others write it.

    Raises:
        InvalidError: `register_too_large`, `register_unreadable`, `register_column`,
            `register_empty`.

    """
    if len(content) > MAX_BYTES:
        raise InvalidError("register_too_large", "The file has more than 20 MB.", field="file")
    text = _decoded(content)
    first = text.partition("\n")[0]
    if first.startswith("sep="):
        text = text.partition("\n")[2]
    delimiter = max(";,\t", key=text.partition("\n")[0].count)
    try:
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        named = {_plain(name): name for name in rows.fieldnames or ()}
        wanted = named.get(_plain(column))
        if wanted is None:
            there = ", ".join(named.values()) or "none"
            raise InvalidError(
                "register_column", f"No column {column}; there are: {there}.", field="file"
            )
        found = frozenset(normal(row[wanted]) for row in rows if (row[wanted] or "").strip())
    except csv.Error as error:
        raise InvalidError("register_unreadable", f"No CSV: {error}.", field="file") from None
    if not found:
        raise InvalidError("register_empty", "The file has no number.", field="file")
    return found


def bring(
    client: Any,  # noqa: ANN401 - boto3's client of DynamoDB
    table: str,
    numbers: frozenset[str],
    now: datetime,
    *,
    may_shrink: bool = False,
) -> int:
    """Write an edition, then put it in force, then forget the one before the last.

    Returns how many numbers the edition has that was in force.

    Raises:
        InvalidError: `register_shrinks`: a tenth of the register would be struck off.

    """
    register = ImportedRegister(client, table)
    before = register.edition()
    known = _count(client, table, before) if before else 0
    if len(numbers) < known * LEAST_SHARE and not may_shrink:
        raise InvalidError(
            "register_shrinks",
            f"The file has {len(numbers)} numbers, the register {known}: is it whole? "
            "If so, say --may-shrink.",
            field="file",
        )
    edition = now.strftime("%Y%m%dT%H%M%S%f")
    partition = keys.register_edition(edition)
    _write(client, table, ({"PutRequest": {"Item": _item(partition, n)}} for n in sorted(numbers)))
    outdated = _outdated(client, table)
    in_force = {
        **_key(keys.REGISTER, EDITION),
        "type": {"S": "register"},
        "edition": {"S": edition},
        **({"previous": {"S": before}} if before else {}),
    }
    with calling("dynamodb:PutItem"):
        client.put_item(TableName=table, Item=in_force)
    if outdated is not None:
        partition = keys.register_edition(outdated)
        gone = ({"DeleteRequest": {"Key": one}} for one in _keys(client, table, partition))
        _write(client, table, gone)
    return known


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _plain(name: str | None) -> str:
    split = unicodedata.normalize("NFKD", (name or "").strip().casefold())
    return "".join(c for c in split if not unicodedata.combining(c))


def _key(partition: str, sort_key: str) -> dict[str, Any]:
    return {"PK": {"S": partition}, "SK": {"S": sort_key}}


def _item(partition: str, number: str) -> dict[str, Any]:
    return {**_key(partition, number), "type": {"S": "registered"}}


def _outdated(client: Any, table: str) -> str | None:  # noqa: ANN401 - as above
    """The edition before the one in force: whoever read the pointer a moment ago has left it."""
    with calling("dynamodb:GetItem"):
        found = client.get_item(TableName=table, Key=_key(keys.REGISTER, EDITION)).get("Item", {})
    return found["previous"]["S"] if "previous" in found else None


def _count(client: Any, table: str, edition: str) -> int:  # noqa: ANN401 - as above
    return sum(1 for _ in _keys(client, table, keys.register_edition(edition)))


def _keys(client: Any, table: str, partition: str) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - as above
    query: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "PK = :partition",
        "ExpressionAttributeValues": {":partition": {"S": partition}},
        "ProjectionExpression": "PK, SK",
    }
    while True:
        with calling("dynamodb:Query"):
            answer = client.query(**query)
        yield from ({"PK": item["PK"], "SK": item["SK"]} for item in answer["Items"])
        if "LastEvaluatedKey" not in answer:
            return
        query["ExclusiveStartKey"] = answer["LastEvaluatedKey"]


def _write(client: Any, table: str, writes: Iterable[Mapping[str, Any]]) -> None:  # noqa: ANN401 - as above
    waiting: list[Mapping[str, Any]] = []
    for write in writes:
        waiting.append(write)
        if len(waiting) == _AT_ONCE:
            waiting = _sent(client, table, waiting)
    while waiting:
        waiting = _sent(client, table, waiting)


def _sent(
    client: Any,  # noqa: ANN401 - as above
    table: str,
    writes: list[Mapping[str, Any]],
) -> list[Mapping[str, Any]]:
    """Write what there is room for; return what DynamoDB could not take yet."""
    with calling("dynamodb:BatchWriteItem"):
        answer = client.batch_write_item(RequestItems={table: writes[:_AT_ONCE]})
    left: list[Mapping[str, Any]] = answer.get("UnprocessedItems", {}).get(table, [])
    return [*left, *writes[_AT_ONCE:]]
