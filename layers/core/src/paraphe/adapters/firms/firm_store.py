"""`Firms` on DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms.firm import ApiClient, Firm

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

NEW: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(PK)"}
_CHANGED = frozenset({"ConditionalCheckFailedException", "TransactionConflictException"})


class DynamoFirms:
    """Keeps `Firms`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def firm(self, firm_id: str) -> Firm:
        """Keep `Firms.firm`."""
        item = self._get(keys.firm(firm_id), keys.FIRM)
        if item is None:
            raise NotFoundError("firm_not_found", "There is no such firm.")
        return decode(Firm, item)

    def client(self, client_id: str) -> ApiClient | None:
        """Keep `Firms.client`."""
        item = self._get(keys.client(client_id), keys.CLIENT)
        return decode(ApiClient, {**item, "id": {"S": client_id}}) if item is not None else None

    def save(self, firm: Firm) -> None:
        """Keep `Firms.save`."""
        self._put(keys.firm(firm.id), keys.FIRM, {**encode(firm), "type": {"S": "firm"}})

    def open(self, firm: Firm) -> None:
        """Write a new firm, all or nothing with the claim of its SIREN, if it has one.

        Raises:
            ConflictError: `siren_taken`, which names the firm that has it.

        """
        new = [firm_item(firm)] if firm.siren is None else [claim_item(firm), firm_item(firm)]
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(
                    TransactItems=[
                        {"Put": {"TableName": self._table, "Item": item, **NEW}}  # type: ignore[typeddict-item] # as above
                        for item in new
                    ]
                )
        except ServiceRefusedError as refused:
            other = self._get(keys.siren(firm.siren), keys.FIRM) if firm.siren else None
            if other is None:
                raise
            raise ConflictError(
                "siren_taken", f"{other['firm_id']['S']} has this SIREN: a firm is opened once."
            ) from refused

    def unclaim(self, firm: Firm) -> None:
        """Let the SIREN of a firm that could not be opened to the end be claimed again."""
        if firm.siren is None:
            return
        claim = claim_item(firm)
        with calling("dynamodb:DeleteItem"):
            self._client.delete_item(
                TableName=self._table,
                Key={"PK": claim["PK"], "SK": claim["SK"]},
                ConditionExpression="firm_id = :mine",
                ExpressionAttributeValues={":mine": claim["firm_id"]},
            )

    def replace(self, before: Firm, after: Firm) -> None:
        """Keep `Firms.replace`. Firms of earlier releases have no version."""
        known = "#version = :version" + (
            " OR (attribute_exists(PK) AND attribute_not_exists(#version))"
            if before.version == 0
            else ""
        )
        try:
            self._put(
                keys.firm(after.id),
                keys.FIRM,
                {**encode(after), "type": {"S": "firm"}},
                ConditionExpression=known,
                ExpressionAttributeNames={"#version": "version"},
                ExpressionAttributeValues={":version": {"N": str(before.version)}},
            )
        except ServiceRefusedError as refused:
            if refused.code not in _CHANGED:
                raise
            raise RaceLostError from None

    def bind_client(self, client_id: str, firm_id: str, name: str = "") -> None:
        """Keep `Firms.bind_client`."""
        item = {**encode(ApiClient(client_id, firm_id, name)), "type": {"S": "client"}}
        self._put(keys.client(client_id), keys.CLIENT, item)

    def _get(self, partition: str, sort_key: str) -> dict[str, Any] | None:
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table,
                Key={"PK": {"S": partition}, "SK": {"S": sort_key}},
                ConsistentRead=True,
            )
        return answer.get("Item")

    def _put(
        self,
        partition: str,
        sort_key: str,
        item: dict[str, Any],
        **condition: Any,  # noqa: ANN401 - as boto3
    ) -> None:
        with calling("dynamodb:PutItem"):
            self._client.put_item(
                TableName=self._table,
                Item={**item, "PK": {"S": partition}, "SK": {"S": sort_key}},
                **condition,
            )


def claim_item(firm: Firm) -> dict[str, Any]:
    """Return what makes a SIREN open one firm: the first to write it has it."""
    return {
        "PK": {"S": keys.siren(firm.siren or "")},
        "SK": {"S": keys.FIRM},
        "type": {"S": "siren"},
        "firm_id": {"S": firm.id},
    }


def firm_item(firm: Firm) -> dict[str, Any]:
    """Return a firm's item."""
    place = {"PK": {"S": keys.firm(firm.id)}, "SK": {"S": keys.FIRM}}
    return {**encode(firm), "type": {"S": "firm"}, **place}
