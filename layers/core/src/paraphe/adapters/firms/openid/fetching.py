"""Calls to the identity provider: HTTPS, no redirects, bounded in size and time."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode, urlsplit

import urllib3

from paraphe.ports.identity import IdentityRefusedError
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_ANSWER = 256 * 1024
_CONNECT_SECONDS, _READ_SECONDS, _WHOLE_SECONDS = 2.0, 5.0, 8.0
_PART = 16 * 1024
_OK, _SERVER_ERRORS = 200, 500
_TRY_LATER = frozenset({408, 425, 429})
_FORM = "application/x-www-form-urlencoded"
_JSON = "application/json"


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """An answer: its bytes and its media type."""

    body: bytes
    media_type: str

    def as_object(self) -> dict[str, Any]:
        """Return the JSON object that it is.

        Raises:
            IdentityRefusedError: it is none.

        """
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise IdentityRefusedError("not_an_object")
        return found


class Fetcher(Protocol):
    """What talks to the provider; `HttpFetcher`, or a test's."""

    def get(self, url: str, bearer: str = "") -> Fetched:
        """GET, with an access token or without."""
        ...

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
        """POST a form."""
        ...


def check_address(url: str) -> str:
    """Return an address that may be called.

    Plain http is for a provider on this very machine: inside Lambda nobody listens there, and the
    template lets nothing but https in on any stage but a laptop's.

    Raises:
        IdentityRefusedError: `not_https`.

    """
    parts = urlsplit(url)
    if parts.scheme == "https" and parts.hostname and not parts.username:
        return url
    if parts.scheme == "http" and parts.hostname == "127.0.0.1" and not parts.username:
        return url
    raise IdentityRefusedError("not_https")


class HttpFetcher:
    """Keeps `Fetcher`."""

    def __init__(self) -> None:
        self._pool = urllib3.PoolManager(
            maxsize=2,
            retries=False,
            timeout=urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS),
        )

    def get(self, url: str, bearer: str = "") -> Fetched:
        """Keep `Fetcher.get`.

        Raises:
            TransientError: it did not answer, not in time, or with a status that says "later".
            IdentityRefusedError: any other status, an address that is not https, or an answer
                that is too large.

        """
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else {}
        return self._call("GET", url, None, headers)

    def post(self, url: str, form: Mapping[str, str], headers: Mapping[str, str]) -> Fetched:
        """Keep `Fetcher.post`; raises as `get` does."""
        return self._call("POST", url, urlencode(form).encode(), {**headers, "Content-Type": _FORM})

    def _call(
        self, method: str, url: str, body: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        sent = {"Accept": _JSON, "Accept-Encoding": "identity", **headers}
        try:
            answer = self._pool.request(
                method,
                check_address(url),
                body=body,
                headers=sent,
                redirect=False,
                preload_content=False,
            )
            try:
                found = _read(answer)
            finally:
                answer.close()
        except urllib3.exceptions.HTTPError as error:
            raise TransientError(f"identity provider: {type(error).__name__}") from None
        _check_status(answer.status)
        return Fetched(found, answer.headers.get("content-type", "").partition(";")[0].strip())


def _check_status(status: int) -> None:
    if status >= _SERVER_ERRORS or status in _TRY_LATER:
        raise TransientError(f"identity provider: {status}")
    if status != _OK:
        raise IdentityRefusedError(f"status_{status}")


def _read(answer: urllib3.BaseHTTPResponse) -> bytes:
    """Read to the end; a time-out bounds each part alone, so the whole is bounded too."""
    ends = time.monotonic() + _WHOLE_SECONDS
    found = bytearray()
    for part in answer.stream(_PART):
        found += part
        if len(found) > MAX_ANSWER:
            raise IdentityRefusedError("answer_too_large")
        if time.monotonic() > ends:
            raise TransientError("identity provider: too slow")
    return bytes(found)
