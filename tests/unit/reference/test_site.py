"""The documentation as it is served: every page whole, light, with its Markdown beside it."""

from __future__ import annotations

import gzip
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.reference.problem_codes import ProblemKind, catalogue
from paraphe.pages import http_request
from reference import site

if TYPE_CHECKING:
    from paraphe.pages.http_response import HttpResponse

NOW = datetime(2026, 11, 27, tzinfo=UTC)
LIGHT = 60_000  # bytes that are transferred for a page, its stylesheet included
PAGES = sorted(site.names())


def get(route: str, **path: str) -> HttpResponse:
    """Ask for an address."""
    event = {
        "httpMethod": "GET",
        "path": route.format(**path),
        "pathParameters": path or None,
        "requestContext": {"resourcePath": route, "requestId": "1"},
    }
    return site.answer(http_request.read(event, NOW))


def page(name: str) -> HttpResponse:
    """Ask for a page by its name."""
    folder, _, last = name.rpartition("/")
    if folder:
        return get("/docs/{page}/{inner}", page=folder, inner=last)
    return get("/docs/{page}", page=name)


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_light_and_has_its_twin(name: str) -> None:
    """HTML of at most 60 KB as transferred; with `.md`, what it was made from."""
    shown = page(name)
    style = get("/docs/style.css").body
    assert shown.status == 200
    transferred = sum(len(gzip.compress(text.encode())) for text in (shown.body, style))
    assert transferred <= LIGHT
    twin = page(f"{name}.md")
    assert twin.headers["Content-Type"].startswith("text/markdown")
    assert twin.body.startswith(("# ", "<!-- "))


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_somewhere(name: str) -> None:
    """Each relative link names a page, and its fragment a heading there."""
    folder = name.rpartition("/")[0]
    for target in re.findall(r"<article>.*</article>", page(name).body, re.DOTALL):
        for link in re.findall(r'href="([^"]+)"', target):
            if re.match(r"[a-z]+:", link):
                continue
            assert ".md" not in link
            path, _, fragment = link.partition("#")
            found = page(_resolved(folder, path) if path else name)
            assert found.status == 200, link
            assert not fragment or f'id="{fragment}"' in found.body, link


def _resolved(folder: str, path: str) -> str:
    parts = [part for part in folder.split("/") if part]
    for part in path.split("/"):
        if part == "..":
            parts.pop()
        elif part:
            parts.append(part)
    return "/".join(parts)


@pytest.mark.parametrize("problem", catalogue(), ids=lambda problem: problem.code)
def test_each_problem_has_a_page(problem: ProblemKind) -> None:
    """By its code, with its status."""
    shown = get("/docs/{page}/{inner}", page="problems", inner=problem.code)
    assert shown.status == 200
    assert str(problem.statuses[0]) in shown.body


def test_what_is_not_there_is_said() -> None:
    """Also for paths that look like files of ours."""
    for name in ("nothing", "order.txt", "openapi", "..", "problems/nothing"):
        assert page(name).status == 404, name


def test_programs_find_everything() -> None:
    """llms.txt names every page; the OpenAPI document is the API's own."""
    listed = get("/llms.txt").body
    for name in PAGES:
        assert f"(docs/{name}.md)" in listed
    assert json.loads(get("/openapi.json").body)["openapi"] == "3.1.0"
    assert json.loads(page("collection.json").body)["auth"]["type"] == "oauth2"
    assert get("/docs").status == 303
