"""`WebhookSender`: one POST to a checked address, read no further than its status.

The name is resolved once; every address must be public, and the connection goes to one of those
that were checked, so that no second answer of the name server counts (DNS rebinding). Redirects are
answers like others, proxies of the environment are not asked, and one deadline covers it all.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.contracts.delivery.webhook_urls import FIELD, Target, normalised, target
from paraphe.domain.delivery.public_addresses import is_public
from paraphe.domain.delivery.webhook_deliveries import Attempt, Fault
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

RESOLVE_SECONDS = 3.0
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
# Of an answer, head and body together; the rest is not read.
MOST_READ = 16 * 1024
# How long an answer's body is waited for, so that the receiver can finish it.
_LINGER_SECONDS = 1.0
_MOST_ADDRESSES = 3
_STATUS = re.compile(rb"HTTP/1\.[01] ([1-9][0-9]{2})(?:[ \r\n]|$)")
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_INTERIM = 200
_TAKEN = range(200, 300)
_REDIRECTS = range(300, 400)
_GONE = 410
_PORT = 443
_AGENT = "Paraphe-Webhooks/1"


class _FaultError(Exception):
    """Why an attempt failed."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


class HttpWebhookSender:
    """Keeps `WebhookSender`.

    Args:
        loopback: whether `http://127.0.0.1` may be sent to: on a laptop only.
        resolve: gives a name's addresses; raises OSError when there is none.
        trust: checks certificates; the system's roots if None.
        connect: opens a connection to a checked address.

    """

    def __init__(
        self,
        *,
        loopback: bool = False,
        resolve: Callable[[str, int], Sequence[str]] | None = None,
        trust: ssl.SSLContext | None = None,
        connect: Callable[[tuple[str, int], float], socket.socket] = socket.create_connection,
    ) -> None:
        self._loopback = loopback
        self._resolve = resolve or _addresses
        self._given_trust = trust
        self._connect = connect

    def check(self, url: str) -> str:
        """Keep `WebhookSender.check`.

        Raises:
            InvalidError: see `webhook_urls.normalised`; `webhook_url_not_found`, the name has no
                address; `webhook_url_internal`, one that is not public.

        """
        stored = normalised(url, loopback=self._loopback)
        found = target(stored)
        try:
            self._checked(found)
        except _FaultError as error:
            if error.fault is Fault.ADDRESS:
                code = "webhook_url_internal"
                detail = "The host of this address leads to an address that is not public."
            else:
                code = "webhook_url_not_found"
                detail = "The host of this address is not found: check its name."
            raise InvalidError(code, detail, field=FIELD) from None
        return stored

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, clock: Callable[[], datetime]
    ) -> Attempt:
        """Keep `WebhookSender.post`."""
        at, started = clock(), time.monotonic()
        status: int | None = None
        fault: Fault | None = None
        try:
            status = self._status(target(url), headers, body, started + TOTAL_SECONDS)
            fault = _fault_of(status)
        except _FaultError as error:
            fault = error.fault
        except ssl.SSLError:
            fault = Fault.TLS
        except TimeoutError:
            fault = Fault.TIMEOUT
        except OSError:
            fault = Fault.CONNECT
        return Attempt(at, round((time.monotonic() - started) * 1000), status, fault)

    def _status(self, to: Target, headers: Mapping[str, str], body: bytes, deadline: float) -> int:
        connection = self._opened(to, self._checked(to))
        try:
            if to.secure:
                connection.settimeout(_left(deadline))
                connection = self._trust.wrap_socket(connection, server_hostname=to.host)
            connection.settimeout(_left(deadline))
            connection.sendall(_request(to, headers, body))
            return _read_status(connection, deadline)
        finally:
            connection.close()

    def _checked(self, to: Target) -> Sequence[str]:
        """Resolve a name, once, within its time; one address that is not public spoils them all."""
        if self._loopback and not to.secure:
            return (to.host,)
        pool = ThreadPoolExecutor(1)
        try:
            found = pool.submit(self._resolve, to.host, to.port).result(RESOLVE_SECONDS)
        except (TooLate, OSError, UnicodeError):
            raise _FaultError(Fault.NAME) from None
        finally:
            pool.shutdown(wait=False)
        if not found:
            raise _FaultError(Fault.NAME)
        if not all(is_public(address) for address in found):
            raise _FaultError(Fault.ADDRESS)
        return found[:_MOST_ADDRESSES]

    def _opened(self, to: Target, addresses: Sequence[str]) -> socket.socket:
        """Connect to the first of the checked addresses that answers, all within one time."""
        deadline = time.monotonic() + CONNECT_SECONDS
        last: OSError = TimeoutError()
        for address in addresses:
            try:
                return self._connect((address, to.port), _left(deadline))
            except OSError as error:
                last = error
        raise last

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        context = self._given_trust or ssl.create_default_context()
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        return context


def _addresses(name: str, port: int) -> Sequence[str]:
    """Return a name's addresses, IPv4 first: a Lambda function outside of a VPC has no IPv6."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    ordered = sorted(found, key=lambda one: one[0] is not socket.AF_INET)
    return tuple(dict.fromkeys(str(one[4][0]) for one in ordered))


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _request(to: Target, headers: Mapping[str, str], body: bytes) -> bytes:
    usual = to.port == _PORT
    lines = [
        f"POST {to.path} HTTP/1.1",
        f"Host: {to.host}" if usual else f"Host: {to.host}:{to.port}",
        f"User-Agent: {_AGENT}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Accept: */*",
        "Connection: close",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    return "\r\n".join(lines).encode("ascii") + b"\r\n\r\n" + body


def _read_status(connection: socket.socket, deadline: float) -> int:
    """Read an answer's status, past interim ones; then let the receiver finish, within bounds.

    Raises:
        _FaultError: it is no HTTP, or has no end of its head within `MOST_READ`.

    """
    read = bytearray()
    total = 0
    while True:
        head = _HEAD_ENDS.search(read)
        if head:
            found = _STATUS.match(read)
            if found is None:
                break
            status = int(found[1])
            if status >= _INTERIM:
                _drain(connection, deadline, MOST_READ - total)
                return status
            del read[: head.end()]
            continue
        if total >= MOST_READ:
            break
        connection.settimeout(_left(deadline))
        part = connection.recv(MOST_READ - total)
        if not part:
            break
        total += len(part)
        read += part
    raise _FaultError(Fault.ANSWER)


def _drain(connection: socket.socket, deadline: float, most: int) -> None:
    """Read on to the end of the answer, so that the receiver sees no broken connection."""
    until = min(deadline, time.monotonic() + _LINGER_SECONDS)
    with suppress(OSError):
        while most > 0:
            connection.settimeout(_left(until))
            part = connection.recv(most)
            if not part:
                return
            most -= len(part)


def _fault_of(status: int) -> Fault | None:
    if status in _TAKEN:
        return None
    if status in _REDIRECTS:
        return Fault.REDIRECT
    return Fault.GONE if status == _GONE else Fault.STATUS
