"""What a Maven build of ours is recognised by: its sources, and hashes of the jars it fetched."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def fingerprint(sources: Path) -> str:
    """Return the hash of all files of a folder, with their names."""
    state = hashlib.sha256()
    for file in sorted(path for path in sources.rglob("*") if path.is_file()):
        state.update(str(file.relative_to(sources)).encode() + b"\0" + file.read_bytes())
    return state.hexdigest()


def jars(folder: Path) -> str:
    """Return a line for each jar of a folder, as `sha256sum` writes it."""
    found = sorted(folder.glob("*.jar"))
    lines = [f"{hashlib.sha256(jar.read_bytes()).hexdigest()}  {jar.name}\n" for jar in found]
    return "".join(lines)
