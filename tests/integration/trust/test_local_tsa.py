"""The laptop's time-stamp service over real HTTP on 127.0.0.1, and what its failures become."""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from infra.local import tsa
from infra.local.tsa_authority import load_or_create
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from paraphe.adapters.trust.authority.tsa import TimestampAuthority

DIGEST = hashlib.sha256(b"stamped").digest()


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[str]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _authority(folder: Path, port: int) -> TimestampAuthority:
    url = f"http://127.0.0.1:{port}/pki/root.crl"
    return load_or_create(folder, url, datetime.now(UTC))


def test_the_clock_file_moves_tokens_and_lists(tmp_path: Path) -> None:
    """The clock file moves tokens and lists, at each request."""
    clock = tmp_path / "clock"
    clock.write_text("0", "ascii")
    probe = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = probe.server_address[1]
    probe.server_close()
    authority = _authority(tmp_path / "state", port)
    with _running(tsa.serve(port, authority, lambda: tsa.moved_clock(clock))) as url:
        service = HttpTimestampService(f"{url}/tsa", (authority.root,))
        assert abs(service.stamp(DIGEST).at - datetime.now(UTC)) < timedelta(seconds=30)
        clock.write_text(str(20 * 24 * 3600), "ascii")
        later = datetime.now(UTC) + timedelta(days=20)
        assert abs(service.stamp(DIGEST).at - later) < timedelta(seconds=30)
        chain = (authority.certificate, authority.root)
        assert HttpRevocationSource().proof_for(chain, later).crls


def test_keys_are_kept_between_starts(tmp_path: Path) -> None:
    """Keys are kept between starts, readable by their owner only."""
    first, second = _authority(tmp_path, 1), _authority(tmp_path, 1)
    assert first.certificate == second.certificate
    assert (tmp_path / "tsa.key").stat().st_mode & 0o077 == 0


class _Answering(BaseHTTPRequestHandler):
    """Answers every POST with the status in its path."""

    def do_POST(self) -> None:
        """Answer."""
        self.send_response(int(self.path[1:]))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - base's name
        """Stay silent."""


def test_what_is_worth_another_try_is_told_apart(tmp_path: Path) -> None:
    roots = (_authority(tmp_path, 1).root,)
    with _running(ThreadingHTTPServer(("127.0.0.1", 0), _Answering)) as url:
        for status in (500, 503, 429):
            with pytest.raises(TrustServiceUnavailableError):
                HttpTimestampService(f"{url}/{status}", roots).stamp(DIGEST)
        for status in (400, 403, 404, 200):
            with pytest.raises(TrustServiceRefusedError):
                HttpTimestampService(f"{url}/{status}", roots).stamp(DIGEST)
    with pytest.raises(TrustServiceUnavailableError):
        HttpTimestampService(f"{url}/200", roots).stamp(DIGEST)
