"""The CSC API on the wire: JSON over HTTPS with a bearer token; every answer is read with care."""

from __future__ import annotations

import json
import urllib.parse
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from paraphe.adapters.trust.pades.cms import http
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = "csc/v2"
# A provider is sent codes and secrets: only over TLS, or to the machine itself in a test.
_SAFE = ("https://", "http://127.0.0.1:")


@dataclass(frozen=True, slots=True)
class CscWire:
    """One provider's API, and our client's access to it.

    Attributes:
        base_url: what `csc/v2` is below, without a slash at the end.
        client_id: given by the provider at registration.
        client_secret: likewise; in no log, error or `repr`.
        exchange: how HTTP is spoken.
        bearer: a token in hand; without one each call asks for its own.

    """

    base_url: str
    client_id: str
    client_secret: Secret
    exchange: http.Exchange = http.exchange
    bearer: Secret | None = None

    def info(self) -> dict[str, Any]:
        """`info` (§11.1): what the provider is and can; asked without a token."""
        return self._post(f"{self.base_url}/{_VERSION}/info", {}, {})

    def call(self, method: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """One method of the API.

        Raises:
            TrustServiceUnavailableError: try again later.
            TrustServiceRefusedError: it said no, or its answer is not what the API says.

        """
        bearer = self.bearer or self.signed_in().bearer
        token = bearer.reveal() if bearer else ""
        headers = {"Authorization": f"Bearer {token}"}
        return self._post(f"{self.base_url}/{_VERSION}/{method}", asked, headers)

    def signed_in(self) -> CscWire:
        """The same with a fresh token, for the few calls of one act.

        OAuth 2 client credentials (RFC 6749 §4.4), where `info` says (CSC §8).

        Raises what `call` raises.
        """
        told = self.info()
        methods = part(told, "authType", list)
        if "oauth2client" not in methods:
            message = "the provider does not take OAuth 2 client credentials"
            raise TrustServiceRefusedError(message)
        url = f"{str(part(told, 'oauth2', str)).rstrip('/')}/oauth2/token"
        form = {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret.reveal(),
        }
        body = urllib.parse.urlencode(form).encode()
        answer = self._send(url, body, {"Content-Type": "application/x-www-form-urlencoded"})
        return replace(self, bearer=Secret(part(answer, "access_token", str)))

    def _post(
        self, url: str, asked: Mapping[str, Any], headers: Mapping[str, str]
    ) -> dict[str, Any]:
        body = json.dumps(asked, separators=(",", ":")).encode()
        return self._send(url, body, {"Content-Type": "application/json", **headers})

    def _send(self, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        if not url.startswith(_SAFE):
            message = "a signing provider is reached over HTTPS only"
            raise TrustServiceRefusedError(message)
        found = self.exchange(url, body, {"Accept": "application/json", **headers})
        try:
            answer = json.loads(found)
        except ValueError as error:
            message = "the provider's answer is not JSON"
            raise TrustServiceRefusedError(message) from error
        if not isinstance(answer, dict):
            message = "the provider's answer is not a JSON object"
            raise TrustServiceRefusedError(message)
        return answer


class Secret:
    """A text that no `repr`, log or exception shows."""

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """Return it, to be sent."""
        return self._text

    def __repr__(self) -> str:
        """Show nothing."""
        return "Secret(…)"


def part(answer: Mapping[str, Any], name: str, kind: type) -> Any:  # noqa: ANN401 - JSON
    """One member of an answer.

    Raises:
        TrustServiceRefusedError: it is missing, empty, or of another kind.

    """
    value = answer.get(name)
    if not isinstance(value, kind) or not value:
        message = f"the provider's answer lacks {name}"
        raise TrustServiceRefusedError(message)
    return value


def encode(data: bytes) -> str:
    """Base64, as the API wants hashes."""
    return b64encode(data).decode()


def decode(text: object) -> bytes:
    """Base64, strictly.

    Raises:
        TrustServiceRefusedError: it is not.

    """
    try:
        return b64decode(str(text), validate=True)
    except ValueError as error:
        message = "the provider's answer is not Base64"
        raise TrustServiceRefusedError(message) from error
