"""One template is made of fragments by part and of the table of doors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from infra import sam_template
from infra.template import compose

FRAGMENTS = {path.stem: path.read_text(encoding="utf-8") for path in compose.PARTS.glob("*.yaml")}
WHOLE = sam_template.load(Path(sam_template.__file__).with_name("template.yaml"))
ONE = """\
# One part
Description: two parts

Parameters:
  Stage: {Type: String}

Resources:
  # The first of all.
  Sign:
    Type: AWS::Serverless::Function
    Properties:
      # generated: properties of sign
      Tracing: Active
"""
OTHER = """\
# Another part
Resources:
  Table: {Type: AWS::DynamoDB::Table}

Outputs:
  TableName: {Value: !Ref Table}
"""
GENERATED = {"properties of sign": ["Handler: sign", "Timeout: 60"]}


def test_sections_are_joined_and_places_filled(tmp_path: Path) -> None:
    text = compose.compose({"one": ONE, "other": OTHER}, GENERATED)
    (tmp_path / "template.yaml").write_text(text)
    assert sam_template.load(tmp_path / "template.yaml") == {
        "Description": "two parts",
        "Parameters": {"Stage": {"Type": "String"}},
        "Resources": {
            "Sign": {
                "Type": "AWS::Serverless::Function",
                "Properties": {"Handler": "sign", "Timeout": 60, "Tracing": "Active"},
            },
            "Table": {"Type": "AWS::DynamoDB::Table"},
        },
        "Outputs": {"TableName": {"Value": {"Ref": "Table"}}},
    }
    assert "# GENERATED" in text
    assert "  # The first of all.\n  Sign:\n" in text


@pytest.mark.parametrize(
    ("fragments", "generated", "said"),
    [
        ({"one": ONE, "other": OTHER}, {}, "nobody generates properties of sign"),
        ({"other": OTHER}, GENERATED, "has 0 places"),
        ({"one": ONE, "other": OTHER, "more": OTHER}, GENERATED, "twice there: Table"),
        ({"one": ONE + "Resourses:\n  Topic: {}\n"}, GENERATED, "no section Resourses"),
    ],
)
def test_what_would_be_lost_is_an_error(
    fragments: dict[str, str], generated: dict[str, list[str]], said: str
) -> None:
    """YAML takes the last of two values silently, and CloudFormation knows no lost section."""
    with pytest.raises(compose.FragmentError, match=said):
        compose.compose(fragments, generated)


def test_a_place_cannot_be_filled_twice() -> None:
    """Two functions with one door's properties."""
    again = ONE.replace("Sign:", "Seal:").replace("Description: two parts\n", "")
    again = again.replace("Stage", "Other")
    with pytest.raises(compose.FragmentError, match="has 2 places"):
        compose.compose({"one": ONE, "again": again}, GENERATED)


def test_nothing_of_a_fragment_is_lost() -> None:
    """Every name of every section stands in the template."""
    for part, text in FRAGMENTS.items():
        section = ""
        for line in text.splitlines():
            if found := re.match(r"([A-Z]\w+):", line):
                section = found[1]
            elif found := re.match(r"  (\w+):", line):
                assert found[1] in WHOLE[section], f"{part}: {found[1]}"


@pytest.mark.parametrize("part", sorted(FRAGMENTS))
def test_a_fragment_says_what_it_is_and_stays_small(part: str) -> None:
    lines = FRAGMENTS[part].splitlines()
    assert lines[0].startswith("# ")
    assert len(lines) <= 350
