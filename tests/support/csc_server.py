"""A remote signing provider on 127.0.0.1 that speaks the CSC API v2 and really signs.

It holds to the parts of the specification that are used: OAuth 2 client credentials, activation
data bound to a credential and its hashes and good for one use, synchronous signing.
"""

from __future__ import annotations

import json
import secrets
import threading
import urllib.parse
from base64 import b64decode, b64encode
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cryptography import x509

CLIENT, SECRET, CODE = "paraphe", "s3cret", "471100"
SHA256, ECDSA_SHA256 = "2.16.840.1.101.3.4.2.1", "1.2.840.10045.4.3.2"


class RefusedError(Exception):
    """An answer with one of the specification's error codes."""

    def __init__(self, error: str, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass
class Provider:
    """One credential.

    Attributes:
        certificates: the person's first.
        key: theirs.
        raw: give signatures as r and s side by side.
        changed: changes an answer before it is sent, by method.
        calls: paths, in order.

    """

    certificates: list[x509.Certificate]
    key: ec.EllipticCurvePrivateKey
    raw: bool = False
    status: int = 200
    changed: dict[str, Callable[[dict[str, Any]], Any]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    url: str = ""
    _tokens: set[str] = field(default_factory=set)
    _activations: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, path: str, body: bytes, bearer: str) -> Any:  # noqa: ANN401 - JSON
        """Answer one request."""
        self.calls.append(path)
        if self.status != 200:
            raise RefusedError("server_error", self.status)
        if path == "/auth/oauth2/token":
            return self._change(path, self._token(dict(urllib.parse.parse_qsl(body.decode()))))
        asked = json.loads(body)
        if path == "/csc/v2/info":
            told = {
                "specs": "2.0.0.2",
                "name": "Exemple",
                "authType": ["oauth2client"],
                "oauth2": f"{self.url}/auth",
                "methods": ["credentials/info", "credentials/authorize", "signatures/signHash"],
            }
            return self._change(path, told)
        if bearer.removeprefix("Bearer ") not in self._tokens:
            raise RefusedError("invalid_token", 401)
        if asked.get("credentialID") != "zoe":
            raise RefusedError("invalid_request")
        methods = {
            "/csc/v2/credentials/info": self._info,
            "/csc/v2/credentials/authorize": self._authorize,
            "/csc/v2/signatures/signHash": self._sign,
        }
        return self._change(path, methods[path](asked))

    def _change(self, path: str, answer: dict[str, Any]) -> Any:  # noqa: ANN401 - JSON
        change = self.changed.get(path.rpartition("/")[2])
        return change(answer) if change else answer

    def _token(self, form: dict[str, str]) -> dict[str, Any]:
        if form != {
            "grant_type": "client_credentials",
            "client_id": CLIENT,
            "client_secret": SECRET,
        }:
            raise RefusedError("invalid_client", 401)
        token = secrets.token_urlsafe(16)
        self._tokens.add(token)
        return {"access_token": token, "token_type": "Bearer", "expires_in": 300}

    def _info(self, asked: dict[str, Any]) -> dict[str, Any]:
        encoded = [b64encode(c.public_bytes(Encoding.DER)).decode() for c in self.certificates]
        return {
            "key": {"status": "enabled", "algo": [ECDSA_SHA256], "len": 256},
            "cert": {
                "status": "valid",
                "certificates": encoded if asked["certificates"] == "chain" else encoded[:1],
            },
            "auth": {"mode": "explicit"},
            "SCAL": "2",
            "multisign": 10,
        }

    def _authorize(self, asked: dict[str, Any]) -> dict[str, Any]:
        if asked["numSignatures"] != len(asked["hashes"]) or asked["hashAlgorithmOID"] != SHA256:
            raise RefusedError("invalid_request")
        if {"id": "OTP", "value": CODE} not in asked["authData"]:
            raise RefusedError("invalid_otp")
        activation = secrets.token_urlsafe(16)
        self._activations[activation] = asked["hashes"]
        return {"SAD": activation, "expiresIn": 60}

    def _sign(self, asked: dict[str, Any]) -> dict[str, Any]:
        hashed = self._activations.pop(asked["SAD"], [])
        if hashed != asked["hashes"] or asked["signAlgo"] != ECDSA_SHA256:
            raise RefusedError("invalid_request")
        return {"signatures": [self._signature(b64decode(text)) for text in hashed]}

    def _signature(self, digest: bytes) -> str:
        made = self.key.sign(digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
        if self.raw:
            made = b"".join(n.to_bytes(32) for n in utils.decode_dss_signature(made))
        return b64encode(made).decode()


class _Handler(BaseHTTPRequestHandler):
    provider: Provider

    def do_POST(self) -> None:
        """Answer with JSON."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        status = 200
        try:
            bearer = self.headers.get("Authorization", "")
            answer = self.provider.answer(self.path, body, bearer)
        except RefusedError as refused:
            status, answer = refused.status, {"error": refused.error}
        content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay silent."""


@contextmanager
def serving(provider: Provider) -> Iterator[Provider]:
    """Serve it on a free port of 127.0.0.1."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
