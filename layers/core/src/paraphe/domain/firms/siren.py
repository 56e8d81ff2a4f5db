"""SIREN: the nine digits by which France knows a legal person."""

from paraphe.domain.errors import InvalidError

_DIGITS = 9
_TEN = 10


def read_siren(typed: str) -> str:
    """Return a SIREN without spaces.

    Raises:
        InvalidError: `siren_invalid`: not nine digits, or their check digit is wrong (Luhn).

    """
    digits = "".join(typed.split())
    if not (digits.isascii() and digits.isdigit() and len(digits) == _DIGITS):
        raise InvalidError("siren_invalid", "A SIREN has nine digits.", field="siren")
    if sum(_luhn(place, int(digit)) for place, digit in enumerate(reversed(digits))) % _TEN:
        raise InvalidError("siren_invalid", "This is no SIREN: check its digits.", field="siren")
    return digits


def _luhn(place: int, digit: int) -> int:
    doubled = digit * 2 if place % 2 else digit
    return doubled - 9 if doubled >= _TEN else doubled
