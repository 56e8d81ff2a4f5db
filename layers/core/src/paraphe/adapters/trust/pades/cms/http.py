"""HTTP to trust services: bounded in time and size; failures told apart by whether to try again."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)

if TYPE_CHECKING:
    from http.client import HTTPResponse

TIMEOUT_SECONDS = 10.0
_WHOLE_SECONDS = 20.0
_MAX_ANSWER = 4 * 1024 * 1024
_SERVER_ERRORS = 500
_TRY_LATER = frozenset({408, 425, 429})

Exchange = Callable[[str, bytes | None, Mapping[str, str]], bytes]


def exchange(url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
    """POST `body`, or GET without one.

    Raises:
        TrustServiceUnavailableError: time-out, no connection, 5xx, 408, 425 or 429, or an answer
            that takes longer than 20 s, however steadily it drips.
        TrustServiceRefusedError: any other status, not HTTP, or an answer over 4 MiB.

    """
    import http.client  # noqa: PLC0415 - 70 ms that only a door that signs pays
    import urllib.error  # noqa: PLC0415
    import urllib.request  # noqa: PLC0415

    if not url.startswith(("http://", "https://")):
        message = "trust services are reached over HTTP"
        raise TrustServiceRefusedError(message)
    request = urllib.request.Request(url, data=body, headers=dict(headers))  # noqa: S310 - checked
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            found = _read(answer)
    except urllib.error.HTTPError as error:
        error.close()  # its socket
        message = f"a trust service answered {error.code}"
        if error.code >= _SERVER_ERRORS or error.code in _TRY_LATER:
            raise TrustServiceUnavailableError(message) from error
        raise TrustServiceRefusedError(message) from error
    except (OSError, http.client.HTTPException) as error:
        message = f"a trust service could not be reached: {type(error).__name__}"
        raise TrustServiceUnavailableError(message) from error
    if len(found) > _MAX_ANSWER:
        message = "a trust service's answer is too large"
        raise TrustServiceRefusedError(message)
    return found


def _read(answer: HTTPResponse) -> bytes:
    """Read up to 4 MiB and a byte more; the time-out of the socket bounds each part alone."""
    ends = time.monotonic() + _WHOLE_SECONDS
    found = bytearray()
    while len(found) <= _MAX_ANSWER:
        part = answer.read1(_MAX_ANSWER + 1 - len(found))
        if not part:
            break
        found += part
        if time.monotonic() > ends:
            message = "a trust service's answer does not come to its end"
            raise TrustServiceUnavailableError(message)
    if answer.length and len(found) <= _MAX_ANSWER:
        message = "a trust service's answer was cut off"
        raise TrustServiceUnavailableError(message)
    return bytes(found)
