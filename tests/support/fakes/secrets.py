"""Link tokens, codes and chance: real HMACs under made-up keys."""

import base64
import hashlib
import hmac

from paraphe.ports.requests import RecipientRef

_LINK_KEY = b"a link key for tests"
_CODE_KEY = b"a code key for tests"


class FakeLinks:
    """Keeps `Links`."""

    def token(self, ref: RecipientRef, generation: int) -> str:
        """Keep `Links.token`."""
        message = f"{ref.recipient_id}\n{generation}".encode()
        digest = hmac.digest(_LINK_KEY, message, "sha256")
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


class FakeCodes:
    """Keeps `Codes`."""

    def make(self, challenge_id: str) -> str:
        """Keep `Codes.make`."""
        digest = hmac.digest(_CODE_KEY, f"code\n{challenge_id}".encode(), "sha256")
        return f"{int.from_bytes(digest, 'big') % 1_000_000:06d}"

    def mac(self, challenge_id: str, documents_digest: str, code: str) -> str:
        """Keep `Codes.mac`."""
        message = f"mac\n{challenge_id}\n{documents_digest}\n{code}".encode()
        return hmac.new(_CODE_KEY, message, hashlib.sha256).hexdigest()

    def matches(self, challenge_id: str, documents_digest: str, code: str, mac: str) -> bool:
        """Keep `Codes.matches`."""
        return hmac.compare_digest(self.mac(challenge_id, documents_digest, code), mac)


class FakeEntropy:
    """Keeps `Entropy`: counts instead of rolling dice."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, count: int) -> bytes:
        """Keep `Entropy`."""
        self.calls += 1
        return self.calls.to_bytes(count, "big")
