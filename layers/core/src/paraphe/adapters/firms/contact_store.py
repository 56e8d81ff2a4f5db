"""`Contacts` on DynamoDB: the contact, what reserves its identity, and an item for each word.

All of them change in one transaction. Items of words lie in partitions by their first letter, and
each holds the whole contact, so that a search is one query whatever the size of the address book.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.adapters.dynamodb.firm_items import FirmItems
from paraphe.adapters.faults import ServiceRefusedError, calling
from paraphe.domain.errors import ConflictError, InvalidError, NotFoundError, RaceLostError
from paraphe.domain.firms.contact_words import words_of
from paraphe.domain.firms.contacts import Contact
from paraphe.domain.ids import is_id
from paraphe.ports.contacts import ContactPage
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.adapters.dynamodb.codec import Item
    from paraphe.domain.firms.contact_words import Search

# DynamoDB's own limits of a transaction and of a batch.
_TRANSACTION = 100
_BATCH = 100
# Most items of the index that one page looks at, however few of them match.
LOOKED_AT = 200
_WORD_KEY = re.compile(r".{1,64}#ctc_[0-9a-z]{8,40}", re.DOTALL)
_CONTACTS, _IDENTITIES, _WORDS = "CONTACTS", "CONTACT_IDENTITIES", "CONTACT_WORDS"
_THROTTLED = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError"})


class DynamoContacts:
    """Keeps `Contacts`."""

    def __init__(self, client: DynamoDBClient, table: str, looked_at: int = LOOKED_AT) -> None:
        self._client = client
        self._table = table
        self._looked_at = looked_at
        self._contacts = FirmItems(client, table, _CONTACTS)
        self._identities = FirmItems(client, table, _IDENTITIES)

    def contact(self, firm_id: str, contact_id: str) -> Contact:
        """Keep `Contacts.contact`."""
        found = self._contacts.get(firm_id, contact_id) if is_id(contact_id, "ctc") else None
        if found is None:
            raise NotFoundError("contact_not_found", "There is no such contact.")
        return decode(Contact, found)

    def listed(self, firm_id: str, limit: int, cursor: str | None) -> ContactPage:
        """Keep `Contacts.listed`."""
        if cursor is not None and not is_id(cursor, "ctc"):
            raise _bad_cursor()
        page = self._contacts.page(firm_id, after=cursor, limit=limit)
        return ContactPage(tuple(decode(Contact, item) for item in page.items), page.after)

    def search(self, firm_id: str, wanted: Search, limit: int, cursor: str | None) -> ContactPage:
        """Keep `Contacts.search`."""
        after = _read_cursor(cursor, wanted.prefix)
        index = self._words(wanted.prefix)
        found: list[Contact] = []
        looked = 0
        while looked < self._looked_at:
            # No more than the page wants at a time: most of what is read is shown.
            size = min(limit + 1, self._looked_at - looked)
            page = index.page(firm_id, prefix=wanted.prefix, after=after, limit=size)
            for item in page.items:
                if len(found) == limit:
                    return ContactPage(tuple(found), _write_cursor(after))
                after = item["SK"]["S"]
                contact = decode(Contact, item)
                if wanted.shows(contact, after.rpartition("#")[0]):
                    found.append(contact)
            if page.after is None:
                return ContactPage(tuple(found), None)
            looked += size
        return ContactPage(tuple(found), _write_cursor(after))

    def holders(self, firm_id: str, identities: Sequence[str]) -> Mapping[str, str]:
        """Keep `Contacts.holders`."""
        wanted = [self._identities.key(firm_id, i) for i in dict.fromkeys(identities)]
        found: dict[str, str] = {}
        while wanted:
            with calling("dynamodb:BatchGetItem"):
                answer = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": wanted[:_BATCH], "ConsistentRead": True}}
                )
            for item in answer["Responses"].get(self._table, ()):
                found[item["SK"]["S"]] = item["contact_id"]["S"]
            left: Any = answer.get("UnprocessedKeys", {})
            wanted = wanted[_BATCH:] + list(left.get(self._table, {}).get("Keys", ()))
        return found

    def add(self, contact: Contact) -> None:
        """Keep `Contacts.add`."""
        if not self._committed(self._additions(contact)):
            self._check_identity(contact)
            raise RaceLostError

    def add_all(self, contacts: Sequence[Contact]) -> tuple[str | None, ...]:
        """Keep `Contacts.add_all`: as many in one transaction as it takes."""
        outcomes: list[str | None] = []
        for group in self._groups(contacts):
            writes = [write for contact in group for write in self._additions(contact)]
            if self._committed(writes):
                outcomes += [None] * len(group)
            else:
                outcomes += [self._added(contact) for contact in group]
        return tuple(outcomes)

    def replace(self, before: Contact, after: Contact) -> None:
        """Keep `Contacts.replace`."""
        writes = [self._put(after, before.version)]
        if before.details.identity != after.details.identity:
            writes += [self._release(before), self._reserve(after)]
        kept = words_of(after)
        writes += [self._forget(before, word) for word in sorted(words_of(before) - kept)]
        writes += [self._find_by(after, word) for word in sorted(kept)]
        if not self._committed(writes):
            self._check_identity(after)
            raise RaceLostError

    def remove(self, contact: Contact) -> None:
        """Keep `Contacts.remove`."""
        here = {
            "TableName": self._table,
            "Key": self._contacts.key(contact.firm_id, contact.id),
            **_unchanged(contact.version),
        }
        writes = [{"Delete": here}, self._release(contact)]
        writes += [self._forget(contact, word) for word in sorted(words_of(contact))]
        if not self._committed(writes):
            raise RaceLostError

    def _added(self, contact: Contact) -> str | None:
        if self._committed(self._additions(contact)):
            return None
        holder = self._holder(contact)
        if holder is None:
            # Stored by an earlier try and changed since; or who was in its place is gone just now.
            if self._contacts.get(contact.firm_id, contact.id) is None:
                raise RaceLostError
            return None
        return None if holder == contact.id else holder

    def _holder(self, contact: Contact) -> str | None:
        found = self._identities.get(contact.firm_id, contact.details.identity)
        return None if found is None else str(found["contact_id"]["S"])

    def _check_identity(self, contact: Contact) -> None:
        holder = self._holder(contact)
        if holder not in {None, contact.id}:
            what = "this e-mail address" if contact.email else "this name and phone"
            raise ConflictError(
                "contact_exists",
                f"The contact {holder} has {what} already: change that one.",
                field="email" if contact.email else "phone",
            )

    def _groups(self, contacts: Sequence[Contact]) -> Iterator[list[Contact]]:
        group: list[Contact] = []
        size = 0
        for contact in contacts:
            items = 2 + len(words_of(contact))
            if group and size + items > _TRANSACTION:
                yield group
                group, size = [], 0
            group.append(contact)
            size += items
        if group:
            yield group

    def _committed(self, writes: list[Any]) -> bool:
        """Write all or nothing; tells whether every condition held."""
        try:
            with calling("dynamodb:TransactWriteItems"):
                self._client.transact_write_items(TransactItems=writes)
        except ServiceRefusedError as refused:
            if refused.code != "TransactionCanceledException":
                raise
            reasons = frozenset(refused.reasons)
            if reasons & _THROTTLED:
                raise TransientError(str(refused)) from None
            if not reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise
            return False
        return True

    def _additions(self, contact: Contact) -> list[dict[str, Any]]:
        words = (self._find_by(contact, word) for word in sorted(words_of(contact)))
        return [self._put(contact, None), self._reserve(contact), *words]

    def _put(self, contact: Contact, replaces: int | None) -> dict[str, Any]:
        key = self._contacts.key(contact.firm_id, contact.id)
        condition = _absent() if replaces is None else _unchanged(replaces)
        return self._write({**encode(contact), "type": {"S": "contact"}, **key}, **condition)

    def _reserve(self, contact: Contact) -> dict[str, Any]:
        key = self._identities.key(contact.firm_id, contact.details.identity)
        item = {"type": {"S": "contact_identity"}, "contact_id": {"S": contact.id}, **key}
        return self._write(item, **_absent())

    def _release(self, contact: Contact) -> dict[str, Any]:
        key = self._identities.key(contact.firm_id, contact.details.identity)
        return {"Delete": {"TableName": self._table, "Key": key}}

    def _find_by(self, contact: Contact, word: str) -> dict[str, Any]:
        key = self._words(word).key(contact.firm_id, f"{word}#{contact.id}")
        return self._write({**encode(contact), "type": {"S": "contact_word"}, **key})

    def _forget(self, contact: Contact, word: str) -> dict[str, Any]:
        key = self._words(word).key(contact.firm_id, f"{word}#{contact.id}")
        return {"Delete": {"TableName": self._table, "Key": key}}

    def _write(self, item: Item, **condition: Any) -> dict[str, Any]:  # noqa: ANN401 (as boto3)
        return {"Put": {"TableName": self._table, "Item": item, **condition}}

    def _words(self, word: str) -> FirmItems:
        return FirmItems(self._client, self._table, f"{_WORDS}#{word[0]}")


def _absent() -> dict[str, Any]:
    return {"ConditionExpression": "attribute_not_exists(PK)"}


def _unchanged(version: int) -> dict[str, Any]:
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": {"N": str(version)}},
    }


def _write_cursor(key: str | None) -> str | None:
    return None if key is None else urlsafe_b64encode(key.encode()).decode().rstrip("=")


def _read_cursor(cursor: str | None, prefix: str) -> str | None:
    if cursor is None:
        return None
    try:
        key = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise _bad_cursor() from None
    if not key.startswith(prefix) or not _WORD_KEY.fullmatch(key):
        raise _bad_cursor()
    return key


def _bad_cursor() -> InvalidError:
    return InvalidError("bad_cursor", "This cursor was not given by a list.", field="cursor")
