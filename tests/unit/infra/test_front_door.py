"""What a newcomer meets first agrees with itself: versions, pictures, templates."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from infra.tree import ROOT, files, text_of
from paraphe import VERSION

CONTRIBUTING = text_of("CONTRIBUTING.md")
MOST = 80_000  # bytes of a picture


def test_one_version() -> None:
    """Project, package and changelog say the same; what is not released yet stands above it."""
    project = tomllib.loads(text_of("pyproject.toml"))["project"]
    assert project["version"] == VERSION
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\]", text_of("CHANGELOG.md"), re.MULTILINE)
    assert released[0] == VERSION


def test_pictures_are_small_and_shown() -> None:
    """`make pictures` draws them anew."""
    pictures = [path for path in files() if path.startswith("docs/pictures/")]
    assert pictures
    for path in pictures:
        assert (ROOT / path).stat().st_size <= MOST, path
        assert path in text_of("README.md"), path


def test_the_readme_needs_no_network() -> None:
    """No picture from elsewhere: nobody is told who reads it."""
    assert not re.search(r"!\[[^\]]*\]\(https?:|<img[^>]*https?:", text_of("README.md"))


@pytest.mark.parametrize("of", ["resource", "door"])
def test_the_files_of_what_is_added_have_their_folders(of: str) -> None:
    """CONTRIBUTING.md lists at most nine; each lies where there is a folder, or one module yet."""
    listed = CONTRIBUTING.split(f"files of a {of}: ")[1]
    named = re.findall(r"^\| `([^`]+)`", listed, re.MULTILINE)
    assert 0 < len(named) <= 9
    for path in named:
        folder = path.partition("<")[0].rstrip("/").removesuffix("/test_")
        assert (ROOT / folder).exists() or (ROOT / f"{folder}.py").is_file(), path


def test_the_parts_are_those_of_the_domain() -> None:
    """Once the domain has folders, they are the parts that CONTRIBUTING.md names."""
    parts = set(re.findall(r"^\| `(\w+)` \|", CONTRIBUTING, re.MULTILINE))
    domain = ROOT / "layers" / "core" / "src" / "paraphe" / "domain"
    folders = {path.parent.name for path in domain.glob("*/__init__.py")}
    assert len(parts) == 6
    assert folders <= parts, folders - parts


@pytest.mark.parametrize("path", [path for path in files() if path.startswith(".github/")])
def test_templates_can_be_read(path: str) -> None:
    """YAML at the top, as GitHub wants it."""
    text = text_of(path)
    if path.endswith(".yml"):
        assert yaml.safe_load(text)
    elif "ISSUE_TEMPLATE" in path:
        _, front, body = text.split("---\n", 2)
        assert {"name", "about"} <= yaml.safe_load(front).keys()
        assert body.strip()


def test_hooks_before_a_commit_are_local_and_exist() -> None:
    """They run what `make lint` runs, from the same environment; nothing is fetched."""
    hooks = yaml.safe_load(text_of(".pre-commit-config.yaml"))["repos"]
    assert [repository["repo"] for repository in hooks] == ["local"]
    makefile = text_of("Makefile")
    for hook in hooks[0]["hooks"]:
        command = hook["entry"].removeprefix(".venv/bin/").split()
        tool = command[0] if command[0] != "python" else " ".join(command[1:3])
        assert tool in makefile, hook["id"]
