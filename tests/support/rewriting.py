"""What somebody does who can write everything: another history, consistent from end to end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.domain.evidence.audit import GENESIS, Event, chain

if TYPE_CHECKING:
    from collections.abc import Sequence


def rewritten(events: Sequence[Event], seq: int) -> list[Event]:
    """Change event `seq`, and give every later one the hashes that now fit."""
    return rechained(
        [replace(e, data={**e.data, "ip": "192.0.2.99"}) if e.seq == seq else e for e in events]
    )


def rechained(events: Sequence[Event]) -> list[Event]:
    """Number the events anew and let each follow the one before."""
    made: list[Event] = []
    for seq, event in enumerate(events, start=1):
        made.append(
            chain(
                event.request_id,
                seq=seq,
                previous=made[-1].hash if made else GENESIS,
                at=event.at,
                kind=event.kind,
                actor=event.actor,
                data=event.data,
            )
        )
    return made
