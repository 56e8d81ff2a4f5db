"""Time-stamps on 127.0.0.1 for the laptop: `python -m infra.local.tsa --port N --state-dir D`.

Answers RFC 3161 at /tsa, its list at /pki/root.crl and the certificate to trust at /pki/root.pem.
With `--clock-file`, the seconds in that file are added to the time at each request. While the state
directory holds a file `down`, every answer is 503: an outage, for tests. While it holds a file
`life`, tokens are by another certificate, which lives for the number of seconds in that file. Its
file `asked` has a byte for each time-stamp that was asked for.
"""

from __future__ import annotations

import argparse
import functools
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from infra.local.tsa_authority import certified, load_or_create

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.adapters.trust.authority.tsa import TimestampAuthority

_MAX_REQUEST = 64 * 1024
_TIMEOUT_SECONDS = 10


class Answer(NamedTuple):
    """What goes back over HTTP."""

    status: int
    media_type: str
    body: bytes


def answer(authority: TimestampAuthority, path: str, body: bytes | None, now: datetime) -> Answer:
    """Answer a POST (`body`) or a GET (None)."""
    if body is not None:
        if path in {"/", "/tsa"}:
            return Answer(200, "application/timestamp-reply", authority.respond(body, now))
        return Answer(404, "text/plain", b"not found\n")
    if path == "/pki/root.crl":
        return Answer(200, "application/pkix-crl", authority.crl(now))
    if path == "/pki/root.pem":
        return Answer(200, "application/x-pem-file", authority.root_pem())
    if path == "/health":
        return Answer(200, "text/plain", b"ok\n")
    return Answer(404, "text/plain", b"not found\n")


def moved_clock(clock_file: Path | None) -> datetime:
    """The time, moved by the seconds in a file (tests and the laptop only)."""
    moved = float(clock_file.read_text("ascii").strip() or 0) if clock_file else 0.0
    return datetime.now(UTC) + timedelta(seconds=moved)


def serve(
    port: int,
    authority: TimestampAuthority,
    clock: Callable[[], datetime],
    is_down: Callable[[], bool] = lambda: False,
    short: Callable[[], TimestampAuthority | None] = lambda: None,
    asked: Callable[[], object] = lambda: None,
) -> ThreadingHTTPServer:
    """Make a server on 127.0.0.1, not yet started; while `is_down` it answers 503.

    While `short` gives another authority, that one answers. Each request is told to `asked`.
    """

    class Handler(BaseHTTPRequestHandler):
        """One request."""

        timeout = _TIMEOUT_SECONDS

        def do_GET(self) -> None:
            """Lists and certificates."""
            self._send(answer(short() or authority, self.path, None, clock()))

        def do_POST(self) -> None:
            """Time-stamp requests."""
            length = self.headers.get("Content-Length", "")
            if not length.isdigit() or int(length) > _MAX_REQUEST:
                self._send(Answer(400, "text/plain", b"bad request\n"))
                return
            body = self.rfile.read(int(length))
            asked()
            self._send(answer(short() or authority, self.path, body, clock()))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - base's name
            """Stay silent: requests hold nothing that a log needs."""

        def _send(self, found: Answer) -> None:
            if is_down():
                found = Answer(503, "text/plain", b"down\n")
            self.send_response(found.status)
            self.send_header("Content-Type", found.media_type)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)


def short_lived(
    authority: TimestampAuthority, crl_url: str, file: Path
) -> Callable[[], TimestampAuthority | None]:
    """Return, while `file` is there, an authority certified for the seconds in it."""

    @functools.cache
    def made(seconds: float) -> TimestampAuthority:
        return certified(authority, crl_url, datetime.now(UTC), timedelta(seconds=seconds))

    return lambda: made(float(file.read_text("ascii"))) if file.exists() else None


def main() -> None:
    """Serve until ended."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--clock-file", type=Path)
    options = parser.parse_args()
    crl_url = f"http://127.0.0.1:{options.port}/pki/root.crl"
    # Certificates start at the machine's own time, so that a clock moved on finds them valid.
    authority = load_or_create(options.state_dir, crl_url, datetime.now(UTC))
    down = options.state_dir / "down"
    clock = functools.partial(moved_clock, options.clock_file)
    short = short_lived(authority, crl_url, options.state_dir / "life")
    with (
        (options.state_dir / "asked").open("ab", buffering=0) as file,
        serve(
            *(options.port, authority, clock, down.exists, short, lambda: file.write(b"."))
        ) as server,
    ):
        server.serve_forever()


if __name__ == "__main__":
    main()
