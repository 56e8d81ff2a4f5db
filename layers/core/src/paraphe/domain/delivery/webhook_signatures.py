"""Signs a message as Standard Webhooks 1.0.0 says: HMAC-SHA-256 over id, instant and body."""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime

SECRET_PREFIX = "whsec_"  # noqa: S105 - what every secret begins with
SECRET_BYTES = 32


def secret_of(random: bytes) -> str:
    """Write a secret as receivers are given it."""
    return SECRET_PREFIX + b64encode(random).decode()


def headers(
    message_id: str, at: datetime, body: bytes, secrets: Iterable[str]
) -> Mapping[str, str]:
    """Return the three headers: one signature for each secret that holds."""
    seconds = str(int(at.timestamp()))
    signed = b".".join((message_id.encode(), seconds.encode(), body))
    return {
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(_signature(secret, signed) for secret in secrets),
    }


def _signature(secret: str, signed: bytes) -> str:
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
