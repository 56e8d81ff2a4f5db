"""docs/RETENTION.md has a row for everything that is stored."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from infra.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

ADAPTERS = ROOT / "layers" / "core" / "src" / "paraphe" / "adapters"
TEMPLATE = ROOT / "infra" / "template" / "parts"
STORES = {"AWS::DynamoDB::Table": "table", "AWS::S3::Bucket": "bucket"}
COLUMNS = 6


def rows() -> dict[str, list[str]]:
    """Return the cells of each row, by what is stored."""
    text = (ROOT / "docs" / "RETENTION.md").read_text(encoding="utf-8")
    section = text.partition("## Everything that is stored")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    return {row[0].strip("`").replace("`", ""): row for row in cells[1:]}


def _types(tree: ast.AST) -> Iterator[str | None]:
    """Yield each `"type": {"S": …}` that is written; None where it is put together."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == "type":
                    yield from _text(value)
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
            index = node.targets[0].slice
            if isinstance(index, ast.Constant) and index.value == "type":
                yield from _text(node.value)


def _text(value: ast.expr) -> Iterator[str | None]:
    match value:
        case ast.Dict(keys=[ast.Constant(value="S")], values=[ast.Constant(value=str(text))]):
            yield text
        case ast.Dict(keys=[ast.Constant(value="S")]):
            yield None


def _parts(tree: ast.AST) -> set[str]:
    """Return the types of a request's parts: `_KINDS` of the aggregate."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(node.value, ast.Dict):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Name) and target.id == "_KINDS":
                return {
                    value.elts[0].value
                    for value in node.value.values
                    if isinstance(value, ast.Tuple)
                    and isinstance(value.elts[0], ast.Constant)
                    and isinstance(value.elts[0].value, str)
                }
    raise AssertionError


def test_every_type_of_item_has_a_row() -> None:
    """And the other way round: no row is of what nobody writes."""
    written: set[str] = set()
    put_together = set()
    for path in ADAPTERS.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for kind in _types(tree):
            if kind is None:
                put_together.add(path.name)
            else:
                written.add(kind)
        if path.name == "aggregate.py":
            written |= _parts(tree)
    assert put_together == {"aggregate.py"}
    assert len(written) > 25
    described = {name for name in rows() if " " not in name and name != "metrics"}
    assert described == written


def test_every_table_and_bucket_has_a_row() -> None:
    """By their names in the template."""
    stores = set()
    for path in TEMPLATE.glob("*.yaml"):
        name = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := re.fullmatch(r"  (\w+):", line):
                name = found[1]
            elif (found := re.fullmatch(r"    Type: (\S+)", line)) and found[1] in STORES:
                stores.add(f"{STORES[found[1]]} {name}")
    assert stores
    assert stores == {name for name in rows() if name.startswith(("table ", "bucket "))}


def test_every_row_says_all_of_it() -> None:
    """Whose, what, how long, what ends it, what a person may ask."""
    for name, cells in rows().items():
        assert len(cells) == COLUMNS, name
        assert all(cells), name
