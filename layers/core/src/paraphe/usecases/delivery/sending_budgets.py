"""Asking whether something may be sent, before it is promised."""

from collections.abc import Iterable
from datetime import datetime

from paraphe.contracts.contact_details import country_of
from paraphe.domain.delivery import budgets
from paraphe.domain.delivery.budgets import Budget
from paraphe.domain.errors import InvalidError, TooManyError
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.delivery import Limits


class Allowance:
    """Takes from the budgets of one call once, however often its rule is decided anew.

    It is asked where a rule has said yes and nothing is committed yet: a refused call costs
    nothing, and what is taken for a commit that then fails counts as sent.
    """

    def __init__(self, limits: Limits, now: datetime) -> None:
        self._limits = limits
        self._now = now
        self._taken = False

    def sms(self, request: SignatureRequest, phone: str | None) -> None:
        """Take one SMS.

        Raises:
            TooManyError: `too_many_sms`, with the next possible time.

        """
        if phone:
            self._take(budgets.sms(request, phone, self._now), "too_many_sms", "SMS")

    def mails(self, request: SignatureRequest, addresses: Iterable[str]) -> None:
        """Take one e-mail to each address.

        Raises:
            TooManyError: `too_many_mails`, with the next possible time.

        """
        self._take(budgets.mails(request, addresses, self._now), "too_many_mails", "e-mails")

    def _take(self, wanted: tuple[Budget, ...], code: str, what: str) -> None:
        if self._taken:
            return
        empty = self._limits.take(wanted)
        if empty is not None:
            whose = "to the same person" if "#TO#" in empty.key else "by this firm"
            detail = f"Today's {empty.most} {what} {whose} were sent already."
            raise TooManyError(code, detail, retry_at=empty.ends_at)
        self._taken = True


def check_country(request: SignatureRequest, phone: str | None, *, field: str = "phone") -> None:
    """Refuse a phone in a country to which the firm sends no codes.

    Raises:
        InvalidError: `phone_country_not_allowed`; its detail names the countries.

    """
    allowed = budgets.sending_of(request).countries
    if phone and country_of(phone) not in allowed:
        raise InvalidError(
            "phone_country_not_allowed",
            "This firm sends codes to phones of these countries only: " + ", ".join(allowed) + ".",
            field=field,
        )
