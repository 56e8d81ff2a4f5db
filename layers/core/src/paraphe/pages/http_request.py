"""One HTTP request as the pages see it, read from a proxy event of API Gateway (REST v1).

Chalice keeps the same event (`Request.to_original_event()`), so both kinds of doors read it here.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from paraphe.locales import LOCALES, Texts, known, texts
from paraphe.pages import cookies, form_data

_MAX_AGENT = 256
_MAX_ADDRESS = 64


@dataclass(frozen=True, slots=True, repr=False)
class HttpRequest:
    """What was asked for. It has no `repr`: paths, fields and cookies must not get into a log.

    Attributes:
        now: the instant.
        method: in capitals.
        route: the route's template, as `/s/{token}`, without the stage.
        path_values: the parts of the path that the template names.
        headers: names in lower case.
        body: decoded.
        form: the fields of a posted form, the first value of each.
        root: what leads from this address to the root, as `../`. Pages keep every link relative,
            so that they work below any stage and domain.
        correlation_id: names this request in the gateway's log.
        ip: the caller's address.

    """

    now: datetime
    method: str = "GET"
    route: str = "/"
    path_values: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    form: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    root: str = ""
    correlation_id: str = ""
    ip: str = ""

    @property
    def chosen_language(self) -> str | None:
        """The language of the switch (`?lang=`), or None."""
        wanted = self.query.get("lang", "")
        return wanted if wanted in LOCALES else None

    @property
    def language_query(self) -> str:
        """The query that keeps the switch's language."""
        return f"?lang={self.chosen_language}" if self.chosen_language else ""

    def words(self, locale: str | None = None) -> Texts:
        """Return the words to use: the switch's language, else the reader's, else the browser's."""
        accepted = self.headers.get("accept-language", "").split(",")[0].split(";")[0]
        return texts(self.chosen_language or locale or known(accepted))

    @property
    def agent(self) -> str:
        """What the browser calls itself, without control characters."""
        agent = self.headers.get("user-agent", "")
        return "".join(c for c in agent if c.isprintable())[:_MAX_AGENT]

    @property
    def is_secure(self) -> bool:
        """Whether the browser came by https."""
        return self.headers.get("x-forwarded-proto", "https") != "http"

    @property
    def media_type(self) -> str:
        """The body's media type, without parameters."""
        return form_data.media_type(self.headers.get("content-type", ""))


def read(
    event: Mapping[str, Any], now: datetime, *, max_form: int = form_data.MAX_FORM
) -> HttpRequest:
    """Read an event. What cannot be read is left empty: the rules then ask for it.

    Args:
        event: of API Gateway.
        now: the instant.
        max_form: how many bytes a form may have; a larger one is left empty.

    """
    context = event.get("requestContext") or {}
    route = str(context.get("resourcePath") or event.get("resource") or "/")
    headers = {str(k).lower(): str(v) for k, v in (event.get("headers") or {}).items()}
    body = _body(event)
    return HttpRequest(
        now=now,
        method=str(event.get("httpMethod", "GET")).upper(),
        route=route,
        path_values=_texts(event.get("pathParameters")),
        query=_texts(event.get("queryStringParameters")),
        headers=headers,
        body=body,
        form=form_data.fields(body, headers.get("content-type", ""), max_form),
        cookies=cookies.read(headers.get("cookie", "")),
        root=_root(route, str(event.get("path", ""))),
        correlation_id=str(context.get("requestId", "")),
        ip=str((context.get("identity") or {}).get("sourceIp", ""))[:_MAX_ADDRESS],
    )


def _texts(found: Mapping[str, Any] | None) -> dict[str, str]:
    return {str(name): str(value) for name, value in (found or {}).items()}


def _root(route: str, path: str) -> str:
    """Count from the route's template: values may hold what looks like a slash."""
    inner = route.strip("/")
    slashes = inner.count("/") + bool(inner and path.endswith("/"))
    return "../" * slashes


def _body(event: Mapping[str, Any]) -> bytes:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return str(body).encode()
    try:
        return base64.b64decode(body)
    except (binascii.Error, ValueError):
        return b""
