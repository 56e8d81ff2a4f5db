"""Updates that Paraphe itself appends, recognised byte for byte.

pyHanko's difference analysis walks every object of every revision (40 s for 100,000 objects). An
update of ours touches five. So: an update that is exactly what `pades.writer` writes, with
not a byte more, is harmless by construction, and anything else goes to pyHanko. What is asked:

- it continues the revision before it (/Prev), replaces no catalog and frees nothing;
- re-serialising what was read gives the same bytes, from the first object to %%EOF, so that
  readers that scan and readers that follow the table see the same objects;
- new objects have numbers that nothing before can refer to;
- of the old objects only those change that a signature, a document time-stamp and the security
  store need, and of these only the entries that they need.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import earlier_revisions, references
from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Ref,
    Stream,
    Value,
    parse,
    serialize,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.validation.embedded_signature import Found
    from paraphe.adapters.trust.pades.validation.find_signatures import Opened
    from paraphe.adapters.trust.pades.writer.document import Document

_OBJECT = re.compile(rb"(\d{1,10}) (\d{1,5}) obj\n")
_SIGNATURE_KEYS = {
    "Type",
    "Filter",
    "SubFilter",
    "Name",
    "M",
    "Reference",
    "Contents",
    "ByteRange",
}
_STAMP_FIELD_KEYS = {"Type", "Subtype", "FT", "T", "F", "Rect", "V"}
_STORE_LISTS = ("Certs", "OCSPs", "CRLs")
_TRAILER_KEYS = {"Root", "Info", "Prev", "ID", "Size"}
_STREAM_KEYS = {"Type", "W", "Index", "Length"}
_APPEND_ONLY = 3


class _OtherShapeError(Exception):
    """Not what we write: pyHanko decides."""


@dataclass(frozen=True, slots=True)
class Step:
    """One update of ours: what it signed or stamped."""

    found: Found


@dataclass(frozen=True, slots=True)
class _Update:
    """The objects of an update, by reference."""

    before: Document
    after: Document
    objects: dict[Ref, Value]
    signature: Ref

    def old(self) -> Iterator[Ref]:
        """Objects that were there before."""
        size = _size(self.before)
        return (ref for ref in self.objects if ref.number < size)

    def is_new(self, value: Value) -> bool:
        """Whether a value refers to an object that this update adds."""
        return (
            isinstance(value, Ref)
            and value in self.objects
            and (value.number >= _size(self.before))
        )


def steps(opened: Opened) -> dict[int, Step]:
    """Updates of ours at the end of the file, by where they start.

    Empty when the last update is not ours, or when something earlier refers to an object that did
    not exist then (so that adding it would change the earlier content).
    """
    ends = [found.end for found in opened.found]
    if len(set(ends)) != len(ends) or not ends or ends[-1] != len(opened.source.data):
        return {}
    found_steps: dict[int, Step] = {}
    after = opened.document
    base: Document | None = None
    for earlier, found in zip(reversed(opened.found[:-1]), reversed(opened.found), strict=False):
        try:
            before = earlier_revisions.earlier(opened, after, earlier.end)
            _check(opened.source.data, before, after, found)
        except (_OtherShapeError, PdfError, KeyError, ValueError):
            break
        found_steps[earlier.end] = Step(found)
        after = base = before
    if base is None or not earlier_revisions.stands(opened, base):
        return {}
    return found_steps


def _check(data: bytes, before: Document, after: Document, found: Found) -> None:
    """Raise `_OtherShapeError` unless the update is exactly one of ours."""
    _check_trailer(before, after)
    update = _read(data, before, after, found)
    _check_references(update)
    signature = update.objects[update.signature]
    if not isinstance(signature, dict) or not signature.keys() <= _SIGNATURE_KEYS:
        raise _OtherShapeError
    old_catalog, new_catalog = before.catalog(), after.catalog()
    allowed = {before.root_ref}
    _same_but(old_catalog, new_catalog, {"AcroForm", "DSS"})
    allowed |= _check_form(update, old_catalog.get("AcroForm"), new_catalog.get("AcroForm"), found)
    allowed |= _check_store(update, old_catalog.get("DSS"), new_catalog.get("DSS"))
    if not found.is_stamp:
        allowed.add(_check_widget(update, found))
    if not set(update.old()) <= allowed:
        raise _OtherShapeError


def _check_trailer(before: Document, after: Document) -> None:
    trailer, earlier = after.trailer, before.trailer
    keys = _TRAILER_KEYS | (_STREAM_KEYS if after.uses_streams else set())
    same = all(trailer.get(key) == earlier.get(key) for key in ("Root", "Info"))
    if not same or not keys >= trailer.keys() or after.uses_streams != before.uses_streams:
        raise _OtherShapeError
    if trailer.get("Prev") != before.start or len(after.sections) != len(before.sections) + 1:
        raise _OtherShapeError


def _read(data: bytes, before: Document, after: Document, found: Found) -> _Update:
    """Read the update's objects one after another, to its last byte."""
    update = data[before.size : after.size]
    objects: dict[Ref, Value] = {}
    offsets: dict[int, tuple[int, int]] = {}
    signature: Ref | None = None
    at = 1
    if update[:1] != b"\n":
        raise _OtherShapeError
    while before.size + at != after.start:
        head = _OBJECT.match(update, at)
        if head is None:
            raise _OtherShapeError
        ref = Ref(int(head[1]), int(head[2]))
        value, end = _object(update, head.end())
        offset = before.size + at
        if offset < found.byte_range[1] < before.size + end:
            signature = ref
            _check_signature_spelling(update, head.end(), end, found, before.size)
        elif update[head.end() : end] != serialize(value) + b"\nendobj\n":
            raise _OtherShapeError
        if head[0] != b"%d %d obj\n" % (ref.number, ref.generation) or ref.number in offsets:
            raise _OtherShapeError
        objects[ref] = value
        offsets[ref.number] = (offset, ref.generation)
        at = end
    if signature is None or update[at:] != _end(after, offsets):
        raise _OtherShapeError
    return _Update(before, after, objects, signature)


