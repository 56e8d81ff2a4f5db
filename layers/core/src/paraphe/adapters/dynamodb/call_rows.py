"""The row of a call that has acted, and the checks of what a call relies on, as DynamoDB has them.

A row is `F#<firm>#CALL#<hash of caller and key>`, `CALL`: a partition each, so that no firm's calls
wait for each other. It is deleted by the table's TimeToLive (`expiration`), days later at worst,
so whoever reads it looks at the time too.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zlib
from typing import TYPE_CHECKING, Any, TypeAlias

from paraphe.adapters.dynamodb import keys
from paraphe.domain import times
from paraphe.ports.calls import CLIENTS, MEMBERS, REMEMBERED, KeptAnswer, KeptCall

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from paraphe.adapters.dynamodb.codec import Item
    from paraphe.ports.calls import Once, Reliance

Place: TypeAlias = tuple[str, str]
ROW = "CALL"
_ID = re.compile(r"[a-z]{2,3}_[0-9a-z]{8,40}")
_NEW = "attribute_not_exists(PK)"


def row_key(once: Once) -> Item:
    """Return the keys of a call's row; a caller's key may be anything, so only its hash is kept."""
    owner = json.dumps([once.caller_id, once.key]).encode()
    partition = f"F#{once.firm_id}#CALL#{hashlib.sha256(owner).hexdigest()[:40]}"
    return {"PK": {"S": partition}, "SK": {"S": ROW}}


def row(once: Once) -> Item:
    """Return what a row says besides what was made and answered."""
    return {
        **row_key(once),
        "type": {"S": "call"},
        "fingerprint": {"S": once.fingerprint},
        "run": {"S": once.run},
        "at": {"S": times.to_text(once.at)},
        "expiration": {"N": str(int((once.at + REMEMBERED).timestamp()))},
    }


def new_row(table: str, once: Once, made: Iterable[str]) -> dict[str, Any]:
    """Return the entry of a transaction that writes a call's row, if there is none that counts."""
    return {
        "Put": {
            "TableName": table,
            "Item": {**row(once), "made": {"L": [{"S": one} for one in made]}},
            "ConditionExpression": f"{_NEW} OR expiration <= :now",
            "ExpressionAttributeValues": {":now": {"N": str(int(once.at.timestamp()))}},
        }
    }


def answered(once: Once, answer: KeptAnswer, made: Iterable[str]) -> Item:
    """Return a call's row with its answer."""
    item: Item = {
        **row(once),
        "made": {"L": [{"S": one} for one in made]},
        "status": {"N": str(answer.status)},
        "headers": {"S": json.dumps(dict(answer.headers))},
    }
    if answer.body is not None:
        item["body"] = {"S": base64.b64encode(zlib.compress(answer.body.encode())).decode()}
    return item


def kept(item: Mapping[str, Any]) -> KeptCall:
    """Read a row."""
    answer = None
    if "status" in item:
        packed = item.get("body", {}).get("S")
        body = None if packed is None else zlib.decompress(base64.b64decode(packed)).decode()
        answer = KeptAnswer(int(item["status"]["N"]), json.loads(item["headers"]["S"]), body)
    made = tuple(one["S"] for one in item.get("made", {"L": []})["L"])
    at = times.from_text(item["at"]["S"])
    return KeptCall(item["fingerprint"]["S"], item["run"]["S"], at, made, answer)


def made_by(writes: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return the ids of the things that entries of a transaction make: those that must be new."""
    found: dict[str, None] = {}
    for write in writes:
        asked = write.get("Put", {})
        if asked.get("ConditionExpression") != _NEW:
            continue
        partition, sort_key = place_of(write)
        if sort_key == keys.REQUEST:
            sort_key = partition
        if named := _ID.findall(sort_key):
            found[named[-1]] = None
    return tuple(found)


def place_of(write: Mapping[str, Any]) -> Place:
    """Return the partition and sort key of an entry of a transaction."""
    ((_, asked),) = write.items()
    item = asked["Item"] if "Item" in asked else asked["Key"]
    return item["PK"]["S"], item["SK"]["S"]


def place(reliance: Reliance) -> Place:
    """Return the partition and sort key of what is relied on."""
    if reliance.collection == MEMBERS:
        return keys.firm(reliance.firm_id), keys.member(reliance.key)
    if reliance.collection == CLIENTS:
        return keys.client(reliance.key), keys.CLIENT
    return f"{keys.firm(reliance.firm_id)}#{reliance.collection}", reliance.key


def check(table: str, reliance: Reliance) -> dict[str, Any]:
    """Return the entry of a transaction that checks a reliance."""
    partition, sort_key = place(reliance)
    asked: dict[str, Any] = {
        "TableName": table,
        "Key": {"PK": {"S": partition}, "SK": {"S": sort_key}},
        **_condition(reliance.version),
    }
    return {"ConditionCheck": asked}


def with_check(write: Mapping[str, Any], reliance: Reliance) -> dict[str, Any]:
    """Return an entry of a transaction that checks a reliance on its own item as well."""
    ((kind, asked),) = write.items()
    added = _condition(reliance.version)
    condition = added["ConditionExpression"]
    if "ConditionExpression" in asked:
        condition = f"({asked['ConditionExpression']}) AND ({condition})"
    merged = {**asked, "ConditionExpression": condition}
    for name in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        if name in asked or name in added:
            merged[name] = {**asked.get(name, {}), **added.get(name, {})}
    return {kind: merged}


def _condition(version: int | None) -> dict[str, Any]:
    if version is None:
        return {"ConditionExpression": "attribute_exists(PK)"}
    same = "#relied = :relied"
    if version == 0:  # also of items that were written before they had versions
        same = f"attribute_exists(PK) AND (attribute_not_exists(#relied) OR {same})"
    return {
        "ConditionExpression": same,
        "ExpressionAttributeNames": {"#relied": "version"},
        "ExpressionAttributeValues": {":relied": {"N": str(version)}},
    }
