"""The file as it was before its last updates, without reading every table again for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import references
from paraphe.adapters.trust.pades.writer.document import Document
from paraphe.adapters.trust.pades.writer.syntax import PdfError

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.validation.find_signatures import Opened


def earlier(opened: Opened, after: Document, end: int) -> Document:
    """The file before an update, of which it is known where the file ended.

    Whether its tables are those that a reader finds who is given no more is to be seen, from the
    bytes of the update that they are of, or by `stands`.

    Raises:
        PdfError: there was none before it.

    """
    start = after.trailer.get("Prev")
    if not isinstance(start, int) or not after.sections[1:]:
        raise PdfError("nothing was there before")
    window = opened.source.window(end)
    return Document(window, end, start, after.sections[1:])  # type: ignore[arg-type] # it reads


def stands(opened: Opened, base: Document) -> bool:
    """Whether a file before all updates is one, and refers to nothing that comes later."""
    size = base.trailer.get("Size")
    try:
        read = opened.revision(base.size)
        is_same = read.start == base.start and read.sections == base.sections
        return (
            is_same
            and isinstance(size, int)
            and not references.reaches(opened.source.data, base, size)
        )
    except PdfError:
        return False
