"""The client that posts webhooks: to checked addresses, within bounds, reading a status only."""

from __future__ import annotations

import socket
import ssl
from collections import deque
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast

import pytest

from paraphe.adapters.delivery import webhook_sender
from paraphe.adapters.delivery.webhook_sender import MOST_READ, HttpWebhookSender
from paraphe.domain.delivery.webhook_deliveries import Attempt, Fault
from paraphe.domain.errors import InvalidError
from paraphe.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
URL = "https://hooks.example.com/paraphe"
PUBLIC = "93.184.215.14"


class Line:
    """A socket that says what it is told to say, part by part; silence is a timeout."""

    def __init__(self, *parts: bytes | Exception, endless: bytes = b"") -> None:
        self.parts = deque(parts)
        self.endless = endless
        self.sent = b""
        self.read = 0
        self.closed = False

    def settimeout(self, seconds: float) -> None:
        """Take the time that is left, which is never used up."""
        assert 0 < seconds <= webhook_sender.TOTAL_SECONDS

    def sendall(self, data: bytes) -> None:
        """Remember what was sent."""
        self.sent += data

    def recv(self, most: int) -> bytes:
        """Say the next part."""
        part: bytes | Exception = self.parts.popleft() if self.parts else self.endless
        if isinstance(part, Exception):
            raise part
        if len(part) > most:
            self.parts.appendleft(part[most:])
        self.read += len(part[:most])
        return part[:most]

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def answered(line: Line) -> Attempt:
    """Post to a line in clear, as on a laptop."""
    sender = HttpWebhookSender(
        loopback=True, connect=lambda _to, _seconds: cast("socket.socket", line)
    )
    return sender.post("http://127.0.0.1:8080/x?y=1", {"webhook-id": "1"}, b"{}", lambda: NOW)


