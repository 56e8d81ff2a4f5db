"""The laptop's front server: clean addresses before the APIs, and the inbox."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from infra.local.inbox import Inbox
from infra.local.journey import http
from infra.local.proxy import Proxy, Routes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class _Echo(BaseHTTPRequestHandler):
    """Stands in for the embedded AWS: answers what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        asked = {
            "method": self.command,
            "path": self.path,
            "host": self.headers["Host"],
            "accept": self.headers["Accept"],
            "body": self.rfile.read(length).decode(),
        }
        body = json.dumps(asked if "sms" not in self.path else {"sms_messages": {}}).encode()
        self.send_response(303 if "again" in self.path else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Location", "/elsewhere")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST  # noqa: N815 - the names that http.server looks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Keep quiet."""


def published(name: str) -> bytes:
    """Stands in for the authority's bucket."""
    if name != "root.crl":
        raise FileNotFoundError(name)
    return b"CRL"


@pytest.fixture
def upstream() -> Iterator[str]:
    """An address that echoes."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Echo)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def front(upstream: str, tmp_path: Path) -> Iterator[str]:
    """The address of the front server."""
    table = (("/v1/", "/api/stage"), ("/", "/web/stage"))
    with Proxy().running() as proxy:
        proxy.open(Routes(upstream, table, Inbox(tmp_path, upstream), published))
        yield proxy.url


def test_paths_find_their_api(front: str) -> None:
    """What starts with /v1/ goes to the HTTP API, everything else to the pages."""
    assert http("GET", f"{front}/v1/things?a=1").json["path"] == "/api/stage/v1/things?a=1"
    assert http("GET", f"{front}/s/abc").json["path"] == "/web/stage/s/abc"


def test_a_form_passes_unchanged(front: str) -> None:
    """Method, body and the public host name arrive; a redirect comes back as it is."""
    answer = http("POST", f"{front}/again", body=b"code=123456")
    assert (answer.status, answer.headers["Location"]) == (303, "/elsewhere")
    assert answer.json["method"] == "POST"
    assert answer.json["body"] == "code=123456"
    assert f"http://{answer.json['host']}" == front


def test_head_has_no_body(front: str) -> None:
    """Mail scanners ask like this."""
    answer = http("HEAD", f"{front}/s/abc")
    assert (answer.status, answer.body) == (200, b"")


def test_an_empty_inbox(front: str) -> None:
    """Page, document, and a file that is not there."""
    assert http("GET", f"{front}/inbox.json").json == {"mails": [], "sms": []}
    assert "None yet" in http("GET", f"{front}/inbox").text
    assert http("GET", f"{front}/inbox/1/0").status == 404
    assert http("GET", f"{front}/inbox/nonsense").status == 404


def test_the_authority_publishes_what_validators_ask_for(front: str) -> None:
    """Lists and certificates, with their media types; nothing else."""
    answer = http("GET", f"{front}/pki/root.crl")
    assert (answer.headers["Content-Type"], answer.body) == ("application/pkix-crl", b"CRL")
    assert http("GET", f"{front}/pki/issuing.crl").status == 404
    assert http("GET", f"{front}/pki/revoked.json").status == 404


def test_ocsp_goes_to_its_door(front: str) -> None:
    """By POST and by GET, asking for octets; not what only begins like it."""
    posted = http("POST", f"{front}/pki/ocsp", body=b"0").json
    assert (posted["path"], posted["body"]) == ("/web/stage/pki/ocsp", "0")
    got = http("GET", f"{front}/pki/ocsp/MA%2F/A==").json
    assert got["path"] == "/web/stage/pki/ocsp/MA%2F/A=="
    assert {posted["accept"], got["accept"]} == {"application/ocsp-response"}
    assert http("GET", f"{front}/pki/ocspx").status == 404


def test_nothing_is_forwarded_before_the_platform_is_there() -> None:
    """Whoever comes too early is told so."""
    with Proxy().running() as proxy:
        assert http("GET", f"{proxy.url}/v1/things").status == 503


def test_an_embedded_aws_that_is_gone_is_said(tmp_path: Path) -> None:
    """502, not a hang or a broken connection; to software as API Gateway says that it failed."""
    with Proxy().running() as proxy:
        gone = "http://127.0.0.1:9"
        proxy.open(Routes(gone, (("/", ""),), Inbox(tmp_path, gone), published))
        assert http("GET", f"{proxy.url}/s/abc").status == 502
        answer = http("GET", f"{proxy.url}/v1/things")
        assert (answer.status, answer.json["code"]) == (503, "try_again")


def test_what_is_no_call_is_refused_as_by_api_gateway(front: str) -> None:
    """On the API's paths; the pages are for people, whose browsers send nothing of the kind."""
    answer = http("PROPFIND", f"{front}/v1/things")
    assert (answer.status, answer.json["code"]) == (404, "no_such_route")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert http("PROPFIND", f"{front}/s/abc").status == 501
