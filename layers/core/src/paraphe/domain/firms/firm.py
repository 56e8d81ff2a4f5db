"""A firm and the software that may act for it."""

from dataclasses import dataclass

from paraphe.domain.firms.sending_settings import Sending


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Software that acts for a firm; `name` is what the firm calls it, empty when it said none."""

    id: str
    firm_id: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Firm:
    """A tenant and its settings (P9 code lifetime, P15 reminders, P21 seal, what it may send).

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

    @property
    def can_seal(self) -> bool:
        """Whether it has a seal: a key and a certificate."""
        return self.seal_key_id is not None and self.seal_certificate is not None
