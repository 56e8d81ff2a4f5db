"""Renew what validators fetch, before it is stale: the revocation list, the OCSP certificate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paraphe.ports.firms import Expiries
from paraphe.ports.trust import PublishedEnds, StatusPublisher


@dataclass(frozen=True, slots=True)
class Renewal:
    """What one run did.

    Attributes:
        lists: revocation lists made.
        responders: OCSP certificates made.
        ends: until when what is published now is good; None when it could not be read.
        faults: what failed; the other parts were done all the same.

    """

    lists: int
    responders: int
    ends: PublishedEnds | None
    faults: tuple[Exception, ...]


def publish_status(publisher: StatusPublisher, expiries: Expiries, now: datetime) -> Renewal:
    """Renew what is worn out, then look at what is published. Safe to run twice at once.

    One part's fault never keeps the others from their turn.
    """
    faults: list[Exception] = []

    def guarded(part: Callable[[datetime], bool]) -> int:
        try:
            return int(part(now))
        except Exception as fault:  # noqa: BLE001 (the other parts have their turn)
            faults.append(fault)
            return 0

    lists = guarded(publisher.renew_list)
    responders = guarded(publisher.renew_responder)
    ends: PublishedEnds | None = None
    try:
        ends = publisher.ends()
        for owner, at in ends.by_ceremony.items():
            expiries.note(owner, at)
    except Exception as fault:  # noqa: BLE001 (as above)
        faults.append(fault)
    return Renewal(lists, responders, ends, tuple(faults))
