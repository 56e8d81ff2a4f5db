"""`Invitations` on DynamoDB: one collection of the firm; the mail is a row of the outbox."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems, expiration, lost_or
from paraphe.adapters.dynamodb.rows import notice_item
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.adapters.firms.member_store import new_item
from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms.invitation import MOST, Invitation
from paraphe.domain.ids import is_id
from paraphe.domain.requests.model import Notice, NoticeKind
from paraphe.ports.requests import RequestRef

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.firms.member import Member

COLLECTION = "INVITATIONS"


class DynamoInvitations:
    """Keeps `Invitations`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table
        self._items = FirmItems(client, table, COLLECTION)

    def invitation(self, firm_id: str, invitation_id: str) -> Invitation:
        """Keep `Invitations.invitation`."""
        found = self._items.get(firm_id, invitation_id) if is_id(invitation_id, "inv") else None
        if found is None:
            raise NotFoundError("invitation_not_found", "There is no such invitation.")
        return decode(Invitation, found)

    def listed(self, firm_id: str) -> tuple[Invitation, ...]:
        """Keep `Invitations.listed`; twice as many as there may be at a time."""
        page = self._items.page(firm_id, limit=2 * MOST)
        return tuple(decode(Invitation, item) for item in page.items)

    def send(self, invitation: Invitation) -> Invitation:
        """Keep `Invitations.send`."""
        stored = replace(invitation, version=invitation.version + 1)
        ref = RequestRef(stored.firm_id, stored.id)
        kind = NoticeKind.STAFF_INVITED
        notice = Notice(f"{stored.generation:08d}-000-{kind}", kind, None, stored.sent_at)
        owed = {
            **notice_item(ref, notice),
            "expiration": expiration(stored.expires_at),
            "PK": {"S": keys.partition(ref)},
            "SK": {"S": keys.notice(notice.id)},
        }
        self._transact(self._put(stored, invitation.version), {"Put": self._here(Item=owed)})
        return stored

    def keep_token(self, invitation: Invitation, token_hash: str) -> bool:
        """Keep `Invitations.keep_token`."""
        try:
            with calling("dynamodb:UpdateItem"):
                self._client.update_item(
                    **self._here(Key=self._items.key(invitation.firm_id, invitation.id)),
                    UpdateExpression="SET token_hash = :hash",
                    ConditionExpression="#version = :version",
                    ExpressionAttributeNames={"#version": "version"},
                    ExpressionAttributeValues={
                        ":hash": {"S": token_hash},
                        ":version": {"N": str(invitation.version)},
                    },
                )
        except ServiceRefusedError as refused:
            if refused.code == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def accept(self, invitation: Invitation, member: Member) -> Member:
        """Keep `Invitations.accept`."""
        stored = replace(member, version=1)
        used = replace(invitation, version=invitation.version + 1)
        new = {"Put": self._here(Item=new_item(stored), ConditionExpression=_NEW)}
        self._transact(self._put(used, invitation.version), new)
        return stored

    def remove(self, invitation: Invitation) -> None:
        """Keep `Invitations.remove`."""
        self._items.delete(invitation.firm_id, invitation.id, invitation.version)

    def _put(self, invitation: Invitation, replaces: int) -> dict[str, Any]:
        item = {
            **encode(invitation),
            "type": {"S": "invitation"},
            "expiration": expiration(invitation.expires_at),
            **self._items.key(invitation.firm_id, invitation.id),
        }
        asked = self._here(Item=item, ConditionExpression=_NEW)
        if replaces:
            asked |= {
                "ConditionExpression": "#version = :version",
                "ExpressionAttributeNames": {"#version": "version"},
                "ExpressionAttributeValues": {":version": {"N": str(replaces)}},
            }
        return {"Put": asked}

    def _here(self, **asked: Any) -> dict[str, Any]:  # noqa: ANN401 - as the client's
        return {"TableName": self._table, **asked}

    def _transact(self, *writes: Any) -> None:  # noqa: ANN401 - entries of TransactItems
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=list(writes))
        except ServiceRefusedError as refused:
            raise lost_or(refused) from None


_NEW = "attribute_not_exists(PK)"
