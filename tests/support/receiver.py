"""Somebody's server that takes webhooks: on this machine, answering as it is told."""

from __future__ import annotations

import contextlib
import json
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from infra.local.journey import wait_for

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Got:
    """One message as it came."""

    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The body, parsed."""
        return json.loads(self.body)


@dataclass
class Receiver:
    """What came, and what is answered; `url` ends with a slash."""

    url: str = ""
    status: int = 204
    location: str = ""
    got: list[Got] = field(default_factory=list)

    def types(self) -> list[str]:
        """Return the types of what came, in order."""
        return [one.json["type"] for one in list(self.got)]

    def wait(self, count: int) -> list[Got]:
        """Wait until so many messages came."""
        wait_for(f"{count} webhooks", lambda: len(self.got) >= count)
        return list(self.got)

    def wait_for_type(self, event_type: str) -> Got:
        """Wait until an event of this type came."""
        wait_for(event_type, lambda: event_type in self.types())
        return next(one for one in self.got if one.json["type"] == event_type)


@contextlib.contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a server on 127.0.0.1 for the length of the block."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            receiver.got.append(Got(self.path, headers, body))
            self.send_response(receiver.status)
            if receiver.location:
                self.send_header("Location", receiver.location)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
