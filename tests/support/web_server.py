"""The signers' pages on 127.0.0.1 for a browser; the documents' pictures on another port."""

import struct
import sys
import threading
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.support.fakes import FakeFiles
from tests.support.web_harness import Site
from tests.support.world import World


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
    with serving(_pictures(world)) as pictures:
        world.files = PictureFiles(world, pictures)
        world.post = replace(world.post, files=world.files)
        world.tools = replace(world.tools, files=world.files)
        site = Site(world)
        with serving(_pages(site, prefix)) as pages:
            yield site, pages + prefix


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Let a browser hang up without a word; anything else is reported."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port of 127.0.0.1; its address."""
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(BaseHTTPRequestHandler):
    """A server's answers without a log."""

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

    class Handler(Quiet):
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

    class Handler(Quiet):
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
