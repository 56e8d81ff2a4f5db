"""`make build`: everything that `sam deploy` uploads, in `build/`, without an AWS account.

`sam build` makes the same with `BuildMethod: makefile` (`layers/*/Makefile`), where a Python 3.13
is at hand; this needs none.
"""

from __future__ import annotations

import json
import shutil
import sys
from typing import TYPE_CHECKING, Any

from infra import bytecode, layer, sam_template

if TYPE_CHECKING:
    from pathlib import Path

ROOT = layer.ROOT
OUT = ROOT / "build"
MEGABYTE = 1_000_000
# All layers of one function, unzipped (AWS allows 250 MB with the function).
BUDGET = 80 * MEGABYTE


def main() -> None:
    """Build, print sizes, fail over the budget."""
    source = ROOT / "infra" / "template.yaml"
    whole = sam_template.load_whole(source)
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir()
    sizes = _layers(whole, source.parent)
    code = _functions(whole, source.parent)
    (OUT / "template.json").write_text(json.dumps(whole, indent=1), encoding="utf-8")
    if bytecode.lambda_interpreter() is None:
        print(
            f"No Python {bytecode.LAMBDA_PYTHON} here: built without bytecode, which doubles cold"
            f" starts. Install one (uv python install {bytecode.LAMBDA_PYTHON}) before a deploy."
        )
    for name, size in {**sizes, "functions": code}.items():
        print(f"{name:24}{size / MEGABYTE:8.1f} MB")
    worst = _heaviest(whole, sizes)
    print(f"{'layers of one function':24}{worst / MEGABYTE:8.1f} MB of {BUDGET // MEGABYTE} MB")
    if worst > BUDGET:
        sys.exit("over the budget")


def _layers(whole: dict[str, Any], folder: Path) -> dict[str, int]:
    """Build every layer of the template; sizes by logical id."""
    sizes = {}
    for name, resource in whole["Resources"].items():
        if resource["Type"] in sam_template.LAYER_TYPES:
            properties = resource["Properties"]
            part = (folder / properties["ContentUri"]).resolve().name
            layer.build(part, OUT / name)
            properties["ContentUri"] = name
            resource.pop("Metadata", None)
            sizes[name] = _size(OUT / name)
    return sizes


def _functions(whole: dict[str, Any], folder: Path) -> int:
    """Copy the doors, once for all; their size."""
    interpreter = bytecode.lambda_interpreter()
    total = 0
    copied: set[str] = set()
    for properties in (
        sam_template.function_defaults(whole),
        *sam_template.functions(whole).values(),
    ):
        if not isinstance(properties.get("CodeUri"), str):
            continue
        source = (folder / properties["CodeUri"]).resolve()
        properties["CodeUri"] = source.name
        if source.name in copied:
            continue
        copied.add(source.name)
        target = OUT / source.name
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        if interpreter:
            bytecode.compile_tree(interpreter, target, sourceless=False)
        total += _size(target)
    return total


def _heaviest(whole: dict[str, Any], sizes: dict[str, int]) -> int:
    """The largest sum of layers that one function has."""
    everyone = sam_template.function_defaults(whole).get("Layers", [])
    return max(
        sum(sizes[reference["Ref"]] for reference in [*everyone, *properties.get("Layers", [])])
        for properties in sam_template.functions(whole).values()
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


if __name__ == "__main__":
    main()
