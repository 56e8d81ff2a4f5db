"""Archive packages judged by the BagIt library, from the outside."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import bagit

if TYPE_CHECKING:
    from pathlib import Path


def judged(content: bytes, room: Path) -> dict[str, bytes]:
    """Unpack a package, have `bagit` judge it, and return its files by their path in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert len({name.casefold() for name in names}) == len(names)
        archive.extractall(room)
    files = {p.relative_to(room).as_posix(): p.read_bytes() for p in room.rglob("*") if p.is_file()}
    assert sorted(files) == sorted(names)  # no name led anywhere else
    bagit.Bag(str(room)).validate()
    return files