def _object(update: bytes, start: int) -> tuple[Value, int]:
    value, at = parse(update, start)
    if isinstance(value, dict) and update.startswith(b"\nstream\n", at):
        length = value.pop("Length", None)
        if not isinstance(length, int) or length < 0:
            raise _OtherShapeError
        at += len(b"\nstream\n")
        value = Stream(value, update[at : at + length])
        at += length + len(b"\nendstream")
    return value, at + len(b"\nendobj\n")


def _check_signature_spelling(update: bytes, start: int, end: int, found: Found, base: int) -> None:
    gap, rest = found.byte_range[1] - base, found.byte_range[2] - base
    entries, _ = parse(update, start)
    if not isinstance(entries, dict):
        raise _OtherShapeError
    plain = {key: value for key, value in entries.items() if key not in {"Contents", "ByteRange"}}
    if update[start:gap] != serialize(plain).removesuffix(b">>") + b" /Contents ":
        raise _OtherShapeError
    digits = update[gap + 1 : rest - 1]
    numbers = b"[%d %d %d %d]" % found.byte_range
    tail = update[rest:end]
    spelled = b" /ByteRange " + numbers.ljust(len(tail) - len(b" /ByteRange >>\nendobj\n"))
    if digits.strip(b"0123456789ABCDEF") or tail != spelled + b">>\nendobj\n":
        raise _OtherShapeError


def _end(after: Document, offsets: dict[int, tuple[int, int]]) -> bytes:
    """How the writer would have ended this update."""
    trailer = dict(after.trailer)
    if not after.uses_streams:
        return xref.write_table(offsets, serialize(trailer), after.start)
    number = _size(after) - 1
    index, rows = xref.write_rows({**offsets, number: (after.start, 0)})
    if trailer.pop("Length", None) != len(rows) or trailer.get("Index") != index:
        raise _OtherShapeError
    body = serialize(Stream(trailer, rows))
    return b"%d 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (number, body, after.start)


def _check_references(update: _Update) -> None:
    """Every reference is to something that exists by now; every object is old or truly new."""
    size = _size(update.after)
    for value in update.objects.values():
        if any(ref.number >= size for ref in references.of(value)):
            raise _OtherShapeError
    if any(ref.generation for ref in update.objects if ref.number >= _size(update.before)):
        raise _OtherShapeError


def _check_form(update: _Update, old: Value, new: Value, found: Found) -> set[Ref]:
    """The form gains the time-stamp's field, or nothing."""
    before, after = update.before.resolve(old), update.after.resolve(new)
    if not isinstance(before, dict) or not isinstance(after, dict):
        raise _OtherShapeError
    if isinstance(old, Ref) != isinstance(new, Ref) or (isinstance(old, Ref) and old != new):
        raise _OtherShapeError
    _same_but(before, after, {"Fields", "SigFlags"})
    flags, earlier = after.get("SigFlags"), before.get("SigFlags", 0)
    if flags != earlier and (not isinstance(earlier, int) or flags != earlier | _APPEND_ONLY):
        raise _OtherShapeError
    listed, extended = before.get("Fields"), after.get("Fields")
    if isinstance(listed, Ref) and listed != extended:
        raise _OtherShapeError
    fields = update.before.array(listed, "/Fields")
    more = update.after.array(extended, "/Fields")
    if more[: len(fields)] != fields or len(more) - len(fields) != int(found.is_stamp):
        raise _OtherShapeError
    if found.is_stamp:
        _check_stamp_field(update, more[-1], found)
    return {ref for ref in (old, listed) if isinstance(ref, Ref)}


