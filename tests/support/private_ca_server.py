"""AWS Private CA's stand-in over HTTP on 127.0.0.1: JSON 1.1 as boto3 speaks it, OCSP, lists."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from tests.support.private_ca_parts import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.private_ca import PrivateCa


class _Handler(BaseHTTPRequestHandler):
    """AWS's JSON 1.1 at `/`, OCSP at `/ocsp`, lists at `/root.crl` and `/issuing.crl`."""

    ca: PrivateCa

    def do_POST(self) -> None:
        """Answer the API and OCSP."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/ocsp":
            self._send(200, "application/ocsp-response", self.ca.ocsp(body))
            return
        scope = self.headers.get("Authorization", "")
        if not scope.startswith("AWS4-HMAC-SHA256") or "/acm-pca/aws4_request" not in scope:
            self._json(403, {"__type": "AccessDeniedException"})
            return
        try:
            operation = self.headers["X-Amz-Target"].removeprefix("ACMPrivateCA.")
            self._json(200, self.ca.answer(operation, json.loads(body)))
        except RefusalError as refusal:
            self._json(refusal.status, {"__type": refusal.code, "message": "no"})

    def do_GET(self) -> None:
        """Return a list, or an object as S3 does."""
        path = self.path.partition("?")[0]
        if path in self.ca.objects:
            self._send(200, "application/octet-stream", self.ca.objects[path])
            return
        name = self.path.strip("/").removesuffix(".crl")
        self._send(200, "application/pkix-crl", self.ca.crl(name))

    def _json(self, status: int, content: dict[str, Any]) -> None:
        self._send(status, "application/x-amz-json-1.1", json.dumps(content).encode())

    def _send(self, status: int, kind: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Stay silent."""


@contextmanager
def serving(ca: PrivateCa) -> Iterator[PrivateCa]:
    """Serve it on a free port of 127.0.0.1."""
    handler = type("Handler", (_Handler,), {"ca": ca})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    ca.open(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield ca
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
