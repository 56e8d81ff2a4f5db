"""How people are reached: e-mail addresses and mobile numbers, checked and put in one form (P7).

The two libraries are imported where they are used: they take longer than the rest of a door.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

MAX_EMAIL = 254
MAX_PHONE = 40

# Mobile blocks of the French plan that belong to overseas territories, and their country codes.
# Written nationally (06 90 …) or under +33, they are the same phone.
_OVERSEAS_MOBILE = {
    "639": "262",  # Mayotte
    "690": "590",  # Guadeloupe, Saint-Martin, Saint-Barthélemy
    "691": "590",
    "692": "262",  # Réunion
    "693": "262",
    "694": "594",  # French Guiana
    "696": "596",  # Martinique
    "697": "596",
}
# Set aside for fiction by the French regulator, so nobody's: documentation and tests use them.
_FICTION = "63998"
_FRENCH_REGIONS = ("FR", "GP", "GF", "MQ", "RE", "YT")
_FRENCH_CODE = "33"
_NATIONAL_DIGITS = 9


def normalise_email(text: str) -> str:
    """Return an address that mail can be sent to, its domain in lower-case ASCII.

    Raises:
        InvalidError: `email_invalid`; its detail does not repeat the address.

    """
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 (see above)

    try:
        valid = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError:
        valid = None
    address = valid.ascii_email if valid else None
    if address is None or len(address) > MAX_EMAIL:
        raise InvalidError(
            "email_invalid", "This is not an e-mail address that can be written to.", field="email"
        )
    return address


def normalise_phone(text: str) -> str:
    """Return a mobile number as E.164; numbers without a country code are French, also overseas.

    Raises:
        InvalidError: `phone_invalid`, `phone_not_mobile`; the detail does not repeat the number.

    """
    import phonenumbers  # noqa: PLC0415 (see above)

    if len(text) > MAX_PHONE:
        raise _phone_invalid()
    parsed = []
    for region in _FRENCH_REGIONS:
        try:
            number = phonenumbers.parse(text, region)
            if str(number.country_code) == _FRENCH_CODE and not number.extension:
                # Under +33 too, an overseas number may be meant: read it as dialled nationally.
                number = phonenumbers.parse(f"0{number.national_number}", region)
        except phonenumbers.NumberParseException:
            continue
        known = _french_block(str(number.country_code), str(number.national_number))
        if known and not number.extension:
            return known
        if _is_mobile(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
        parsed.append(number)
    valid = [n for n in parsed if phonenumbers.is_valid_number(n) and not n.extension]
    if not valid:
        raise _phone_invalid()
    raise InvalidError(
        "phone_not_mobile",
        "This is not a mobile number: the code could not be sent to it by SMS.",
        field="phone",
    )


def country_of(phone: str) -> str | None:
    """Return the country (ISO 3166-1) of a number from `normalise_phone`; None if it has none."""
    import phonenumbers  # noqa: PLC0415 (see above)

    number = phonenumbers.parse(phone)
    found = phonenumbers.region_code_for_number(number)
    if found is None and number.country_code:  # in no block handed out, as those of fiction
        found = phonenumbers.region_code_for_country_code(number.country_code)
    return None if found in {None, "ZZ", "001"} else str(found)


def _is_mobile(number: PhoneNumber) -> bool:
    from phonenumbers import PhoneNumberType, is_valid_number, number_type  # noqa: PLC0415 (see above)

    mobile = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE}
    return not number.extension and number_type(number) in mobile and is_valid_number(number)


def _french_block(country: str, national: str) -> str | None:
    if len(national) != _NATIONAL_DIGITS:
        return None
    if country == _FRENCH_CODE and national.startswith(_FICTION):
        return f"+{country}{national}"
    overseas = _OVERSEAS_MOBILE.get(national[:3])
    return f"+{overseas}{national}" if overseas and country in {_FRENCH_CODE, overseas} else None


def _phone_invalid() -> InvalidError:
    return InvalidError(
        "phone_invalid",
        "This is not a phone number; write it with its country code, as +33 6 12 34 56 78.",
        field="phone",
    )
