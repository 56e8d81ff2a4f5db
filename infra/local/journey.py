"""A stranger's way through the platform: only the HTTP API, the pages behind links, and the inbox.

The demo and the integration tests use it; it knows nothing of what is behind the addresses.
"""

from __future__ import annotations

import base64
import json
import re
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from infra.local.inbox import Inbox, Mail

T = TypeVar("T")
# For a condition that normally holds at once: it bounds a fault, not a busy machine.
PATIENCE = 120.0
_LINK = re.compile(r"https?://[^\s\"<>]+/s/[A-Za-z0-9_-]+")
_CODE = re.compile(r"(?<!\d)(\d{6})(?!\d)")


class JourneyError(RuntimeError):
    """The platform answered something else than a stranger would expect."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP answer, redirects not followed."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")

    @property
    def json(self) -> Any:  # noqa: ANN401 - any JSON
        """The body as JSON."""
        return json.loads(self.body)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirects())


def http(
    method: str, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Answer:
    """Send one request; any status is an answer."""
    request = urllib.request.Request(url, data=body, method=method, headers=dict(headers or {}))
    try:
        with _OPENER.open(request, timeout=60) as answer:
            return Answer(answer.status, dict(answer.headers), answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, dict(error.headers), error.read())


def wait_for(what: str, look: Callable[[], T | None], patience: float = PATIENCE) -> T:
    """Look again and again until there is something.

    Raises:
        JourneyError: `patience` seconds have passed.
    """
    limit = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > limit:
            raise JourneyError(f"waited {patience:.0f} s in vain for {what}")
        time.sleep(0.1)


@dataclass
class Software:
    """A firm's software: calls the HTTP API with OAuth 2 client credentials.

    Attributes:
        url: the platform's address.
        token_url: where access tokens are had.
        client_id: of the API client.
        client_secret: of the API client.
    """

    url: str
    token_url: str
    client_id: str
    client_secret: str
    _token: str = field(default="", repr=False)

    def token(self, scope: str | None = None) -> str:
        """An access token (RFC 6749 §4.4)."""
        basic = base64.b64encode(f"{self.client_id}:{self.client_secret}".encode()).decode()
        form = {"grant_type": "client_credentials", **({"scope": scope} if scope else {})}
        answer = http(
            "POST",
            self.token_url,
            headers={
                "Authorization": f"Basic {basic}",
                "Content-Type": "application/x-www-form-urlencoded",
            },
            body=urllib.parse.urlencode(form).encode(),
        )
        if answer.status != 200:
            raise JourneyError(f"no access token: {answer.status} {answer.text}")
        return str(answer.json["access_token"])

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the API; `path` starts behind `/v1`."""
        self._token = self._token or self.token()
        data = None if body is None else json.dumps(body).encode()
        sent = {"Authorization": f"Bearer {self._token}", **(headers or {})}
        if data is not None:
            sent.setdefault("Content-Type", "application/json")
        return http(method, f"{self.url}/v1{path}", headers=sent, body=data)

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - any JSON
        """Call the API and expect success.

        Raises:
            JourneyError: with the problem document.
        """
        answer = self.call(method, path, body)
        if answer.status >= 300:
            raise JourneyError(f"{method} {path}: {answer.status} {answer.text}")
        return answer.json if answer.body else None

    def create(self, title: str = "Lettre de mission", **more: object) -> str:
        """Make a draft; its id."""
        sender = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
        made = self.ask("POST", "/signature_requests", {"title": title, "sender": sender, **more})
        return str(made["id"])

    def upload(self, request: str, pdf: bytes, name: str = "lettre.pdf") -> str:
        """Add a document and send its file, without waiting for its inspection; its id."""
        made = self.ask("POST", f"/signature_requests/{request}/documents", {"name": name})
        answer = post_file(made["upload"]["url"], made["upload"]["fields"], pdf)
        if answer.status >= 300:
            raise JourneyError(f"the upload was refused: {answer.status} {answer.text}")
        return str(made["id"])

    def document(self, request: str, document: str) -> Any:  # noqa: ANN401 - any JSON
        """A document once its inspection is over."""

        def inspected() -> Any:  # noqa: ANN401 - any JSON
            found = self.ask("GET", f"/signature_requests/{request}/documents/{document}")
            return found if found["state"] != "awaiting_upload" else None

        return wait_for("the inspection of an upload", inspected)

    def invite(  # a recipient is what it is
        self,
        request: str,
        name: str,
        email: str,
        *,
        phone: str | None = "06 12 34 56 78",
        order: int = 1,
        role: str = "signer",
        **more: object,
    ) -> str:
        """Add a recipient; their id."""
        body = {"name": name, "email": email, "order": order, "role": role, **more}
        if phone is not None:
            body["phone"] = phone
        made = self.ask("POST", f"/signature_requests/{request}/recipients", body)
        return str(made["id"])

    def launch(self, request: str) -> Any:  # noqa: ANN401 - any JSON
        """Launch a draft."""
        return self.ask("POST", f"/signature_requests/{request}/launch")

    def get(self, request: str) -> Any:  # noqa: ANN401 - any JSON
        """Read a request."""
        return self.ask("GET", f"/signature_requests/{request}")

    def wait_state(self, request: str, state: str, patience: float = PATIENCE) -> Any:  # noqa: ANN401
        """Wait until a request stands where it is expected."""

        def there() -> Any:  # noqa: ANN401 - any JSON
            found = self.get(request)
            return found if found["state"] == state else None

        return wait_for(f"the request to be {state}", there, patience)

    def download(self, request: str, document: str) -> bytes:
        """Fetch a signed original."""
        path = f"/signature_requests/{request}/documents/{document}/download"
        answer = http("GET", self.ask("GET", path)["url"])
        if answer.status != 200:
            raise JourneyError(f"the download was refused: {answer.status}")
        return answer.body


