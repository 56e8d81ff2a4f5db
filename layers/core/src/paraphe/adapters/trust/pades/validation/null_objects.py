"""pyHanko, reading a reference to an object that was never there as null (ISO 32000-2 §7.3.10).

Strictly it stops at one; otherwise it reads null, but its difference analysis fails when it asks
which revision brought the object.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.xref import XRefCache

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import Reference

_NEVER = -1


class _NullRefs(XRefCache):
    """Knows an answer for objects that no revision brought: before all of them, so none did."""

    def get_introducing_revision(self, ref: Reference) -> int:
        """The number of the revision that brought an object, -1 when none did."""
        try:
            return int(super().get_introducing_revision(ref))
        except KeyError:
            return _NEVER


def forgiving_reader(data: bytes) -> PdfFileReader:
    """Open a file; raises whatever pyHanko raises on strangers' files."""
    reader = PdfFileReader(io.BytesIO(data), strict=False)
    reader.xrefs = _NullRefs(reader, reader.xrefs._xref_sections)  # noqa: SLF001 - its subclass
    return reader
