"""The routes: each page as HTML and, with `.md` behind its name, as it was written."""

from __future__ import annotations

import functools
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from paraphe.pages.http_response import HttpResponse, headers_for, see_other
from reference import layout
from reference.markdown import html, title

if TYPE_CHECKING:
    from paraphe.pages.http_request import HttpRequest

_PAGES = Path(__file__).parent / "pages"
_NAME = re.compile(r"(?:resources/)?[a-z0-9][a-z0-9_-]*")
INDEX, PROBLEMS, COLLECTION = "index", "problems", "collection.json"
# An hour: a new release may change them.
_CACHED = {"Cache-Control": "public, max-age=3600"}


def answer(http: HttpRequest) -> HttpResponse:
    """Answer one request."""
    if http.route == "/llms.txt":
        return _text(_index_for_programs(), "text/plain")
    if http.route == "/openapi.json":
        return _text(_source("openapi.json"), "application/json")
    if http.route == "/docs":
        return see_other(f"docs/{INDEX}")
    if http.route == "/docs/style.css":
        return _text(layout.style(), "text/css")
    return _page(http)


def _page(http: HttpRequest) -> HttpResponse:
    name = "/".join(
        http.path_values[part] for part in ("page", "inner") if part in http.path_values
    )
    if name == COLLECTION:
        return _text(_source(COLLECTION), "application/json")
    plain = name.endswith(".md")
    stem = name.removesuffix(".md")
    if stem.startswith(f"{PROBLEMS}/"):
        return _problem(http, stem.removeprefix(f"{PROBLEMS}/"), plain=plain)
    if stem not in names():
        return layout.missing(http)
    source = _source(f"{stem}.md")
    if plain:
        return _text(source, "text/markdown")
    return layout.page(http, title(source), rendered(stem), navigation(), _CACHED)


def _problem(http: HttpRequest, code: str, *, plain: bool) -> HttpResponse:
    found = sections(_source(f"{PROBLEMS}.md")).get(code)
    if found is None:
        return layout.missing(http)
    source = f"# {code}\n\n{found}\n[All problems](../{PROBLEMS}.md)\n"
    if plain:
        return _text(source, "text/markdown")
    return layout.page(http, code, html(source), navigation(), _CACHED)


@functools.cache
def names() -> frozenset[str]:
    """Return the names of all pages."""
    found = (path.relative_to(_PAGES).with_suffix("").as_posix() for path in _PAGES.rglob("*.md"))
    return frozenset(name for name in found if _NAME.fullmatch(name))


@functools.lru_cache(maxsize=64)
def rendered(name: str) -> str:
    """Return a page's HTML."""
    return html(_source(f"{name}.md"))


@functools.cache
def navigation() -> tuple[tuple[str, str], ...]:
    """Return (name, title) of every page, guides first, in the order of `order.txt`."""
    guides = _source("order.txt").split()
    resources = (f"resources/{one['slug']}" for one in json.loads(_source("resources.json")))
    return tuple((name, title(_source(f"{name}.md"))) for name in (*guides, *resources))


def sections(source: str) -> dict[str, str]:
    """Return what stands below each second-level heading, by the heading."""
    parts = re.split(r"^## (.+)$", source, flags=re.MULTILINE)
    return {
        heading.strip(): text.strip() + "\n"
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def _index_for_programs() -> str:
    """Write llms.txt: what there is, a line each, as Markdown."""
    lines = [f"- [{heading}](docs/{name}.md)" for name, heading in navigation()]
    intro = (
        "# Paraphe\n\n> HTTP API for electronic signatures of accounting firms: OAuth 2 client"
        " credentials, problem documents, idempotency keys, webhooks. Signatures are advanced in"
        " shape, never qualified.\n\n## Documentation\n"
    )
    lines += ["- [OpenAPI 3.1](openapi.json)", f"- [Collection](docs/{COLLECTION})"]
    return f"{intro}{chr(10).join(lines)}\n"


@functools.cache
def _source(name: str) -> str:
    return (_PAGES / name).read_text(encoding="utf-8")


def _text(body: str, media_type: str) -> HttpResponse:
    return HttpResponse(
        200, body, headers_for(f"{media_type}; charset=utf-8", _CACHED, indexed=True)
    )
