"""One HTTP request, as the views see it; read from Chalice's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from paraphe.domain.evidence.audit import Value
from paraphe.locales import LOCALES, Texts, known, texts

if TYPE_CHECKING:
    from chalice.app import Request

MAX_BODY = 20_000
# With a code may come a picture's pixels: base64 of 256 kB, and what escaping adds.
MAX_BODY_WITH_MARK = 500_000
_WITH_MARK = "/s/{token}/code"
MAX_FIELDS = 20
MAX_AGENT = 256


@dataclass(frozen=True, slots=True)
class Ask:
    """What was asked for.

    Attributes:
        now: the instant.
        token: the link's token, empty on pages that have none. Never to be logged.
        params: the other parts of the path.
        form: the posted fields, first value each.
        root: how this address gets to the root, as `../`; keeps every link relative, so that the
            pages work behind any prefix.
        chosen: the language of the switch, or None.
        accepted: the browser's first language, for who is not known.
        secure: whether the browser came by https.

    """

    now: datetime
    root: str = ""
    token: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)
    chosen: str | None = None
    accepted: str | None = None
    ip: str = ""
    agent: str = ""
    head: bool = False
    secure: bool = True

    def words(self, locale: str | None = None) -> Texts:
        """Give the words to use: the switch's language, else the reader's, else the browser's."""
        return texts(self.chosen or locale or known(self.accepted))

    @property
    def language_query(self) -> str:
        """The query that keeps the switch's language."""
        return f"?lang={self.chosen}" if self.chosen else ""

    def evidence(self, **more: Value) -> dict[str, Value]:
        """Give what the audit trail keeps of an act; never to be logged."""
        return {"ip": self.ip, "user_agent": self.agent, **more}


def read(request: "Request", now: datetime) -> Ask:
    """Read a request. Fields that cannot be read are left out: the rules then ask for them."""
    context = request.context
    event = request.to_original_event()
    query = {k: str(v) for k, v in (event.get("queryStringParameters") or {}).items()}
    params = {k: str(v) for k, v in (request.uri_params or {}).items()}
    chosen = query.get("lang", "")
    slashes = str(context.get("resourcePath", "/")).count("/") - 1
    slashes += str(event.get("path", "")).endswith("/") and slashes > 0
    headers = request.headers
    return Ask(
        now=now,
        root="../" * slashes,
        token=params.pop("token", ""),
        params=params,
        query=query,
        form=_form(request) if request.method == "POST" else {},
        cookies=_cookies(headers.get("cookie", "")),
        chosen=chosen if chosen in LOCALES else None,
        accepted=headers.get("accept-language", "").split(",")[0],
        ip=str(context.get("identity", {}).get("sourceIp", ""))[:64],
        agent=_printable(headers.get("user-agent", ""))[:MAX_AGENT],
        head=request.method == "HEAD",
        secure=headers.get("x-forwarded-proto", "https") != "http",
    )


def _form(request: "Request") -> dict[str, str]:
    raw = request.raw_body
    most = MAX_BODY_WITH_MARK if request.context.get("resourcePath") == _WITH_MARK else MAX_BODY
    if len(raw) > most:
        return {}
    body = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    try:
        fields = parse_qs(body, max_num_fields=MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isprintable())
