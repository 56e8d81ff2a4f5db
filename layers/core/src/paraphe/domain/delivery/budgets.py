"""How much may be sent: to whom, how often, how much a day. What costs money or peace is bounded.

A budget is one counter: it begins with the firm's id, and it ends with its day (UTC). Numbers and
addresses are in it as hashes only. Which budgets a message takes from is decided here; that they
are not overdrawn, by conditional writes.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.requests.model import SignatureRequest

_DEFAULT = Sending()


@dataclass(frozen=True, slots=True)
class Budget:
    """One counter, and what is to be taken from it.

    Attributes:
        key: its name; begins with the firm's id.
        most: how much may be taken in all.
        ends_at: when it begins anew.
        amount: how much is to be taken now.

    """

    key: str
    most: int
    ends_at: datetime
    amount: int = 1


def sending_of(request: SignatureRequest) -> Sending:
    """Return what the firm allowed when the request was made."""
    return request.sending or _DEFAULT


def sms(request: SignatureRequest, phone: str, now: datetime) -> tuple[Budget, ...]:
    """Return what one SMS takes from: the number's budget, and the firm's."""
    may = sending_of(request)
    return (
        _budget(request, f"SMS#TO#{_hash(request, phone)}", may.sms_per_number, now),
        _budget(request, "SMS", may.sms_per_day, now),
    )


def mails(request: SignatureRequest, addresses: Iterable[str], now: datetime) -> tuple[Budget, ...]:
    """Return what a mail to each address takes from: the addresses' budgets, and the firm's."""
    found = Counter(addresses)
    if not found:
        return ()
    may = sending_of(request)
    each = (
        _budget(request, f"MAIL#TO#{_hash(request, address)}", may.mails_per_address, now, amount)
        for address, amount in found.items()
    )
    return (*each, _budget(request, "MAIL", may.mails_per_day, now, found.total()))


def enrolment_sms(
    firm_id: str, person_id: str, phone: str, may: Sending, most: int, now: datetime
) -> tuple[Budget, ...]:
    """Return what the code that proves a mobile takes from: the person, the number, the firm."""
    number = _hashed(firm_id, phone)
    return (
        _of_firm(firm_id, f"SMS#BY#{_hashed(firm_id, person_id)}", most, now),
        _of_firm(firm_id, f"SMS#TO#{number}", may.sms_per_number, now),
        _of_firm(firm_id, "SMS", may.sms_per_day, now),
    )


def _budget(
    request: SignatureRequest, what: str, most: int, now: datetime, amount: int = 1
) -> Budget:
    # Tests have counters of their own: they use up nothing of what counts.
    kind = f"TEST#{what}" if request.is_test else what
    return _of_firm(request.firm_id, kind, most, now, amount)


def _of_firm(firm_id: str, what: str, most: int, now: datetime, amount: int = 1) -> Budget:
    key = f"F#{firm_id}#{now:%Y-%m-%d}#{what}"
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return Budget(key, most, midnight, amount)


def _hash(request: SignatureRequest, address: str) -> str:
    return _hashed(request.firm_id, address)


def _hashed(firm_id: str, address: str) -> str:
    return hashlib.sha256(f"{firm_id}\n{address}".encode()).hexdigest()
