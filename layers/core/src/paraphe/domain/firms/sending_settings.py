"""What a firm may send (a setting of the firm)."""

from dataclasses import dataclass

# France and its overseas territories, as ISO 3166-1 has them.
FRANCE = ("FR", "GP", "MQ", "GF", "RE", "YT", "BL", "MF", "PM", "NC", "PF", "WF")


@dataclass(frozen=True, slots=True)
class Sending:
    """What a firm may send in a day (UTC).

    Attributes:
        countries: of phones that get codes, ISO 3166-1.
        sms_per_number: codes to one phone, over all requests (P9 bounds each request).
        sms_per_day: codes in all.
        mails_per_address: e-mails to one person that somebody asked for.
        mails_per_day: such e-mails in all.

    """

    countries: tuple[str, ...] = FRANCE
    sms_per_number: int = 20
    sms_per_day: int = 1000
    mails_per_address: int = 50
    mails_per_day: int = 5000
