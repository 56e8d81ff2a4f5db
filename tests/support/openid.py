"""A provider of OpenID Connect in memory, which can be told to lie in every way."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from paraphe.adapters.firms.openid.configuration import Claims, Configuration
from paraphe.adapters.firms.openid.fetching import Fetched
from paraphe.adapters.firms.openid.provider import OpenIdProvider
from paraphe.domain.firms.sign_in import SignIn, challenge_of, digest
from paraphe.ports.identity import Answer, IdentityRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from joserfc.jwk import Key

ISSUER = "https://sso.example"
CLIENT = "paraphe"
BACK = "https://portail.example/sign-in/callback"
NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
KEY = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"})
CURVE_KEY = ECKey.generate_key("P-256", {"kid": "curve"})


@dataclass
class Provider:
    """Keeps `Fetcher`: what the provider's addresses answer, and what it was asked."""

    claims: dict[str, Any] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    published: list[Key] = field(default_factory=lambda: [KEY])
    key: Key = field(default_factory=lambda: KEY)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})
    jwks: dict[str, Any] | None = None
    user_info: dict[str, Any] | str | None = None
    token: object = ""
    asked: list[str] = field(default_factory=list)
    forms: list[tuple[Mapping[str, str], Mapping[str, str]]] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, bearer: str = "") -> Fetched:
        """Keep `Fetcher.get`."""
        path = urlsplit(url).path
        self.asked.append(path)
        if path.endswith("openid-configuration"):
            return _as_json(self._document())
        if path == "/jwks":
            keys = KeySet(self.published).as_dict(private=False)
            return _as_json(keys if self.jwks is None else self.jwks)
        assert (path, bearer) == ("/userinfo", "access")
        if isinstance(self.user_info, str):
            return Fetched(self.user_info.encode(), "application/jwt")
        return _as_json(self.user_info or {"sub": self.claims.get("sub")})

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
        """Keep `Fetcher.post`: a code is good once, and for who has its verifier."""
        assert urlsplit(url).path == "/token"
        self.forms.append((form, headers))
        challenge = self.codes.pop(form["code"], None)
        if challenge is None or challenge != challenge_of(form["code_verifier"]):
            raise IdentityRefusedError("status_400")
        token = self.token or self.signed(self.claims)
        return _as_json({"id_token": token, "access_token": "access", "token_type": "Bearer"})

    def _document(self) -> dict[str, Any]:
        ends = ("authorization", "token", "userinfo")
        return {
            "issuer": ISSUER,
            **{f"{end}_endpoint": f"{ISSUER}/{end}" for end in ends},
            "jwks_uri": f"{ISSUER}/jwks",
            **self.document,
        }

    def signed(self, claims: Mapping[str, Any]) -> str:
        """Return a token that says this."""
        return jwt.encode(
            self.header, dict(claims), self.key, algorithms=[self.header["alg"]], default_type=None
        )

    def forged(self, algorithm: str) -> str:
        """Return a token "signed" with what everybody knows: nothing, or the public key."""
        head = {"alg": algorithm, "kid": "one"}
        signed = b".".join(_base64(json.dumps(part).encode()) for part in (head, self.claims))
        seal = hmac.digest(KEY.as_pem(private=False), signed, "sha256")
        return b".".join((signed, b"" if algorithm == "none" else _base64(seal))).decode()

    def logs_in(self, address: str) -> tuple[str, Answer]:
        """Play the person and the provider's page; return the state and what comes back."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        code = f"code-{len(self.codes)}-{query['state'][:6]}"
        self.codes[code] = query["code_challenge"]
        self.claims = {**fresh(query["nonce"]), **self.claims}
        return query["state"], Answer(code)


def fresh(nonce: str, now: datetime = NOW) -> dict[str, Any]:
    """Return the claims that each token has."""
    seconds = int(now.timestamp())
    return {
        "iss": ISSUER,
        "aud": CLIENT,
        "sub": "claire",
        "nonce": nonce,
        "iat": seconds,
        "exp": seconds + 300,
        "name": "Claire Martin",
        "email": "claire@cabinet.example",
    }


def adapter(provider: Provider, claims: str = "number=oec", secret: str = "") -> OpenIdProvider:
    """Return the adapter that is tested, in front of a provider."""
    configuration = Configuration(ISSUER, CLIENT, lambda: secret, Claims.read(claims))
    return OpenIdProvider(configuration, provider, lambda: NOW)


def begun(nonce: str = "n" * 43) -> SignIn:
    """Return a sign-in that has begun."""
    return SignIn(digest("state"), digest("browser"), nonce, "v" * 43, "/", NOW)


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _as_json(content: object) -> Fetched:
    return Fetched(json.dumps(content).encode(), "application/json")
