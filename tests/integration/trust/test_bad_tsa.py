"""Time-stamp services that are slow, dead, wrong or lie: never believed, never waited for for long.

What may pass by itself is `unavailable` (tried again, and the request resumed by the sweep); an
answer that is not what was asked for is `refused`.
"""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.trust.pades.cms import http, tsp
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

DIGEST = hashlib.sha256(b"stamped").digest()


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Authorities that are made once."""
    return TrustWorld()


@contextmanager
def _service(world: TrustWorld, behave: Callable[..., None]) -> Iterator[HttpTimestampService]:
    """A service on 127.0.0.1 that answers as `behave` does."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            behave(self, self.rfile.read(int(self.headers["Content-Length"])))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - base's name
            """Stay silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}/tsa"
        yield HttpTimestampService(url, (world.tsa.root,))
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _send(handler: BaseHTTPRequestHandler, body: bytes, status: int = 200) -> None:
    handler.send_response(status)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def test_a_sound_service_is_believed(world: TrustWorld) -> None:
    """The stand-in is worth something: honest, it is believed."""
    with _service(world, lambda h, q: _send(h, world.tsa.respond(q, world.now))) as service:
        assert service.stamp(DIGEST).at == world.now


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_an_outage_may_pass(world: TrustWorld, status: int) -> None:
    """Wrong for now."""
    with (
        _service(world, lambda h, _: _send(h, b"down", status)) as service,
        pytest.raises(TrustServiceUnavailableError),
    ):
        service.stamp(DIGEST)


def test_a_dead_service_may_come_back(world: TrustWorld) -> None:
    """Nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    service = HttpTimestampService(f"http://127.0.0.1:{port}/tsa", (world.tsa.root,))
    with pytest.raises(TrustServiceUnavailableError):
        service.stamp(DIGEST)


def test_a_service_that_hangs_up_may_come_back(world: TrustWorld) -> None:
    """In the middle of its answer."""

    def cut(handler: BaseHTTPRequestHandler, query: bytes) -> None:
        whole = world.tsa.respond(query, world.now)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(whole)))
        handler.end_headers()
        handler.wfile.write(whole[: len(whole) // 2])
        handler.close_connection = True

    with _service(world, cut) as service, pytest.raises(TrustServiceUnavailableError):
        service.stamp(DIGEST)


@pytest.mark.parametrize("drip", [False, True], ids=["hangs", "drips"])
def test_a_slow_service_is_not_waited_for(
    world: TrustWorld, monkeypatch: pytest.MonkeyPatch, *, drip: bool
) -> None:
    """Whether it says nothing, or a byte now and then for ever."""
    monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(http, "_WHOLE_SECONDS", 1.0)
    stop = threading.Event()

    def slow(handler: BaseHTTPRequestHandler, _: bytes) -> None:
        if drip:
            handler.send_response(200)
            handler.send_header("Content-Length", "5000")
            handler.end_headers()
        while not stop.wait(0.1):
            if drip:
                try:
                    handler.wfile.write(b"0")
                    handler.wfile.flush()
                except OSError:
                    return

    with _service(world, slow) as service:
        started = time.monotonic()
        with pytest.raises(TrustServiceUnavailableError):
            service.stamp(DIGEST)
        stop.set()
    assert time.monotonic() - started < 10


def _of_another_file(world: TrustWorld, query: bytes) -> bytes:
    """Sign another digest than was sent, with the nonce that was."""
    other = hashlib.sha256(b"something else").digest()
    return world.tsa.respond(query.replace(DIGEST, other), world.now)


def _of_another_question(world: TrustWorld, _: bytes) -> bytes:
    """Replay: the answer to somebody's earlier question on the same digest."""
    return world.tsa.respond(tsp.build_request(DIGEST, 42), world.now)


def _of_a_stranger(_: TrustWorld, query: bytes) -> bytes:
    """A service that nobody here trusts."""
    other = TrustWorld()
    return other.tsa.respond(query, other.now)


def _of_an_expired_one(world: TrustWorld, query: bytes) -> bytes:
    """Its certificate has ended, by its own clock."""
    return world.tsa.respond(query, world.tsa.certificate.not_valid_after_utc + timedelta(days=1))


def _noise(_: TrustWorld, __: bytes) -> bytes:
    """A web page."""
    return b"<html>Bienvenue</html>"


@pytest.mark.parametrize(
    "lie",
    [_of_another_file, _of_another_question, _of_a_stranger, _of_an_expired_one, _noise],
    ids=lambda lie: lie.__name__.strip("_"),
)
def test_a_lie_is_never_believed(
    world: TrustWorld, lie: Callable[[TrustWorld, bytes], bytes]
) -> None:
    """However well it is signed."""
    with (
        _service(world, lambda h, q: _send(h, lie(world, q))) as service,
        pytest.raises(TrustServiceRefusedError),
    ):
        service.stamp(DIGEST)
