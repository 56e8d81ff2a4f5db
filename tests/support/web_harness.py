"""The signers' pages without AWS: HTTP -> REST v1 event -> the Chalice app on a world in memory."""

import struct
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from paraphe.ports import Actors, Codes, Entropy, Files, RecipientRef, RequestRef, Requests
from tests.support.fakes import FakeFiles
from tests.support.world import World
from web.routes import ROUTES, build
from web.tools import Surroundings

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class WorldTools:
    """Keeps `web.tools.Tools` on a world in memory."""

    world: World

    def requests(self) -> Requests:
        """Keep `Tools.requests`."""
        return self.world.requests

    def actors(self) -> Actors:
        """Keep `Tools.actors`."""
        return self.world.actors

    def codes(self) -> Codes:
        """Keep `Tools.codes`."""
        return self.world.codes

    def files(self) -> Files:
        """Keep `Tools.files`."""
        return self.world.files

    def entropy(self) -> Entropy:
        """Keep `Tools.entropy`."""
        return self.world.entropy


@dataclass
class FakeObserver:
    """Keeps `web.tools.Observer`: remembers what it was told."""

    counted: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def count(self, name: str) -> None:
        """Keep `Observer.count`."""
        self.counted.append(name)

    def about(self, request_id: str, firm_id: str) -> None:
        """Keep `Observer.about`."""
        self.requests.append(f"{firm_id} {request_id}")

    def fault(self, error: BaseException) -> None:
        """Keep `Observer.fault`."""
        self.faults.append(error)


class Site:
    """The pages on a world; `ask` is a browser without cookies, memory or scripts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.observer = FakeObserver()
        self.app = build(Surroundings(WorldTools(world), lambda: world.now, self.observer))

    def ask(
        self,
        method: str,
        address: str,
        *,
        form: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        stage: str = "",
    ) -> Answer:
        """Send one request to path and query; to an unknown path API Gateway says 404."""
        parts = urlsplit(address)
        found = match(parts.path)
        sent = {"accept": "text/html", "user-agent": "Harness/1", **(headers or {})}
        if method == "POST" and "content-type" not in sent:
            sent["content-type"] = FORM_TYPE
        if form is not None:
            body = urlencode(form)
        if found is None:
            return Answer(404, {}, "no such route")
        resource, params = found
        query = dict(parse_qsl(parts.query))
        event = {
            "resource": resource,
            "path": parts.path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
            "pathParameters": params or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": f"{stage}{parts.path}",
                "requestId": "harness",
                "identity": {"sourceIp": "192.0.2.7"},
            },
            "body": body,
            "isBase64Encoded": False,
        }
        answered: dict[str, Any] = self.app(event, None)
        several = answered.get("multiValueHeaders") or {}
        found_headers = {k.lower(): v for k, v in (answered.get("headers") or {}).items()}
        found_headers |= {k.lower(): v[-1] for k, v in several.items()}
        return Answer(answered["statusCode"], found_headers, answered["body"])

    def get(self, address: str, **more: Any) -> Answer:  # noqa: ANN401
        """GET."""
        return self.ask("GET", address, **more)

    def post(self, address: str, form: Mapping[str, str], **more: Any) -> Answer:  # noqa: ANN401
        """POST a form."""
        return self.ask("POST", address, form=form, **more)

    def link(self, ref: RequestRef, recipient_id: str) -> str:
        """Give the path of a recipient's newest link."""
        recipient = self.world.recipient(ref, recipient_id)
        token_of = RecipientRef(ref.firm_id, ref.request_id, recipient_id)
        return f"/s/{self.world.links.token(token_of, recipient.link_generation)}"


def match(path: str) -> tuple[str, dict[str, str]] | None:
    """Find the route of a path as API Gateway does: its resource and parameters."""
    asked = path.strip("/").split("/")
    for resource, _, _ in ROUTES:
        parts = resource.strip("/").split("/")
        if len(parts) != len(asked):
            continue
        params = {}
        for part, value in zip(parts, asked, strict=True):
            if part.startswith("{"):
                params[part.strip("{}")] = value
            elif part != value:
                break
        else:
            return resource, params
    return None


class PictureFiles(FakeFiles):
    """Files whose pictures a browser can fetch, from another origin than the pages'."""

    def __init__(self, world: World, origin: str) -> None:
        super().__init__(world.uploads)
        self.origin = origin

    def presign_picture(self, key: str, seconds: int) -> str:
        """Keep `Files.presign_picture`."""
        return f"{self.origin}/{key}?seconds={seconds}"

    def presign_download(self, key: str, filename: str, seconds: int) -> str:
        """Keep `Files.presign_download`."""
        return f"{self.origin}/{key}?{urlencode({'as': filename, 'seconds': seconds})}"


def picture(width: int = 595, height: int = 842) -> bytes:
    """Draw a page of grey lines, as PNG."""
    rows = []
    for y in range(height):
        row = bytearray(b"\xff" * width)
        line, within = divmod(y - 90, 22)
        if 0 <= line < 28 and within < 8 and line % 7 != 6:
            last = width - 60 - (line * 53 % 90 if line % 7 != 5 else 260)
            row[60:last] = b"\x9a" * (last - 60)
        if 40 <= y < 58:
            row[60:280] = b"\x30" * 220
        rows.append(b"\0" + bytes(row))
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )


@contextmanager
def served(world: World, prefix: str = "") -> Iterator[tuple[Site, str]]:
    """Serve the pages on 127.0.0.1, below `prefix`, and their pictures on another port."""
    with _server(_pictures(world)) as pictures:
        world.files = PictureFiles(world, pictures)
        world.post = replace(world.post, files=world.files)
        world.tools = replace(world.tools, files=world.files)
        site = Site(world)
        with _server(_pages(site, prefix)) as pages:
            yield site, pages + prefix


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Let a browser hang up without a word; anything else is reported."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def _server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""

    def reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Answer."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _pictures(world: World) -> type[BaseHTTPRequestHandler]:
    drawn = picture()

    class Handler(_Quiet):
        def do_GET(self) -> None:
            key = urlsplit(self.path).path.lstrip("/")
            if key not in world.files.objects:
                self.reply(404, {}, b"")
            elif key.endswith(".png"):
                self.reply(200, {"Content-Type": "image/png"}, drawn)
            else:
                name = dict(parse_qsl(urlsplit(self.path).query))["as"]
                given = {
                    "Content-Type": "application/pdf",
                    "Content-Disposition": f'attachment; filename="{name}"',
                }
                self.reply(200, given, world.files.objects[key])

    return Handler


def _pages(site: Site, prefix: str) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()  # a Lambda runs one request at a time

    class Handler(_Quiet):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode() if length else None
            headers = {name.lower(): value for name, value in self.headers.items()}
            headers["x-forwarded-proto"] = "http"
            path = self.path.removeprefix(prefix)
            with lock:
                answer = site.ask(self.command, path, body=body, headers=headers, stage=prefix)
            self.reply(answer.status, answer.headers, answer.body.encode())

        do_GET = do_HEAD = do_POST = _answer  # noqa: N815 (the names that http.server calls)

    return Handler
