"""Writes what is made of `infra/template/`: SAM template, state machine, lists of doors.

`python -m infra.generate` writes, `--check` only tells which files would change.
"""

from __future__ import annotations

import sys

from infra.template import compose, import_rules, workflow
from infra.tree import ROOT

RULES = "import_rules.toml"


def generated() -> dict[str, str]:
    """Return the text of each file that is generated here, by its path."""
    rules = (ROOT / RULES).read_text(encoding="utf-8")
    return {
        "infra/template.yaml": compose.template(),
        "infra/workflow.asl.yaml": workflow.definition(),
        RULES: import_rules.with_doors(rules),
    }


def stale() -> list[str]:
    """Return the paths of those that are not as they would be written."""
    return [
        path
        for path, text in generated().items()
        if not (ROOT / path).is_file() or (ROOT / path).read_text(encoding="utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write or check; 1 when `--check` finds a file stale."""
    if "--check" in arguments:
        found = stale()
        print("".join(f"{path} is stale: run `make generate`\n" for path in found), end="")
        return int(bool(found))
    for path, text in generated().items():
        (ROOT / path).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
