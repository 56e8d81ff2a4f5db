"""Objects of two revisions of one file, compared and followed. Values are pyHanko's.

A reader may take an object's number for the object, whatever its generation: so objects are told
apart by number here, and one that comes back with another generation is another object.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import (
    ArrayObject,
    BooleanObject,
    ByteStringObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NullObject,
    NumberObject,
    Reference,
    StreamObject,
    TextStringObject,
)
from pyhanko.pdf_utils.misc import PdfReadError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
    from pyhanko.pdf_utils.xref import XRefSectionData

_STRINGS = (TextStringObject, ByteStringObject)
_MAX_DEPTH = 64
# Entries that lead back to a place in the document, or to what no page is drawn with.
_LINKS = {"/Parent", "/P", "/Pg", "/A", "/Dest", "/PieceInfo", "/Metadata", "/AF"}
# Entries whose dictionary has names of the file's own choice for keys, such as "P".
_NAMED = {
    "/CharProcs",
    "/ColorSpace",
    "/ExtGState",
    "/Font",
    "/Pattern",
    "/Properties",
    "/Shading",
    "/XObject",
    "/N",
    "/R",
    "/D",
}


def same(old: PdfObject | None, new: PdfObject | None) -> bool:
    """Whether two values are written alike: references by number, streams by their stored bytes."""
    pending = [(old, new)]
    while pending:
        one, other = pending.pop()
        if isinstance(one, DictionaryObject) and isinstance(other, DictionaryObject):
            if one.keys() != other.keys() or _body(one) != _body(other):
                return False
            pending += [(one.raw_get(key), other.raw_get(key)) for key in one]
        elif isinstance(one, ArrayObject) and isinstance(other, ArrayObject):
            if len(one) != len(other):
                return False
            pending += zip(items(one), items(other), strict=True)
        elif _plain(one) != _plain(other):
            return False
    return True


def _body(entries: DictionaryObject) -> bytes | None:
    return bytes(entries.encoded_data) if isinstance(entries, StreamObject) else None


def _plain(value: PdfObject | None) -> object:
    """Something to compare a value by that has no others in it."""
    if isinstance(value, _STRINGS):
        return bytes(value.original_bytes)
    if isinstance(value, IndirectObject):
        return "R", value.idnum, value.generation
    return type(value), value.value if isinstance(value, BooleanObject) else value


def items(array: ArrayObject) -> Iterator[PdfObject]:
    """An array's elements, references as they are."""
    return (array.raw_get(at) for at in range(len(array)))


def get(entries: PdfObject | None, key: str) -> PdfObject | None:
    """A dictionary's entry, a reference as it is; None when there is none, or it is null."""
    if not isinstance(entries, DictionaryObject) or key not in entries:
        return None
    value: PdfObject = entries.raw_get(key)
    return None if isinstance(value, NullObject) else value


def is_name(value: PdfObject | None, *names: str) -> bool:
    """Whether a value is one of these names."""
    return isinstance(value, NameObject) and str(value) in names


def integer(value: PdfObject | None) -> int | None:
    """A whole number; 0 when there is none, None for anything else."""
    if value is None:
        return 0
    return int(value) if isinstance(value, NumberObject) else None


def number(value: PdfObject | None) -> int | None:
    """The number that a reference names; None for a direct value."""
    return int(value.idnum) if isinstance(value, IndirectObject) else None


def resolve(view: HistoricalResolver, value: PdfObject | None) -> PdfObject | None:
    """What a value is in a revision; None for null and for a reference to nothing."""
    for _ in range(_MAX_DEPTH):
        if not isinstance(value, IndirectObject):
            return None if isinstance(value, NullObject) else value
        value = view.get_object(Reference(value.idnum, value.generation, pdf=view))
    raise PdfReadError("references go in a circle")


def dictionary(view: HistoricalResolver, value: PdfObject | None) -> DictionaryObject:
    """A dictionary of a revision; an empty one for anything else."""
    found = resolve(view, value)
    return found if isinstance(found, DictionaryObject) else empty()


def empty() -> DictionaryObject:
    """A dictionary with nothing in it."""
    return DictionaryObject()  # type: ignore[no-untyped-call] # pyHanko's


def elements(view: HistoricalResolver, value: PdfObject | None) -> list[PdfObject]:
    """An array's elements in a revision, references as they are; none for anything else."""
    found = resolve(view, value)
    return list(items(found)) if isinstance(found, ArrayObject) else []


def differing(
    old: DictionaryObject, new: DictionaryObject, *, but: Iterable[str] = ()
) -> list[str]:
    """The keys whose entries are written differently."""
    keys = (set(old) | set(new)) - set(but)
    return sorted(key for key in keys if not same(get(old, key), get(new, key)))


def follow(view: HistoricalResolver, starts: Iterable[PdfObject | None], seen: set[int]) -> None:
    """Add the number of everything that values draw with.

    What cannot be read is passed over: its number is known by then.
    """
    pending: list[tuple[PdfObject | None, bool]] = [(one, False) for one in starts]
    while pending:
        value, is_named = pending.pop()
        if isinstance(value, IndirectObject):
            if value.idnum in seen:
                continue
            seen.add(int(value.idnum))
            try:
                value = resolve(view, value)
            except (PdfReadError, ValueError, KeyError):
                continue
        if isinstance(value, DictionaryObject):
            keys = [key for key in value if is_named or key not in _LINKS]
            pending += [(value.raw_get(key), key in _NAMED) for key in keys]
        elif isinstance(value, ArrayObject):
            pending += [(one, False) for one in items(value)]


def reached(view: HistoricalResolver) -> set[int]:
    """Every number that a revision leads to, whether or not there is such an object."""
    seen: set[int] = set()
    pending = list(references(view.trailer_view))
    while pending:
        one = pending.pop()
        if one.idnum in seen:
            continue
        seen.add(int(one.idnum))
        try:
            pending += references(at(view, one.idnum, one.generation))
        except (PdfReadError, ValueError, KeyError):
            continue
    return seen


def at(view: HistoricalResolver, number: int, generation: int) -> PdfObject | None:
    """An object of a revision."""
    found: PdfObject | None = view.get_object(Reference(number, generation, pdf=view))
    return found


def references(value: PdfObject | None) -> Iterator[IndirectObject]:
    """The references that a value itself holds."""
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, IndirectObject):
            yield one
        elif isinstance(one, DictionaryObject):
            pending += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            pending += items(one)


def listed(reader: PdfFileReader, revision: int) -> dict[int, int | None]:
    """What a revision's own tables say: number to generation, None for what they free."""
    found: dict[int, int | None] = {}
    data: XRefSectionData = reader.xrefs.get_xref_data(revision)
    parts = [data] if data.hybrid is None else [data.hybrid.xref_data, data]
    for part in parts:
        found |= dict.fromkeys(part.freed)
        found |= dict.fromkeys(part.xrefs_in_objstm, 0)
        found |= {at: generation for at, (generation, _) in part.standard_xrefs.items()}
    found.pop(0, None)
    return found
