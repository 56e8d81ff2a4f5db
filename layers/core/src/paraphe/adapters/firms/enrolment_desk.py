"""`Enrolment` on EventBridge: the portal asks, the door `enrol` acts, with keys of its own."""

from __future__ import annotations

import json
from typing import Any, Protocol

from paraphe.adapters.faults import calling
from paraphe.ports.system import TransientError

KIND = "Enrolment asked for"


class EventBus(Protocol):
    """What is used of boto3's client of EventBridge."""

    def put_events(self, *, Entries: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N803 (boto3)
        """Hand over events."""
        ...


class EventEnrolment:
    """Keeps `Enrolment`: the event holds an id; what is to be done stands in the table."""

    def __init__(self, client: EventBus, source: str) -> None:
        self._client = client
        self._source = source

    def ask(self, person_id: str) -> None:
        """Keep `Enrolment.ask`. Raises TransientError."""
        entry = {
            "Source": self._source,
            "DetailType": KIND,
            "Detail": json.dumps({"person_id": person_id}),
        }
        with calling("events:PutEvents"):
            answer = self._client.put_events(Entries=[entry])
        if answer["FailedEntryCount"]:
            raise TransientError("events:PutEvents")
