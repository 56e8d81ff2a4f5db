"""What the template says differently on a laptop is listed, with what proves the other side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from infra.layer import ROOT
from tests.support.cloudformation import source

if TYPE_CHECKING:
    from collections.abc import Iterator

GUIDE = (ROOT / "docs" / "LOCAL.md").read_text(encoding="utf-8")


def _on_aws_only() -> set[str]:
    """The conditions that are false on stage local whatever the other parameters say."""
    conditions = source()["Conditions"]
    named = {"OnAws"}
    for name, condition in conditions.items():
        parts = condition.get("Fn::And", [])
        if {"Condition": "OnAws"} in parts:
            named.add(name)
    return named


def _branches(node: Any, path: tuple[str, ...], names: set[str]) -> Iterator[str]:  # noqa: ANN401
    """Where a condition of these chooses: `<resource>/<setting>`."""
    if isinstance(node, list):
        for item in node:
            yield from _branches(item, path, names)
    elif isinstance(node, dict):
        chosen = node.get("Fn::If")
        if isinstance(chosen, list) and chosen[0] in names:
            yield f"{path[0]}/{path[-1]}" if path[-1] != "Value" else path[0]
        for key, item in node.items():
            yield from _branches(item, (*path, key) if key != "Fn::If" else path, names)


def test_everything_that_is_on_aws_only_is_listed_with_its_proof() -> None:
    names = _on_aws_only()
    found: set[str] = set()
    for section in ("Resources", "Outputs"):
        for name, part in source()[section].items():
            if part.get("Condition") in names:
                found.add(name)
            else:
                found.update(_branches(part, (name,), names))
    rows = [line.split("|") for line in GUIDE.splitlines() if re.match(r"\| `.*`test_", line)]
    listed = {name for row in rows for name in re.findall(r"`([^`]+)`", row[1])}
    proofs = {name for row in rows for name in re.findall(r"`([^`]+)`", row[3])}
    assert found == listed
    assert proofs
    for proof in proofs:
        assert (ROOT / "tests" / "unit" / "template" / proof).is_file(), proof


def test_no_code_asks_for_the_stage_but_the_clock() -> None:
    """A branch in code would hide from the table."""
    asking = {
        path.relative_to(ROOT).as_posix()
        for folder in (ROOT / "functions", ROOT / "layers")
        for path in folder.rglob("*.py")
        if re.search(r"\"local\"|'local'|settings\.stage|\"STAGE\"", path.read_text("utf-8"))
    }
    base = "layers/core/src/paraphe"
    # observe.py names the stage in metrics; settings.py reads the variable.
    assert asking == {f"{base}/clock.py", f"{base}/observe.py", f"{base}/settings.py"}
