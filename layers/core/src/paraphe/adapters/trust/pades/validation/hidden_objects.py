"""What an update holds beside what its table says: another reader may find it there.

Readers that do not trust a table scan the file for objects, and the last one of a number counts.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation.find_signatures import section_starts
from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import PdfError

if TYPE_CHECKING:
    from collections.abc import Iterator

_OBJECT = re.compile(
    rb"(?<![0-9])(\d{1,10})[\x00\t\n\x0c\r ]+\d{1,5}[\x00\t\n\x0c\r ]+obj(?![A-Za-z0-9])"
)


def unlisted(data: bytes, revisions: int) -> dict[int, set[int]]:
    """Numbers that a revision brings without listing them, or lists twice, by revision.

    Only those that stood for something before it. Nothing for a file that is not strictly a PDF,
    or whose sections are not its `revisions`: that is never called valid anyhow.
    """
    try:
        document = open_document(io.BytesIO(data))
        sections = [dict(_places(one)) for one in reversed(document.sections)]
    except (PdfError, ValueError):
        return {}
    if len(sections) != revisions:
        return {}
    starts = section_starts(document)[::-1]
    found: dict[int, set[int]] = {}
    known = set(sections[0])
    for revision in range(1, revisions):
        places, end = sections[revision], starts[revision]
        regions = [(max(starts[:revision]) + 1, end)]
        if revision == revisions - 1:
            regions.append((max(starts) + 1, len(data)))
        beside = {
            int(one[1])
            for region in regions
            for one in _OBJECT.finditer(data, *region)
            if int(one[1]) in known and one.start() not in places.get(int(one[1]), ())
        }
        beside |= {number for number, at in places.items() if number in known and len(at) > 1}
        if beside:
            found[revision] = beside
        known |= places.keys()
    return found


def _places(section: xref.Section) -> Iterator[tuple[int, list[int]]]:
    """Every object that a section speaks of, with each place that it gives; free ones apart."""
    found: dict[int, list[int]] = {}
    for number, entry in section.entries():
        if isinstance(entry, xref.InFile):
            found.setdefault(number, []).append(entry.offset)
        elif isinstance(entry, xref.InStream):
            found.setdefault(number, []).append(-1 - entry.index)
    yield from found.items()
