"""What the documentation tells people to type fits the template."""

from __future__ import annotations

import re
import shlex
import tomllib
from typing import Any

import pytest
from samcli.cli.types import CfnParameterOverridesType

from infra.layer import ROOT
from tests.support.cloudformation import PRODUCTION, AssertionRefusedError, deployed, source

SAMCONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
ENVIRONMENTS = ("dev", "staging", "prod")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
PARAMETERS = frozenset(source()["Parameters"])


def _overrides(environment: str) -> dict[str, str]:
    """What the SAM command itself reads there."""
    listed = SAMCONFIG[environment]["deploy"]["parameters"]["parameter_overrides"]
    read: dict[str, str] = CfnParameterOverridesType().convert(listed, None, None)
    return read


def _deploy_commands() -> list[tuple[str, list[str]]]:
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8").replace("\\\n", " ")
        commands = re.findall(r"sam deploy --config-env[^`\n#]*", text)
        found += [(page.name, shlex.split(command)) for command in commands]
    return found


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_environment_says_its_region_and_stage(environment: str) -> None:
    """SAM reads no other environment's region; overrides name parameters that there are."""
    assert SAMCONFIG[environment]["global"]["parameters"]["region"]
    overrides = _overrides(environment)
    assert overrides["Stage"] == environment
    assert set(overrides) <= PARAMETERS


@pytest.mark.parametrize("environment", ["dev", "staging"])
def test_an_environment_can_be_deployed_as_it_stands(environment: str) -> None:
    assert deployed(_overrides(environment)).resources


def test_production_waits_for_what_is_the_firms() -> None:
    """And says what is missing; with it, the same file goes through."""
    with pytest.raises(AssertionRefusedError, match="PublicBaseUrl"):
        deployed(_overrides("prod"))
    assert deployed({**PRODUCTION, **_overrides("prod")}).resources


def test_documented_deploys_name_parameters_that_there_are() -> None:
    commands = _deploy_commands()
    assert commands
    for page, words in commands:
        environments = words[words.index("--config-env") + 1].split("|")
        assert set(environments) <= set(ENVIRONMENTS), page
        if "--parameter-overrides" in words:
            given = words[words.index("--parameter-overrides") + 1 :]
            names = {word.partition("=")[0] for word in given if "=" in word}
            assert names <= PARAMETERS, page
            assert "Stage" in names, f"{page}: overrides replace samconfig.toml's, Stage included"


def test_the_operations_guide_explains_every_parameter_and_no_other() -> None:
    guide = (ROOT / "docs" / "OPERATIONS.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `([A-Za-z]+)` \|", guide, flags=re.MULTILINE)
    assert set(table) == PARAMETERS - {"Stage", "ClockFile"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_parameter_that_is_gone(page: Any) -> None:  # noqa: ANN401 - a path
    assert "LinkBaseUrl" not in page.read_text(encoding="utf-8")
