"""By which digests an evidence file is known, before and after its seal was renewed."""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode

from paraphe.adapters.trust.pades.cms import cades


def first_digests(data: bytes) -> set[str]:
    """SHA-256 of an evidence file as it is, and as it was before its seal was renewed.

    A renewal changes the text of the seal alone, and only adds to what that says: what the first
    archive time-stamp covers, and itself, are the seal as it was made. Never raises.
    """
    digests = {hashlib.sha256(data).hexdigest()}
    try:
        text = json.loads(data)["seal"]["cms"]
        first = cades.parse(b64decode(text, validate=True)).as_first_archived()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return digests
    before = data.replace(text.encode(), b64encode(first.encoded()), 1)
    return digests | {hashlib.sha256(before).hexdigest()}
