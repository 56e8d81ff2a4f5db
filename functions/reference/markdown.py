"""Markdown as HTML: headings get anchors, wide tables scroll by themselves."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_COMMENT = re.compile(r"<!--.*?-->\s*", re.DOTALL)
# A link to a page as it lies in the repository; as HTML it has no suffix.
_TWIN = re.compile(r"(?<=\w)\.md(?=#|$)")
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)


def title(source: str) -> str:
    """Return a page's first heading."""
    found = _HEADING.search(source)
    return found[1] if found else ""


def html(source: str) -> str:
    """Return the page as HTML. Raw HTML in it is shown, not run."""
    reader = _reader()
    tokens = reader.parse(_COMMENT.sub("", source))
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            token.attrSet("id", anchor(tokens[place + 1].content))
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("href", _TWIN.sub("", str(inner.attrGet("href") or "")))
    made: str = reader.renderer.render(tokens, reader.options, {})
    wide = '<div class="scroll" tabindex="0" role="group" aria-label="table"><table>'
    return (
        made.replace("<pre>", '<pre tabindex="0">')
        .replace("<table>", wide)
        .replace("</table>", "</table></div>")
    )


def anchor(heading: str) -> str:
    """Return the fragment that leads to a heading, as code forges make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.strip().replace(" ", "-")


@functools.cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # noqa: PLC0415 - only pages need it

    return MarkdownIt("commonmark", {"html": False}).enable("table")