def _check_stamp_field(update: _Update, ref: Value, found: Found) -> None:
    entries = update.objects.get(ref) if isinstance(ref, Ref) else None
    if not update.is_new(ref) or not isinstance(entries, dict):
        raise _OtherShapeError
    shown = entries.get("Rect") != [0, 0, 0, 0] or entries.keys() != _STAMP_FIELD_KEYS
    if shown or entries.get("FT") != Name("Sig") or entries.get("V") != update.signature:
        raise _OtherShapeError
    title = entries.get("T")
    if not isinstance(title, bytes) or title.decode("latin-1") != found.field:
        raise _OtherShapeError
    if any(_title(update.before, field) == title for field in _fields(update.before)):
        raise _OtherShapeError


def _check_store(update: _Update, old: Value, new: Value) -> set[Ref]:
    """The security store only grows, by plain streams."""
    if old == new and not (isinstance(old, Ref) and old in update.objects):
        return set()
    before, after = update.before.resolve(old), update.after.resolve(new)
    before = {} if before is None else before
    if not isinstance(before, dict) or not isinstance(after, dict):
        raise _OtherShapeError
    if isinstance(old, Ref) and old != new:
        raise _OtherShapeError
    if old is None and not update.is_new(new):
        raise _OtherShapeError
    _same_but(before, after, {"Type", *_STORE_LISTS})
    if after.get("Type", Name("DSS")) != Name("DSS"):
        raise _OtherShapeError
    _check_lists(update, before, after)
    return {old} if isinstance(old, Ref) else set()


def _check_lists(update: _Update, before: Dictionary, after: Dictionary) -> None:
    for key in _STORE_LISTS:
        listed, longer = before.get(key, []), after.get(key, [])
        if not isinstance(listed, list) or not isinstance(longer, list):
            raise _OtherShapeError
        if longer[: len(listed)] != listed:
            raise _OtherShapeError
        for ref in longer[len(listed) :]:
            stream = update.objects.get(ref) if isinstance(ref, Ref) else None
            if not update.is_new(ref) or not isinstance(stream, Stream) or stream.entries:
                raise _OtherShapeError


def _check_widget(update: _Update, found: Found) -> Ref:
    """The signed field gains its value, and an appearance where there was room for one."""
    for ref in _fields(update.before):
        if not isinstance(ref, Ref) or ref not in update.objects:
            continue
        title = _title(update.before, ref)
        if title is not None and _decoded(title) == found.field:
            break
    else:
        raise _OtherShapeError
    old, new = update.before.dictionary(ref, "a field"), update.objects.get(ref)
    if not isinstance(new, dict) or old.get("FT") != Name("Sig") or old.get("V") is not None:
        raise _OtherShapeError
    _same_but(old, new, {"V", "AP"})
    if new.get("V") != update.signature:
        raise _OtherShapeError
    appearance = new.get("AP")
    if appearance != old.get("AP"):
        form = appearance.get("N") if isinstance(appearance, dict) else None
        if not isinstance(appearance, dict) or appearance.keys() != {"N"}:
            raise _OtherShapeError
        if not update.is_new(form):
            raise _OtherShapeError
    return ref


def _same_but(old: Dictionary, new: Dictionary, keys: set[str]) -> None:
    plain = {key: value for key, value in old.items() if key not in keys}
    if plain != {key: value for key, value in new.items() if key not in keys}:
        raise _OtherShapeError


def _fields(document: Document) -> list[Value]:
    form = document.resolve(document.catalog().get("AcroForm"))
    return document.array(form.get("Fields"), "/Fields") if isinstance(form, dict) else []


def _title(document: Document, field: Value) -> bytes | None:
    entries = document.resolve(field)
    title = document.resolve(entries.get("T")) if isinstance(entries, dict) else None
    return title if isinstance(title, bytes) else None


def _decoded(title: bytes) -> str:
    if title.startswith(b"\xfe\xff"):
        return title[2:].decode("utf-16-be", "replace")
    return title.decode("latin-1")


def _size(document: Document) -> int:
    size = document.trailer.get("Size")
    if not isinstance(size, int):
        raise _OtherShapeError
    return size
