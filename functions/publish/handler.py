"""Renew the revocation list and the OCSP responder's certificate, every hour.

Beside the doors that sign, this one alone may use the issuing key.
"""

from datetime import datetime
from functools import partial
from typing import Any

from paraphe import clock, observe, wiring
from paraphe.services import Services
from paraphe.usecases.trust.publish_status import publish_status

DOOR = "publish"
_HOUR, _DAY = 3600, 86400


def renew(services: Services, _event: dict[str, Any], _context: object) -> dict[str, int]:
    """Renew what is worn out, and say for how long the rest is good.

    Raises:
        Exception: the first fault, after the other parts were done; Lambda then tries again.

    """
    now = clock.now()
    done = publish_status(services.status_publisher, services.expiries, now)
    counted = {
        "ListsPublished": done.lists,
        "RespondersCertified": done.responders,
        "PublishFailures": len(done.faults),
    }
    observe.count_happened(DOOR, counted)
    if done.ends is not None:
        left = {
            "CrlExpiresInHours": _left(done.ends.revocation_list, now, _HOUR),
            "OcspResponderExpiresInDays": _left(done.ends.responder, now, _DAY),
        }
        for name, value in left.items():
            observe.count(DOOR, name, value)
        counted |= left
    for fault in done.faults:
        observe.logger(DOOR).error("not published", **observe.fault_of(fault))
    if done.faults:
        raise done.faults[0]
    return counted


def _left(end: datetime | None, now: datetime, unit: int) -> int:
    """Whole hours or days until an end, 0 when it is over or there is none."""
    return 0 if end is None else max(0, int((end - now).total_seconds() // unit))


handler = observe.door(DOOR)(partial(renew, wiring.services))
