"""Static files: found by the hash of their content, and nothing else is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from paraphe.pages import static_files
from paraphe.pages.static_files import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A door's own part of a stylesheet."""
    path = tmp_path / "own.css"
    path.write_text(".own { color: red; }\n", encoding="utf-8")
    return path


@pytest.fixture
def files(own: Path) -> StaticFiles:
    """The kit's styles and the door's, joined."""
    return StaticFiles({"app.css": (*static_files.STYLES, own), "icon.svg": static_files.ICON})


def test_a_file_is_served_under_the_name_that_holds_its_hash(files: StaticFiles) -> None:
    name = files.served_name("app.css")
    assert name.startswith("app-")
    answer = files.answer(name)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.body.index("--accent:") < answer.body.index(".button {")
    assert answer.body.index(".button {") < answer.body.index(".own {")
    assert files.answer(files.served_name("icon.svg")).headers["Content-Type"] == "image/svg+xml"


def test_another_content_has_another_name(files: StaticFiles, own: Path) -> None:
    before = files.served_name("app.css")
    own.write_text(".own { color: blue; }\n", encoding="utf-8")
    after = StaticFiles({"app.css": (*static_files.STYLES, own)})
    assert after.served_name("app.css") != before
    assert after.answer(before).status == 404


@pytest.mark.parametrize(
    "asked",
    [
        "",
        ".",
        "..",
        "app.css",
        "own.css",
        "app-000000000000.css",
        "../own.css",
        "..%2fown.css",
        "%2e%2e/own.css",
        "..\\own.css",
        "/etc/passwd",
        "app-000000000000.css\x00",
    ],
)
def test_nothing_else_is_found(files: StaticFiles, asked: str) -> None:
    """No path is made from what was asked for, so none leads out of the folder."""
    answer = files.answer(asked)
    assert (answer.status, answer.body) == (404, "not found\n")
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_name_is_asked_for_exactly(files: StaticFiles) -> None:
    assert files.answer(f"../{files.served_name('app.css')}").status == 404
    assert files.answer(files.served_name("app.css").upper()).status == 404
