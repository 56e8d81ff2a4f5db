"""PDFs of every kind that strangers send, each made by code: sound, odd and broken ones.

`specimens()` gives them by name. They are small; what is odd about each is in its name.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.strange_pdfs.interactive import annotated, forms
from tests.support.strange_pdfs.spelled import rewritten, spellings
from tests.support.strange_pdfs.structures import bookmarks, boxes, catalogs, trees
from tests.support.strange_pdfs.writing import annotation, objects_of, stream, write

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS", "annotation", "bookmarks", "objects_of", "specimens", "stream", "write"]

KINDS: tuple[Callable[[], dict[str, bytes]], ...] = (
    annotated,
    forms,
    boxes,
    trees,
    catalogs,
    spellings,
    rewritten,
)


def specimens() -> dict[str, bytes]:
    """Every specimen by name."""
    return {name: data for kind in KINDS for name, data in kind().items()}
