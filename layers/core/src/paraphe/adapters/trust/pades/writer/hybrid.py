"""Hybrid cross-reference files (ISO 32000-1 §7.5.8.4), as far as they are harmless.

Word writes them: a table for readers of PDF 1.4, and a stream that knows objects more, the tags of
the structure tree. A reader that looks at the table alone and one that looks at both must show the
same. So the stream may say nothing else of an object than the tables do, and what only the stream
knows may be reached through the structure tree alone: nothing of that is drawn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import PdfError, Ref, Value, references_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.writer.document import Document

_MOST = 50_000  # objects that are looked through


def check(document: Document) -> None:
    """Refuse a file whose hybrid sections show more than its tables do.

    Raises:
        PdfError: they do, or it takes too long to say.

    """
    hidden: set[int] = set()
    for at, section in enumerate(document.sections):
        if isinstance(section, xref.TableSection) and section.hybrid is not None:
            hidden.update(_hidden(section.hybrid, document.sections[at:]))
    if hidden:
        _check_reached(document, hidden)


def _hidden(stream: xref.StreamSection, sections: list[xref.Section]) -> Iterator[int]:
    """Yield the objects that only the stream knows of."""
    for number in stream.numbers():
        told = stream.find(number)
        if told is None or isinstance(told, xref.Free):
            continue
        known = _known(sections, number)
        if known is None or isinstance(known, xref.Free):
            yield number
        elif known != told:
            raise PdfError("a hybrid cross-reference contradicts itself")


def _known(sections: list[xref.Section], number: int) -> xref.Entry | None:
    """What a reader knows of an object that looks at no hybrid stream."""
    for section in sections:
        if isinstance(section, xref.TableSection):
            found = section.find_listed(number)
        else:
            found = section.find(number)
        if found is not None:
            return found
    return None


def _check_reached(document: Document, hidden: set[int]) -> None:
    """Walk from the trailer, the structure tree apart."""
    pending: list[Value] = [dict(section.trailer) for section in document.sections]
    seen: set[Ref] = set()
    while pending:
        for ref in references_in(pending.pop()):
            if ref.number in hidden:
                raise PdfError("a hybrid cross-reference hides what is shown")
            if ref in seen:
                continue
            seen.add(ref)
            if len(seen) > _MOST:
                raise PdfError("a hybrid file has too many objects")
            value = document.resolve(ref)
            if ref == document.root_ref and isinstance(value, dict):
                value = {k: v for k, v in value.items() if k != "StructTreeRoot"}
            pending.append(value)
