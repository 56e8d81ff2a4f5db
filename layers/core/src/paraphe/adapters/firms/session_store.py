"""`Sessions` and `SignIns` on DynamoDB; both are deleted by the table when they have ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.firms.session import ABSOLUTE, Session
from paraphe.domain.firms.sign_in import SignIn

if TYPE_CHECKING:
    from datetime import datetime

    from mypy_boto3_dynamodb import DynamoDBClient

_REFUSED = "ConditionalCheckFailedException"
# More than a person may have: whatever ended is removed when the next one begins.
_AT_ONCE = 100


class DynamoSessions:
    """Keeps `Sessions`, in the partition of their person, each under the hash of its secret."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def session(self, person_id: str, session_id: str) -> Session | None:
        """Keep `Sessions.session`."""
        with calling("dynamodb:GetItem"):
            answer = self._client.get_item(
                TableName=self._table, Key=_key(person_id, session_id), ConsistentRead=True
            )
        item: dict[str, Any] | None = answer.get("Item")
        return decode(Session, item) if item is not None else None

    def of(self, person_id: str) -> tuple[Session, ...]:
        """Keep `Sessions.of`."""
        with calling("dynamodb:Query"):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="PK = :partition AND begins_with(SK, :prefix)",
                ExpressionAttributeValues={
                    ":partition": {"S": keys.person(person_id)},
                    ":prefix": {"S": keys.SESSION},
                },
                ConsistentRead=True,
                Limit=_AT_ONCE,
            )
        found: list[dict[str, Any]] = answer["Items"]
        return tuple(decode(Session, item) for item in found)

    def start(self, session: Session) -> None:
        """Keep `Sessions.start`."""
        with calling("dynamodb:PutItem"):
            self._client.put_item(TableName=self._table, Item=_item(session))

    def note_use(self, session: Session) -> bool:
        """Keep `Sessions.note_use`: what was revoked does not come back."""
        try:
            with calling("dynamodb:PutItem"):
                self._client.put_item(
                    TableName=self._table,
                    Item=_item(session),
                    ConditionExpression="#version = :version",
                    ExpressionAttributeNames={"#version": "version"},
                    ExpressionAttributeValues={":version": _THERE},
                )
        except ServiceRefusedError as refused:
            if refused.code != _REFUSED:
                raise
            return False
        return True

    def end(self, person_id: str, session_id: str) -> None:
        """Keep `Sessions.end`."""
        with calling("dynamodb:DeleteItem"):
            self._client.delete_item(TableName=self._table, Key=_key(person_id, session_id))


class DynamoSignIns:
    """Keeps `SignIns` in the table of limits: strangers write them, as often as they like."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def begin(self, begun: SignIn) -> None:
        """Keep `SignIns.begin`."""
        item = {**encode(begun), **_sign_in(begun.state_hash), **_until(begun.ends_at)}
        with calling("dynamodb:PutItem"):
            self._client.put_item(TableName=self._table, Item=item)

    def take(self, state_hash: str) -> SignIn | None:
        """Keep `SignIns.take`."""
        with calling("dynamodb:DeleteItem"):
            answer = self._client.delete_item(
                TableName=self._table, Key=_sign_in(state_hash), ReturnValues="ALL_OLD"
            )
        item: dict[str, Any] | None = answer.get("Attributes")
        return decode(SignIn, item) if item else None


_THERE = {"N": "1"}


def _key(person_id: str, session_id: str) -> dict[str, Any]:
    return {"PK": {"S": keys.person(person_id)}, "SK": {"S": keys.session(session_id)}}


def _item(session: Session) -> dict[str, Any]:
    return {
        **encode(session),
        **_key(session.person_id, session.id),
        **_until(session.created_at + ABSOLUTE),
        "type": {"S": "session"},
        "version": _THERE,
    }


def _sign_in(state_hash: str) -> dict[str, Any]:
    return {"id": {"S": f"SIGNIN#{state_hash}"}}


def _until(at: datetime) -> dict[str, Any]:
    return {"expiration": {"N": str(int(at.timestamp()) + 1)}}
