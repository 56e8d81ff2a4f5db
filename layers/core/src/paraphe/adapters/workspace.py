"""`Workspace` on the function's own disk (encrypted, gone with the function)."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager


class TemporaryWorkspace:
    """Keeps `Workspace`."""

    def __call__(self) -> AbstractContextManager[Path]:
        """Keep `Workspace`."""
        return _room()


@contextmanager
def _room() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="paraphe-") as name:
        yield Path(name)
