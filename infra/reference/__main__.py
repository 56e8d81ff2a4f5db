"""Writes the generated pages of the reference; `--check` tells which are stale.

`python -m infra.reference` writes functions/reference/pages/: a page per resource, the problems,
the index for readers that are programs (llms.txt), and a copy of the OpenAPI document.
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from infra import openapi
from infra.reference import collection, operation_pages, problem_codes
from infra.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

PAGES = ROOT / "functions" / "reference" / "pages"
RESOURCES = "resources"
INTRODUCTION = (
    "An error is `application/problem+json` (RFC 9457). `code` is stable: decide by it. `detail` is"
    " for people and may change. `type` is `urn:paraphe:problem:<code>`."
)
MARK = "<!-- Made by `make generate`: do not edit. -->\n\n"


def generated() -> dict[str, str]:
    """Return the text of each generated file, by its path below `PAGES`."""
    document = openapi.document()
    tags = operation_pages.by_tag(document)
    pages = {
        f"{RESOURCES}/{tag}": operation_pages.page(tag, operations, document)
        for tag, operations in tags.items()
    }
    pages |= {"objects": operation_pages.objects(document), "problems": problems_page()}
    found = {f"{name}.md": MARK + text for name, text in pages.items()}
    found["resources.json"] = (
        json.dumps(
            [
                {
                    "slug": tag,
                    "title": operation_pages.tag_title(tag),
                    "operations": len(operations),
                }
                for tag, operations in tags.items()
            ],
            indent=1,
        )
        + "\n"
    )
    found["openapi.json"] = json.dumps(document, separators=(",", ":"), ensure_ascii=False) + "\n"
    found["collection.json"] = collection.text(document)
    return found


def problems_page() -> str:
    """Write the page of all problems: a heading per code."""
    parts = [
        "# Problems",
        INTRODUCTION,
    ]
    for problem in problem_codes.catalogue():
        parts.append(f"## {problem.code}")
        parts.append("Status " + " or ".join(map(str, problem.statuses)) + ".")
        parts += [_quoted(detail) for detail in problem.details]
    return "\n\n".join(parts) + "\n"


def _quoted(detail: str) -> str:
    text = detail.replace("{}", "…").replace("<", "\\<")
    return f"> {text}"


def stale() -> list[str]:
    """Return the generated files that are not as they would be written, or not made any more."""
    fresh = generated()
    known = {str(path.relative_to(PAGES)) for path in (PAGES / RESOURCES).glob("*.md")}
    gone = known - set(fresh)
    return sorted(gone | {path for path, text in fresh.items() if _text(PAGES / path) != text})


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def main(arguments: list[str]) -> int:
    """Write or check; 1 when `--check` finds a file stale."""
    found = stale()
    if "--check" in arguments:
        print("".join(f"{path} is stale: run `make generate`\n" for path in found), end="")
        return int(bool(found))
    fresh = generated()
    for path in found:
        target = PAGES / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if path in fresh:
            target.write_text(fresh[path], encoding="utf-8")
        else:
            target.unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
