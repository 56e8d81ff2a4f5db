"""The HTTP API as a WSGI application, on a world of fakes: for tools that speak HTTP."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, unquote

from tests.support.api import Caller

StartResponse = Callable[[str, list[tuple[str, str]]], object]


class Gateway:
    """Plays API Gateway in front of a caller's handler; the authorizer lets everything in."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """Pass one HTTP request on (PEP 3333)."""
        length = int(environ.get("CONTENT_LENGTH") or 0)
        headers = {
            name[5:].replace("_", "-").title(): value
            for name, value in environ.items()
            if name.startswith("HTTP_")
        }
        headers["Content-Type"] = environ.get("CONTENT_TYPE") or ""
        answered = self.caller.call(
            environ["REQUEST_METHOD"],
            unquote(environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")),
            raw=environ["wsgi.input"].read(length),
            query=parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True),
            headers=headers,
        )
        status = f"{answered.status} {HTTPStatus(answered.status).phrase}"
        start(status, list(answered.headers.items()))
        return [answered.text.encode()]
