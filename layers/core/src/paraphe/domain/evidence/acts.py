"""Who prepared a request and who launched it, from the events themselves (P23).

The mention of a delegation is the one that was frozen in the act: nothing of today is looked up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.domain.evidence.events.drafts import RequestCreated, RequestLaunched

if TYPE_CHECKING:
    from paraphe.domain.evidence.audit import Event
    from paraphe.domain.evidence.events.happening import Happening


def told(events: tuple[Event, ...]) -> dict[str, Any]:
    """Say who made the draft and who launched it: software, or a member under which delegation."""
    return {"prepared": _act(events, RequestCreated), "launched": _act(events, RequestLaunched)}


def prepared_by(events: tuple[Event, ...]) -> dict[str, str] | None:
    """Name the software that made the draft in the sender's name, if software did."""
    first = next((e for e in events if e.as_a(RequestCreated)), None)
    software = first.software if first else None
    return {"id": software.id, "name": software.name} if software else None


def _act(events: tuple[Event, ...], kind: type[Happening]) -> dict[str, Any] | None:
    event = next((e for e in events if e.as_a(kind)), None)
    if event is None:
        return None
    if (software := event.software) is not None:
        return {"kind": "client", "id": software.id, "name": software.name, "delegation": None}
    person = event.person
    if person is None or not person.name:
        return None  # of a trail from before people were named
    delegation = None
    if person.delegation is not None:
        delegation = {
            "id": person.delegation,
            "member": person.on_behalf or "",
            "name": person.on_behalf_name,
            "absence": person.absent,
        }
    return {"kind": "member", "id": person.id, "name": person.name, "delegation": delegation}
