"""A sign-in that has begun: what the answer of the identity provider is held against."""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from paraphe.domain.errors import ForbiddenError

# A page that is left open over lunch begins anew; codes of providers live a few minutes anyway.
LIFE = timedelta(minutes=15)
SECRET_BYTES = 32
_MAX_PATH = 512
# A path of ours: one slash, then what a URL's path and query may hold (RFC 3986), no backslash.
_PATH = re.compile(r"/(?!/)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]*")


@dataclass(frozen=True, slots=True, repr=False)
class SignIn:
    """What only the browser and we know until the provider has answered; used once.

    Attributes:
        state_hash: SHA-256 of `state`, under which it is kept.
        browser_hash: SHA-256 of what the browser's cookie holds: nobody ends another's sign-in.
        nonce: comes back in the token.
        verifier: of PKCE; proves that who redeems the code asked for it.
        return_to: where the person wanted to go, a path of ours.
        begun_at: the instant.

    """

    state_hash: str
    browser_hash: str
    nonce: str
    verifier: str
    return_to: str
    begun_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When it is too late for an answer."""
        return self.begun_at + LIFE


def digest(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def challenge_of(verifier: str) -> str:
    """Return PKCE's challenge, method S256 (RFC 7636 §4.2)."""
    hashed = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def path_of(wanted: str) -> str:
    """Return where to go after signing in: a path of this site; anything else is its home."""
    if len(wanted) > _MAX_PATH or not _PATH.fullmatch(wanted):
        return "/"
    return wanted


def check_answer(begun: SignIn | None, browser: str, now: datetime) -> SignIn:
    """Accept an answer only for a sign-in that this browser began a moment ago.

    Raises:
        ForbiddenError: `sign_in_unknown`: another browser's, too old, used before, or never begun.

    """
    if (
        begun is None
        or now >= begun.ends_at
        or not hmac.compare_digest(begun.browser_hash, digest(browser))
    ):
        raise ForbiddenError(
            "sign_in_unknown", "This sign-in was not begun here, or is over: sign in again."
        )
    return begun
