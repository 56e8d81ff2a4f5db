"""What is generated from `infra/template/` is stored as it would be written."""

from __future__ import annotations

import pytest
import yaml

from infra import generate
from infra.template import import_rules, workflow

MARKED = """\
root_packages = [
    "paraphe",
    # doors: begin
    "gone",
    # doors: end
]
layers = [
    # doors side by side: begin
    # doors side by side: end
]
source_modules = [
    # doors but applications: begin
    # doors but applications: end
]
"""


def test_what_is_stored_is_fresh() -> None:
    """Otherwise run `make generate`."""
    assert generate.stale() == []


def test_lists_of_doors_are_written_between_their_markers() -> None:
    """All doors; all side by side; all but those that may use Chalice. Twice is once."""
    once = import_rules.with_doors(MARKED)
    everyone, row, others = (part.partition("]")[0] for part in once.split("= [")[1:])
    assert "gone" not in once
    assert '"paraphe",' in everyone
    assert '"api", "web", "portal",' in everyone
    assert '"api | web | portal | ' in row
    assert '"launch",' in others
    assert '"api",' not in others
    assert '"web",' not in others
    assert import_rules.with_doors(once) == once


@pytest.mark.parametrize("text", ["", MARKED.replace("doors side by side", "doors in a ring")])
def test_a_list_that_nobody_writes_is_an_error(text: str) -> None:
    with pytest.raises(import_rules.MarkersError):
        import_rules.with_doors(text)


def test_the_definition_has_no_anchors() -> None:
    """Step Functions reads the file itself when `sam build` made it."""
    source = """
Shared: {retry: &retry [{MaxAttempts: 6}]}
StartAt: One
States:
  One: {Retry: *retry}
  Two: {Retry: *retry}
"""
    text = workflow.spelled_out(source)
    assert text.startswith("# GENERATED")
    assert text.count("MaxAttempts: 6") == 2
    assert "Shared" not in text
    tokens = list(yaml.scan(text))
    assert not any(isinstance(token, yaml.AnchorToken | yaml.AliasToken) for token in tokens)
