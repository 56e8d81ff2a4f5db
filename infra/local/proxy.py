"""Clean addresses on a laptop: one server in front of the APIs, the sign-in and the inbox.

What API Gateway refuses before it asks anybody, and the embedded AWS does not, is refused here, in
the words of the template.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from infra.local import gateway_responses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from infra.local.inbox import Inbox

# Headers that belong to one connection (RFC 9110 §7.6.1), and those that this server writes itself.
_OWN_HEADERS = {
    "connection",
    "keep-alive",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "content-length",
    "server",
    "date",
}
_UPSTREAM_TIMEOUT = 60.0
# The HTTP API, and the largest body that API Gateway takes.
_API = "/v1/"
_LARGEST_BODY = 10 * 1024 * 1024
# What http.server refuses by itself, as API Gateway calls it: a method that it does not know has no
# operation, whatever else is no HTTP.
_REFUSED = {HTTPStatus.NOT_IMPLEMENTED: "MISSING_AUTHENTICATION_TOKEN"}
# What a certificate authority publishes (RFC 5280 §4.2.1.13, §4.2.2.1) and what it keeps to itself.
_PUBLIC_TYPES = {
    "": "text/markdown; charset=utf-8",
    ".cer": "application/pkix-cert",
    ".crl": "application/pkix-crl",
    ".crt": "application/pkix-cert",
    ".pem": "application/x-pem-file",
}


@dataclass(frozen=True, slots=True)
class Routes:
    """Where requests go.

    Attributes:
        upstream: the embedded AWS.
        table: `(prefix of the path, what is put before the path)`; the first match wins.
        inbox: answers below `/inbox`.
        published: gives a file of the certificate authority, below `/pki/`, by its name; raises
            `FileNotFoundError` where there is none.
    """

    upstream: str
    table: tuple[tuple[str, str], ...]
    inbox: Inbox
    published: Callable[[str], bytes]

    def target(self, path: str) -> str:
        """The path to ask upstream for."""
        for prefix, base in self.table:
            if path.startswith(prefix):
                return base + path
        raise LookupError(path)


def _is_ocsp(path: str) -> bool:
    return path == "/pki/ocsp" or path.startswith("/pki/ocsp/")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Connections that may wait to be taken; five, the default, are reset by twenty calls at once.
    request_queue_size = 128
    routes: Routes | None = None


class Proxy:
    """A server that listens at once and answers 503 until it knows its routes."""

    def __init__(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 is any free one."""
        self._server = _Server(("127.0.0.1", port), _Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def open(self, routes: Routes) -> None:
        """Start to forward."""
        self._server.routes = routes

    @contextlib.contextmanager
    def running(self) -> Iterator[Proxy]:
        """Serve for the length of the block."""
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        routes = self.server.routes
        if routes is None:
            self._answer(HTTPStatus.SERVICE_UNAVAILABLE, "text/plain", b"starting\n")
        elif path == "/inbox" or path.startswith(("/inbox/", "/inbox.")):
            self._inbox(routes.inbox, path)
        elif path.startswith("/pki/") and not _is_ocsp(path):
            self._published(routes, path.removeprefix("/pki/"))
        else:
            self._forward(routes)

    # One way for every method; the names are what http.server looks for.
    do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_GET  # noqa: N815

    def _inbox(self, inbox: Inbox, path: str) -> None:
        if path == "/inbox":
            self._answer(HTTPStatus.OK, "text/html; charset=utf-8", inbox.page().encode())
        elif path == "/inbox.json":
            body = json.dumps(inbox.as_json(), ensure_ascii=False).encode()
            self._answer(HTTPStatus.OK, "application/json", body)
        else:
            try:
                mail, number = path.removeprefix("/inbox/").split("/")
                found = inbox.attachment(mail, int(number))
            except (LookupError, ValueError):
                self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
            else:
                name = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
                headers = [("Content-Disposition", name)]
                self._answer(HTTPStatus.OK, found.media_type, found.content, headers)

    def _published(self, routes: Routes, name: str) -> None:
        media_type = _PUBLIC_TYPES.get(PurePosixPath(name).suffix)
        try:
            content = routes.published(name) if media_type else None
        except FileNotFoundError:
            content = None
        if content is None:
            self._answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
        else:
            self._answer(HTTPStatus.OK, media_type, content)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuse what is no call; on the API's paths as API Gateway does."""
        if getattr(self, "path", "").startswith(_API):
            self.close_connection = True
            self._refuse(_REFUSED.get(HTTPStatus(code), "DEFAULT_4XX"))
        else:
            super().send_error(code, message, explain)

    def _refuse(self, kind: str) -> None:
        """Answer as the template's `GatewayResponses` do."""
        status, headers, body = gateway_responses.answer(kind)
        self._answer(HTTPStatus(status), None, body, list(headers.items()))

    def _forward(self, routes: Routes) -> None:
        upstream = urlsplit(routes.upstream)
        is_api = self.path.startswith(_API)
        length = int(self.headers.get("Content-Length") or 0)
        if is_api and length > _LARGEST_BODY:
            self.close_connection = True  # with what was not read
            self._refuse("REQUEST_TOO_LARGE")
            return
        body = self.rfile.read(length) if length else None
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in _OWN_HEADERS
        }
        headers["X-Forwarded-Proto"] = "http"  # as a gateway says how the browser came
        if _is_ocsp(urlsplit(self.path).path):
            # As the template's distribution does; whatever a client has sent.
            headers = {k: v for k, v in headers.items() if k.lower() != "accept"}
            headers["Accept"] = "application/ocsp-response"
        connection = http.client.HTTPConnection(
            upstream.hostname or "", upstream.port, timeout=_UPSTREAM_TIMEOUT
        )
        try:
            connection.request(self.command, routes.target(self.path), body, headers)
            response = connection.getresponse()
            content = response.read()
        except OSError:
            if is_api:
                self._refuse("DEFAULT_5XX")
            else:
                self._answer(HTTPStatus.BAD_GATEWAY, "text/plain", b"the embedded AWS is gone\n")
            return
        finally:
            connection.close()
        kept = [(k, v) for k, v in response.getheaders() if k.lower() not in _OWN_HEADERS]
        self._answer(response.status, None, content, kept)

    def _answer(
        self,
        status: int,
        media_type: str | None,
        body: bytes,
        headers: list[tuple[str, str]] | None = None,
    ) -> None:
        self.send_response(status)
        if media_type is not None:
            self.send_header("Content-Type", media_type)
            self.send_header("Cache-Control", "no-store")
        for name, value in headers or []:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Keep quiet: addresses have signing links in them."""
