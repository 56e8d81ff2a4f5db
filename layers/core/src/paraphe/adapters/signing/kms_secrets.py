"""`Links` and `Codes` on KMS: HMAC keys that never leave it."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING

from paraphe.adapters.faults import ServiceRefusedError, calling

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

    from paraphe.ports.requests import RecipientRef

CODE_DIGITS = 6
_CODE_BYTES = 8


class KmsLinks:
    """Keeps `Links`: the token is HMAC-SHA-256 of whose link it is, 43 characters."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def token(self, ref: RecipientRef, generation: int) -> str:
        """Keep `Links.token`."""
        message = f"paraphe:link:v1:{ref.firm_id}:{ref.request_id}:{ref.recipient_id}:{generation}"
        mac = _generate(self._client, self._key_id, message)
        return urlsafe_b64encode(mac).rstrip(b"=").decode()


class KmsCodes:
    """Keeps `Codes`. The first word of a message says its use, so no MAC serves for another."""

    def __init__(self, client: KMSClient, key_id: str) -> None:
        self._client = client
        self._key_id = key_id

    def make(self, challenge_id: str) -> str:
        """Keep `Codes.make`. 64 bits modulo a million: the bias is below 10⁻¹³."""
        mac = _generate(self._client, self._key_id, f"paraphe:code:v1:{challenge_id}")
        number = int.from_bytes(mac[:_CODE_BYTES], "big") % 10**CODE_DIGITS
        return f"{number:0{CODE_DIGITS}d}"

    def mac(self, challenge_id: str, documents_digest: str, code: str) -> str:
        """Keep `Codes.mac`."""
        message = _check_message(challenge_id, documents_digest, code)
        return _generate(self._client, self._key_id, message).hex()

    def matches(self, challenge_id: str, documents_digest: str, code: str, mac: str) -> bool:
        """Keep `Codes.matches`. A stored hash that is none matches nothing."""
        try:
            stored = bytes.fromhex(mac)
        except ValueError:
            return False
        if not stored:
            return False
        try:
            with calling("kms:VerifyMac"):
                answer = self._client.verify_mac(
                    Message=_check_message(challenge_id, documents_digest, code).encode(),
                    KeyId=self._key_id,
                    MacAlgorithm="HMAC_SHA_256",
                    Mac=stored,
                )
        except ServiceRefusedError as refused:
            if refused.code == "KMSInvalidMacException":
                return False
            raise
        return answer["MacValid"]


def _check_message(challenge_id: str, documents_digest: str, code: str) -> str:
    return f"paraphe:code-check:v1:{challenge_id}:{documents_digest}:{code}"


def _generate(client: KMSClient, key_id: str, message: str) -> bytes:
    with calling("kms:GenerateMac"):
        answer = client.generate_mac(
            Message=message.encode(), KeyId=key_id, MacAlgorithm="HMAC_SHA_256"
        )
    return bytes(answer["Mac"])