def post_file(url: str, fields: Mapping[str, str], content: bytes) -> Answer:
    """Send a presigned form with its file, as a browser does (RFC 7578)."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n".encode()
    )
    body = b"".join([*parts, content, f"\r\n--{boundary}--\r\n".encode()])
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return http("POST", url, headers=headers, body=body)


@dataclass
class Person:
    """Somebody with a mailbox and a phone, who follows the link of the newest mail.

    Attributes:
        inbox: where all mail and SMS of the platform arrive.
        email: whose mails are theirs.
        phone: E.164; whose SMS are theirs.
    """

    inbox: Inbox
    email: str
    phone: str = "+33612345678"

    def mails(self) -> list[Mail]:
        """Their mails, oldest first."""
        return [mail for mail in self.inbox.mails() if any(self.email in to for to in mail.to)]

    def wait_mail(self, count: int = 1) -> Mail:
        """Wait for their `count`-th mail."""
        return wait_for(
            f"mail number {count}",
            lambda: next(iter(self.mails()[count - 1 : count]), None),
        )

    def link(self, mail: Mail) -> str:
        """The personal link in a mail."""
        found = _LINK.search(mail.text)
        if not found:
            raise JourneyError("the mail has no link")
        return found.group()

    def codes(self) -> list[str]:
        """The codes that came to their phone, oldest first."""
        texts = [sms.text for sms in self.inbox.sms() if sms.to == self.phone]
        return [found.group(1) for text in texts if (found := _CODE.search(text))]

    def wait_code(self, count: int) -> str:
        """Wait for the `count`-th code."""
        return wait_for(
            f"code number {count}", lambda: next(iter(self.codes()[count - 1 : count]), None)
        )

    def consent(self, link: str, digits: str | None = None) -> Answer:
        """Tick the box and ask for the code."""
        form = {"agreed": "yes", "phone_digits": digits or self.phone[-4:]}
        return post_form(f"{link}/consent", form)

    def type_code(self, link: str, code: str, look: Mapping[str, str] | None = None) -> Answer:
        """Type a code and sign; `look` is how the visible mark shall look."""
        form = {"code": code, "phone_digits": self.phone[-4:], **(look or {})}
        return post_form(f"{link}/code", form)

    def decline(self, link: str, reason: str, digits: str | None = None) -> Answer:
        """Decline with a reason."""
        form = {"reason": reason, "phone_digits": digits or self.phone[-4:]}
        return post_form(f"{link}/decline", form)

    def sign(self, link: str, look: Mapping[str, str] | None = None) -> Answer:
        """Consent, wait for the code, type it."""
        before = len(self.codes())
        answer = self.consent(link)
        if answer.status != 303:
            raise JourneyError(f"the consent was refused: {answer.status} {answer.text[:400]}")
        code = self.wait_code(before + 1)
        wait_for("the page to ask for the code", lambda: 'name="code"' in http("GET", link).text)
        return self.type_code(link, code, look)


def post_form(url: str, fields: Mapping[str, str]) -> Answer:
    """Post a form as a browser does."""
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return http("POST", url, headers=headers, body=urllib.parse.urlencode(fields).encode())


def sample_pdf(lines: Sequence[str], pages: int = 1) -> bytes:
    """Make a small PDF with some lines of text on each page (ISO 32000-1 §7)."""
    objects: list[bytes] = []
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(pages))
    objects.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    objects.append(f"<< /Type /Pages /Kids [{kids}] /Count {pages} >>".encode())
    objects.append(
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
    )
    for number in range(pages):
        content = _content([*lines, f"Page {number + 1} / {pages}"])
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {5 + 2 * number} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _content(lines: Sequence[str]) -> bytes:
    shown = []
    for line in lines:
        escaped = line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        shown.append(b"(%s) Tj T*" % escaped.encode("cp1252", "replace"))
    return b"BT /F1 14 Tf 22 TL 72 760 Td\n%s\nET" % b"\n".join(shown)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(objects) + 1)
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
