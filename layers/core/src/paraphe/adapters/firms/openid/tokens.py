"""Tokens are checked here and nowhere else (OpenID Connect Core §3.1.3.7): `joserfc` reads them."""

from __future__ import annotations

import hmac
import math
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import JWKRegistry, KeySet

from paraphe.ports.identity import IdentityRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from joserfc.jwk import Key

# Signatures by keys that the provider publishes. Nothing with a shared secret, and not "none".
ALGORITHMS = ("RS256", "PS256", "ES256")
_KEY_TYPES = frozenset({"RSA", "EC"})
_MAX_TOKEN = 16 * 1024
_MAX_KEYS = 50
# Clocks differ; a token that is issued later than that was issued for another day.
LEEWAY_SECONDS = 60


class UnknownKeyError(IdentityRefusedError):
    """The token names a key that the set has not: it may be newer than the set."""


def key_set(published: Mapping[str, Any]) -> KeySet:
    """Return the keys of a JWKS that can check signatures; others are left out (RFC 7517 §5)."""
    listed = published.get("keys")
    usable: list[Key] = []
    for one in listed[:_MAX_KEYS] if isinstance(listed, list) else ():
        if not isinstance(one, dict) or one.get("kty") not in _KEY_TYPES:
            continue
        if one.get("use", "sig") != "sig":
            continue
        try:
            usable.append(JWKRegistry.import_key(one))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    return KeySet(usable)


def claims_of(token: object, keys: KeySet) -> dict[str, Any]:
    """Return what a token says, once its signature is checked.

    Raises:
        UnknownKeyError: signed by a key that is not among `keys`.
        IdentityRefusedError: anything else is wrong with it.

    """
    if not isinstance(token, str) or len(token) > _MAX_TOKEN:
        raise IdentityRefusedError("no_token")
    try:
        return jwt.decode(token, keys, algorithms=ALGORITHMS).claims
    except InvalidKeyIdError:
        raise UnknownKeyError("key_unknown") from None
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise IdentityRefusedError("token_not_genuine") from None


def check(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, now: datetime
) -> None:
    """Refuse a token that is not this provider's, for us, for this sign-in, and fresh.

    Raises:
        IdentityRefusedError: `issuer_wrong`, `audience_wrong`, `nonce_wrong`, `token_expired`,
            `token_from_the_future`.

    """
    if claims.get("iss") != issuer:
        raise IdentityRefusedError("issuer_wrong")
    _check_audience(claims, client_id)
    said = claims.get("nonce")
    if not isinstance(said, str) or not hmac.compare_digest(said.encode(), nonce.encode()):
        raise IdentityRefusedError("nonce_wrong")
    _check_times(claims, now.timestamp())


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    audience = claims.get("aud")
    several = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    alone = len(several) == 1 or party is not None
    if client_id not in several or not alone or party not in {None, client_id}:
        raise IdentityRefusedError("audience_wrong")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    ends = _instant(claims.get("exp"))
    if ends is None or now >= ends + LEEWAY_SECONDS:
        raise IdentityRefusedError("token_expired")
    issued = _instant(claims.get("iat"))
    starts = _instant(claims.get("nbf", issued))
    if issued is None or starts is None or max(issued, starts) > now + LEEWAY_SECONDS:
        raise IdentityRefusedError("token_from_the_future")


def _instant(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if math.isfinite(value) else None
