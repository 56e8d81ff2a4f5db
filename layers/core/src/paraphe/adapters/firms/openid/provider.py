"""`IdentityProvider`: the authorization code flow with PKCE (RFC 6749, 7636, 9207, 9700)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from paraphe.adapters.firms.openid.configuration import SCOPES
from paraphe.adapters.firms.openid.fetching import check_address
from paraphe.ports.identity import IdentityRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from joserfc.jwk import KeySet

    from paraphe.adapters.firms.openid.configuration import Configuration
    from paraphe.adapters.firms.openid.fetching import Fetcher
    from paraphe.domain.firms.identity import Identity
    from paraphe.domain.firms.sign_in import SignIn
    from paraphe.ports.identity import Answer

_DISCOVERY = "/.well-known/openid-configuration"
# How long what the provider publishes is believed, and how soon it may be asked again for a key
# that it did not publish then.
KEPT = timedelta(hours=1)
ASKED_AGAIN_AFTER = timedelta(minutes=1)
_JWT = "application/jwt"
_BASIC, _POST = "client_secret_basic", "client_secret_post"


@dataclass(slots=True)
class _Kept:
    """What the provider published, and when it was read."""

    content: Any
    read_at: datetime


@dataclass(slots=True)
class OpenIdProvider:
    """Keeps `IdentityProvider`; one per process, which keeps what the provider publishes.

    Attributes:
        configuration: who it is, and who we are.
        fetcher: what calls it.
        clock: the instant, for what is kept.

    """

    configuration: Configuration
    fetcher: Fetcher
    clock: Callable[[], datetime]
    _discovery: _Kept | None = field(default=None, init=False)
    _keys: _Kept | None = field(default=None, init=False)

    def address(self, state: str, nonce: str, challenge: str, back: str) -> str:
        """Keep `IdentityProvider.address`."""
        start = check_address(self._endpoint("authorization_endpoint"))
        asked = {
            "response_type": "code",
            "client_id": self.configuration.client_id,
            "redirect_uri": back,
            "scope": SCOPES,
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{start}{'&' if urlsplit(start).query else '?'}{urlencode(asked)}"

    def redeem(self, answer: Answer, begun: SignIn, back: str, now: datetime) -> Identity:
        """Keep `IdentityProvider.redeem`."""
        from paraphe.adapters.firms.openid import tokens  # noqa: PLC0415 (the callback alone pays)

        self._check_sender(answer)
        issued = self._exchange(answer.code, begun.verifier, back)
        claims = self._claims(issued.get("id_token"), now)
        tokens.check(
            claims,
            issuer=self.configuration.issuer,
            client_id=self.configuration.client_id,
            nonce=begun.nonce,
            now=now,
        )
        mapped = self.configuration.claims
        if not mapped.are_in(claims):
            claims = {**self._user_info(issued, claims, now), **claims}
        return mapped.identity(self.configuration.issuer, claims)

    def _check_sender(self, answer: Answer) -> None:
        """RFC 9207 §2.4: who sends `iss` is whom we asked, and who says so always sends it."""
        promised = self._document().get("authorization_response_iss_parameter_supported") is True
        if (answer.issuer or promised) and answer.issuer != self.configuration.issuer:
            raise IdentityRefusedError("issuer_wrong")
        if not answer.code:
            raise IdentityRefusedError("no_code")

    def _exchange(self, code: str, verifier: str, back: str) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        headers: dict[str, str] = {}
        client_id, secret = self.configuration.client_id, self.configuration.client_secret()
        if not secret:
            form["client_id"] = client_id
        elif self._wants_secret_in_form():
            form |= {"client_id": client_id, "client_secret": secret}
        else:
            pair = f"{quote(client_id, safe='')}:{quote(secret, safe='')}"  # RFC 6749 §2.3.1
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        return self.fetcher.post(self._endpoint("token_endpoint"), form, headers).as_object()

    def _wants_secret_in_form(self) -> bool:
        known = self._document().get("token_endpoint_auth_methods_supported", [_BASIC])
        return isinstance(known, list) and _BASIC not in known and _POST in known

    def _user_info(
        self, issued: Mapping[str, Any], claims: Mapping[str, Any], now: datetime
    ) -> Mapping[str, Any]:
        """What the token leaves out, of the same person (OpenID Connect Core §5.3)."""
        token = issued.get("access_token")
        if not self._document().get("userinfo_endpoint") or not isinstance(token, str):
            return {}
        told = self.fetcher.get(self._endpoint("userinfo_endpoint"), token)
        signed = told.media_type == _JWT
        found = self._claims(told.body.decode("ascii", "replace"), now) if signed else None
        more = found if found is not None else told.as_object()
        if more.get("sub") != claims.get("sub"):
            raise IdentityRefusedError("subject_differs")
        if signed and more.get("iss", self.configuration.issuer) != self.configuration.issuer:
            raise IdentityRefusedError("issuer_wrong")
        return more

    def _claims(self, token: object, now: datetime) -> dict[str, Any]:
        """Check a token's signature; a key that is not known yet has the keys read once more."""
        from paraphe.adapters.firms.openid import tokens  # noqa: PLC0415 (as above)

        keys = self._key_set(now, KEPT)
        try:
            return tokens.claims_of(token, keys)
        except tokens.UnknownKeyError:
            fresh = self._key_set(now, ASKED_AGAIN_AFTER)
            if fresh is keys:
                raise
            return tokens.claims_of(token, fresh)

    def _key_set(self, now: datetime, kept_for: timedelta) -> KeySet:
        from paraphe.adapters.firms.openid import tokens  # noqa: PLC0415 (as above)

        if self._keys is None or not _is_fresh(self._keys, now, kept_for):
            published = self.fetcher.get(self._endpoint("jwks_uri")).as_object()
            self._keys = _Kept(tokens.key_set(published), now)
        found: KeySet = self._keys.content
        return found

    def _endpoint(self, name: str) -> str:
        found = self._document().get(name)
        if not isinstance(found, str):
            raise IdentityRefusedError(f"no_{name}")
        return found

    def _document(self) -> Mapping[str, Any]:
        now = self.clock()
        if self._discovery is None or not _is_fresh(self._discovery, now, KEPT):
            issuer = self.configuration.issuer
            found = self.fetcher.get(f"{issuer.rstrip('/')}{_DISCOVERY}").as_object()
            if found.get("issuer") != issuer:  # OpenID Connect Discovery §4.3
                raise IdentityRefusedError("issuer_wrong")
            self._discovery = _Kept(found, now)
        content: Mapping[str, Any] = self._discovery.content
        return content


def _is_fresh(kept: _Kept, now: datetime, kept_for: timedelta) -> bool:
    # A clock that was set back must not keep anything for good.
    return abs(now - kept.read_at) < kept_for
