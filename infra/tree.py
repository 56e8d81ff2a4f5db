"""The repository's own files, for the tools that keep its documents true."""

from __future__ import annotations

import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BINARY = {".gz", ".otf", ".pdf", ".png", ".ttf", ".zip"}


@functools.cache
def files() -> tuple[str, ...]:
    """Return the path of every file that is or may be committed, from the root, in order."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(path for path in set(listed.split("\0")) if (ROOT / path).is_file()))


@functools.cache
def text_of(path: str) -> str:
    """Return a file's text; nothing for a binary file."""
    if Path(path).suffix in BINARY:
        return ""
    return (ROOT / path).read_text(encoding="utf-8", errors="replace")
