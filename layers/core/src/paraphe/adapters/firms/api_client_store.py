"""`ApiClients` on DynamoDB: the registered client, and an item for each of its credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain import times
from paraphe.domain.errors import RaceLostError
from paraphe.domain.firms.firm import ApiClient
from paraphe.domain.firms.registered_clients import MOST_CLIENTS, Credential, RegisteredClient
from paraphe.domain.ids import is_id
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.dynamodb.codec import Item

_RACE = frozenset({"ConditionalCheckFailed", "TransactionConflict"})
_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})
COLLECTION = "API_CLIENTS"


class DynamoApiClients:
    """Keeps `ApiClients`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._items = FirmItems(client, table, COLLECTION)

    def client(self, firm_id: str, client_id: str) -> RegisteredClient | None:
        """Keep `ApiClients.client`."""
        item = self._items.get(firm_id, client_id) if is_id(client_id, "cli") else None
        return None if item is None else decode(RegisteredClient, item)

    def listed(self, firm_id: str) -> tuple[RegisteredClient, ...]:
        """Keep `ApiClients.listed`."""
        page = self._items.page(firm_id, limit=MOST_CLIENTS)
        return tuple(decode(RegisteredClient, item) for item in page.items)

    def save(self, client: RegisteredClient, before: RegisteredClient | None) -> None:
        """Keep `ApiClients.save`."""
        put = {
            "TableName": self._table,
            "Item": {
                **encode(client),
                "type": {"S": "api_client"},
                **self._items.key(client.firm_id, client.id),
            },
            **_condition(before),
        }
        known = before.credentials if before else ()
        kept = {credential.client_id for credential in client.credentials}
        self._write(
            [
                {"Put": put},
                *({"Put": self._credential(client, one)} for one in client.credentials),
                *(
                    {"Delete": self._keyed(one.client_id)}
                    for one in known
                    if one.client_id not in kept
                ),
            ]
        )

    def remove(self, client: RegisteredClient) -> None:
        """Keep `ApiClients.remove`."""
        gone = {
            "TableName": self._table,
            "Key": self._items.key(client.firm_id, client.id),
            **_condition(client),
        }
        self._write(
            [
                {"Delete": gone},
                *({"Delete": self._keyed(one.client_id)} for one in client.credentials),
            ]
        )

    def note_use(self, client: ApiClient, now: datetime) -> None:
        """Keep `ApiClients.note_use`."""
        self._used(self._keyed(client.id)["Key"], now)
        if client.software_id is not None:
            self._used(self._items.key(client.firm_id, client.software_id), now)

    def _used(self, key: Item, now: datetime) -> None:
        try:
            with calling("dynamodb:UpdateItem"):
                self._client.update_item(
                    TableName=self._table,
                    Key=key,
                    UpdateExpression="SET last_used_at = :now",
                    ConditionExpression="attribute_exists(PK)",
                    ExpressionAttributeValues={":now": {"S": times.to_text(now)}},
                )
        except ServiceRefusedError as refused:
            if refused.code not in _CHANGED:  # revoked just now
                raise

    def ended(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Keep `ApiClients.ended`."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                IndexName=keys.BY_DUE,
                KeyConditionExpression="due_pk = :shard AND due_at <= :now",
                ExpressionAttributeValues={
                    ":shard": {"S": keys.CREDENTIALS},
                    ":now": {"S": times.to_text(now)},
                },
                Limit=limit,
            )
        return tuple(keys.client_of(item["PK"]["S"]) for item in answer["Items"])

    def forget(self, credential: str) -> None:
        """Keep `ApiClients.forget`."""
        with calling("dynamodb:DeleteItem"):
            self._client.delete_item(**self._keyed(credential))

    def _credential(self, client: RegisteredClient, one: Credential) -> dict[str, Any]:
        known = ApiClient(
            id=one.client_id,
            firm_id=client.firm_id,
            name=client.name,
            software_id=client.id,
            scopes=client.scopes,
            expires_at=one.expires_at,
            last_used_at=client.last_used_at,
        )
        item = {**encode(known), "type": {"S": "client"}, **self._keyed(one.client_id)["Key"]}
        if one.expires_at is not None:
            item["due_pk"] = {"S": keys.CREDENTIALS}
            item["due_at"] = {"S": times.to_text(one.expires_at)}
        return {"TableName": self._table, "Item": item}

    def _keyed(self, credential: str) -> dict[str, Any]:
        key = {"PK": {"S": keys.client(credential)}, "SK": {"S": keys.CLIENT}}
        return {"TableName": self._table, "Key": key}

    def _write(self, writes: list[Any]) -> None:
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceRefusedError as refused:
            reasons = set(refused.reasons)
            if not reasons & _RACE:
                raise TransientError(str(refused)) from None
            raise RaceLostError from None


def _condition(before: RegisteredClient | None) -> dict[str, Any]:
    if before is None:
        return {"ConditionExpression": "attribute_not_exists(PK)"}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(before.version)}},
    }
