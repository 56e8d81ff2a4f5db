"""Audit events and outbox notices as items. Both are written once and never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb.codec import Item, decode, encode
from paraphe.domain.evidence.audit import Event
from paraphe.domain.requests.model import Notice
from paraphe.ports.requests import RequestRef

if TYPE_CHECKING:
    from collections.abc import Mapping


def event_item(event: Event) -> Item:
    """Write an audit event (P19)."""
    return {**encode(event), "type": {"S": "event"}}


def event_of(item: Mapping[str, Any]) -> Event:
    """Read an audit event."""
    return decode(Event, item)


def notice_item(ref: RequestRef, notice: Notice) -> Item:
    """Write a notice so that the stream alone says whose it is; `type` is what its filter reads."""
    return {
        **encode(notice),
        "type": {"S": "notice"},
        "firm_id": {"S": ref.firm_id},
        "request_id": {"S": ref.request_id},
    }


def notice_of(image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
    """Read a notice from a stream record's `NewImage`.

    Raises:
        ValueError: it is not a notice.

    """
    if image.get("type") != {"S": "notice"}:
        raise ValueError("this stream record is not a notice")
    ref = RequestRef(image["firm_id"]["S"], image["request_id"]["S"])
    return ref, decode(Notice, image)
