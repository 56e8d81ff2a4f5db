"""The time-stamp service, as a port and over HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from paraphe.adapters.trust.pades.cms import http, tsp

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cryptography import x509

_QUERY = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}


class TimestampService(Protocol):
    """Says that a digest existed at an instant (RFC 3161)."""

    def stamp(self, digest: bytes) -> tsp.TimestampToken:
        """A checked token over a SHA-256 digest.

        Raises:
            TrustServiceUnavailableError: try again later.
            TrustServiceRefusedError: the answer is a rejection, or does not verify.

        """
        ...


@dataclass(frozen=True, slots=True)
class HttpTimestampService:
    """RFC 3161 §3.4 over HTTP.

    Attributes:
        url: of the service (`TSA_URL`).
        roots: the certificates under which tokens are believed.
        policy: ask for this policy and accept no other.
        headers: what else the service wants, an API key for example.
        exchange: how HTTP is spoken.

    """

    url: str
    roots: Sequence[x509.Certificate]
    policy: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    exchange: http.Exchange = http.exchange

    def stamp(self, digest: bytes) -> tsp.TimestampToken:
        """One request with a fresh 64-bit nonce; the answer is verified."""
        nonce = secrets.randbits(63)
        request = tsp.build_request(digest, nonce, self.policy)
        answer = self.exchange(self.url, request, {**_QUERY, **self.headers})
        token = tsp.token_from_response(answer)
        return tsp.verify_token(token, digest, self.roots, nonce=nonce, policy=self.policy)


@dataclass(frozen=True, slots=True)
class FileStamper:
    """Keeps `Stamper`: a time-stamp as a file of its own, for any RFC 3161 tool."""

    service: TimestampService

    def __call__(self, content: bytes) -> bytes:
        """Keep `Stamper`; the token was verified when it came."""
        return tsp.response_with(self.service.stamp(tsp.sha256(content)).der)