@pytest.mark.parametrize(
    ("said", "status", "fault"),
    [
        ([b"HTTP/1.1 204 No Content\r\n\r\n"], 204, None),
        ([b"HTTP/1.0 200\n\n"], 200, None),
        ([b"HTTP/1.1 2", b"00 OK\r", b"\nA: b\r\n", b"\r\n", b"body"], 200, None),
        ([b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 Accepted\r\n\r\n"], 202, None),
        ([b"HTTP/1.1 301 Moved\r\nLocation: http://10.0.0.1/\r\n\r\n"], 301, Fault.REDIRECT),
        ([b"HTTP/1.1 410 Gone\r\n\r\n"], 410, Fault.GONE),
        ([b"HTTP/1.1 500 Oops\r\n\r\n"], 500, Fault.STATUS),
        ([b"HTTP/1.1 404 Not Found\r\n\r\n"], 404, Fault.STATUS),
        ([b"220 smtp.example.com ESMTP\r\n\r\n"], None, Fault.ANSWER),
        ([b"HTTP/1.1 0200 OK\r\n\r\n"], None, Fault.ANSWER),
        ([b"HTTP/2 200\r\n\r\n"], None, Fault.ANSWER),
        ([b"HTTP/1.1 200 OK\r\nA: b\r\n"], None, Fault.ANSWER),
        ([b""], None, Fault.ANSWER),
        ([TimeoutError()], None, Fault.TIMEOUT),
        ([ConnectionResetError()], None, Fault.CONNECT),
        ([ssl.SSLError()], None, Fault.TLS),
        ([b"HTTP/1.1 200 OK\r\n\r\n", ConnectionResetError()], 200, None),
        ([b"HTTP/1.1 200 OK\r\n\r\n", TimeoutError()], 200, None),
    ],
)
def test_only_the_status_counts(
    said: list[bytes | Exception], status: int | None, fault: Fault | None
) -> None:
    line = Line(*said)
    attempt = answered(line)
    assert (attempt.status, attempt.fault, attempt.worked) == (status, fault, fault is None)
    assert line.closed


@pytest.mark.parametrize(
    "line",
    [
        Line(endless=b"x" * 1000),
        Line(b"HTTP/1.1 200 OK\r\n", endless=b"A: b\r\n" * 100),
        Line(b"HTTP/1.1 200 OK\r\n\r\n", endless=b"body" * 100),
        Line(endless=b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_an_answer_without_end_is_read_no_further(line: Line) -> None:
    answered(line)
    assert line.read <= MOST_READ
    assert line.closed


def test_the_call_itself() -> None:
    """One request, closed afterwards; no header can hold a second one."""
    line = Line(b"HTTP/1.1 200 OK\r\n\r\n")
    answered(line)
    head, _, body = line.sent.partition(b"\r\n\r\n")
    assert head.splitlines()[0] == b"POST /x?y=1 HTTP/1.1"
    assert b"Host: 127.0.0.1:8080" in head
    assert b"webhook-id: 1" in head
    assert b"Content-Length: 2" in head
    assert body == b"{}"


class Names:
    """A name server that changes its mind; and a network that knows who was called."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self.answers = deque(answers)
        self.asked = 0
        self.called: list[tuple[str, int]] = []

    def resolve(self, _name: str, _port: int) -> Sequence[str]:
        """Return the next answer; the last one for ever."""
        self.asked += 1
        return self.answers[0] if len(self.answers) == 1 else self.answers.popleft()

    def connect(self, to: tuple[str, int], _seconds: float) -> socket.socket:
        """Remember who is called; nobody is at home."""
        self.called.append(to)
        raise ConnectionRefusedError

    def sender(self) -> HttpWebhookSender:
        """Return a sender in this world."""
        return HttpWebhookSender(resolve=self.resolve, connect=self.connect)


def test_the_checked_address_is_called_and_no_other() -> None:
    """DNS rebinding: the second answer would be internal; it is never asked for."""
    names = Names([PUBLIC], ["169.254.169.254"])
    attempt = names.sender().post(URL, {}, b"{}", lambda: NOW)
    assert attempt.fault is Fault.CONNECT
    assert (names.asked, names.called) == (1, [(PUBLIC, 443)])
    attempt = names.sender().post(URL, {}, b"{}", lambda: NOW)
    assert attempt.fault is Fault.ADDRESS
    assert names.called == [(PUBLIC, 443)]


def test_one_internal_address_spoils_them_all() -> None:
    names = Names([PUBLIC, "10.0.0.1"])
    assert names.sender().post(URL, {}, b"{}", lambda: NOW).fault is Fault.ADDRESS
    assert names.called == []


def test_few_addresses_are_tried() -> None:
    names = Names([f"93.184.215.{n}" for n in range(10)])
    assert names.sender().post(URL, {}, b"{}", lambda: NOW).fault is Fault.CONNECT
    assert len(names.called) == 3


def test_names_that_lead_nowhere_or_inside_are_refused_when_they_are_given() -> None:
    def nothing(_name: str, _port: int) -> Sequence[str]:
        raise socket.gaierror

    for resolve, code in (
        (nothing, "webhook_url_not_found"),
        (lambda _n, _p: [], "webhook_url_not_found"),
        (lambda _n, _p: ["192.168.0.1"], "webhook_url_internal"),
    ):
        with pytest.raises(InvalidError) as refused:
            HttpWebhookSender(resolve=cast("Any", resolve)).check(URL)
        assert refused.value.code == code
    assert Names([PUBLIC]).sender().check(URL) == URL


def test_a_slow_name_server_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading  # noqa: PLC0415

    monkeypatch.setattr(webhook_sender, "RESOLVE_SECONDS", 0.05)
    held = threading.Event()

    def slow(_name: str, _port: int) -> Sequence[str]:
        held.wait(5)
        return [PUBLIC]

    sender = HttpWebhookSender(resolve=slow)
    assert sender.post(URL, {}, b"{}", lambda: NOW).fault is Fault.NAME
    held.set()


@pytest.mark.parametrize("stage", ["dev", "staging", "prod", ""])
def test_the_loopback_is_closed_everywhere_but_on_a_laptop(stage: str) -> None:
    """Whatever the parameter says."""
    environment = {"LOOPBACK_WEBHOOKS": "true", **({"STAGE": stage} if stage else {})}
    assert not Settings(environment).loopback_webhooks
    assert not Settings({"STAGE": "local"}).loopback_webhooks
    assert Settings({"STAGE": "local", "LOOPBACK_WEBHOOKS": "true"}).loopback_webhooks
