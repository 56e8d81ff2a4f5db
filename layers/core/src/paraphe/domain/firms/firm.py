"""A firm and the software that may act for it."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.firms.sending_settings import Sending


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Software that acts for a firm, as a credential of its access token names it.

    Attributes:
        id: OAuth 2 `client_id`.
        firm_id: whose.
        name: what the firm calls it, empty when it said none.
        software_id: the registered client that the credential is of (`cli_…`); None of those that
            an operator made before firms could: they are known by their `client_id`.
        scopes: what it may ask for now; None: whatever its token holds.
        expires_at: from when on the credential is refused.
        last_used_at: of its last call, to the hour.

    """

    id: str
    firm_id: str
    name: str = ""
    software_id: str | None = None
    scopes: tuple[str, ...] | None = None
    expires_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def acts_as(self) -> str:
        """Who acts, as evidence names it, whichever of its secrets is used."""
        return self.software_id or self.id


@dataclass(frozen=True, slots=True)
class Firm:
    """A tenant and its settings; requests take them when they are made.

    What each does: functions/reference/pages/settings.md.

    `otp_minutes` is how long a code works (P9), `reminder_days` and `notice_hour` (Europe/Paris;
    None for to the minute) when those in turn are reminded (P15), `attach_originals` whether signed
    originals are attached to mails or linked (P17). Evidence is kept `evidence_years`. People see
    `brand_name` instead of `name`, and `brand_colour` (`#rrggbb`). `version` counts changes.
    `seal_key_id` names the seal's key in KMS, `seal_certificate` is its certificate as PEM;
    `seal_stamp_key` says where the picture lies that it shows, if it has one.
    """

    id: str
    name: str
    siren: str | None = None
    otp_minutes: int = 30
    reminder_days: tuple[int, ...] = (7, 2)
    locale: str = "fr"
    seal_at_end: bool = False
    seal_key_id: str | None = None
    seal_certificate: str | None = None
    seal_stamp_key: str | None = None
    seal_stamp_sha256: str | None = None
    sending: Sending | None = None
    attach_originals: bool = True
    evidence_years: int = 10
    notice_hour: int | None = None
    brand_name: str = ""
    brand_colour: str = ""
    version: int = 0

    @property
    def can_seal(self) -> bool:
        """Whether it has a seal: a key and a certificate."""
        return self.seal_key_id is not None and self.seal_certificate is not None
