"""Which certificates end soon: an expired one never signs, so somebody has to know before."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.ports.firms import Expiries

SOON = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is coming.

    Attributes:
        days_left: of the certificate that ends first, whole days, 0 when it has ended; None when
            there is no certificate.
        soon: whose end within 60 days, the first one first.

    """

    days_left: int | None
    soon: tuple[str, ...]


def outlook(expiries: Expiries, now: datetime) -> Outlook:
    """Look at every certificate that was noted."""
    noted = sorted(expiries.noted(), key=lambda pair: pair[1])
    if not noted:
        return Outlook(None, ())
    soon = tuple(owner for owner, at in noted if at < now + SOON)
    return Outlook(max(0, (noted[0][1] - now).days), soon)
