"""Identifiers: a prefix that says what it is, 48 bits of time, 80 bits of chance."""

import re
from datetime import datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_BYTES = 10
PREFIXES = (
    *("sr", "doc", "upl", "rcp", "otp", "cmd"),  # requests
    *("frm", "mbr", "dlg", "inv", "ctc", "imp", "tpl", "blk", "cli"),  # firms
    *("whk", "whd", "arc"),  # webhooks, their deliveries, archive exports
)
_ID = re.compile(rf"({'|'.join(PREFIXES)})_[0-9a-z]{{8,40}}")


def new_id(prefix: str, now: datetime, random: bytes) -> str:
    """Make an identifier that sorts by time, in Crockford's base 32.

    Args:
        prefix: one of `PREFIXES`.
        now: the instant, UTC.
        random: 10 unpredictable bytes.

    Raises:
        ValueError: `random` is not 10 bytes long.

    """
    if len(random) != RANDOM_BYTES:
        msg = "an identifier takes 10 random bytes"
        raise ValueError(msg)
    number = (int(now.timestamp() * 1000) << 80) | int.from_bytes(random, "big")
    digits = []
    for _ in range(26):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return f"{prefix}_{''.join(reversed(digits))}"


def is_id(text: str, prefix: str) -> bool:
    """Tell whether `text` has the form of an identifier with this prefix."""
    return text.startswith(f"{prefix}_") and _ID.fullmatch(text) is not None
