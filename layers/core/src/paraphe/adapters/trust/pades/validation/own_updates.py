"""Updates that our own writer appends, recognised byte for byte.

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

from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import earlier_revisions
from paraphe.adapters.trust.pades.validation.own_update_bytes import (
    OtherShapeError,
    OwnUpdate,
    read_update,
    size_of,
)
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Ref,
    Stream,
    Value,
    references_in,
)

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.find_signatures import Opened
    from paraphe.adapters.trust.pades.writer.document import Document

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


@dataclass(frozen=True, slots=True)
class Step:
    """One update of ours: what it signed or stamped."""

    embedded: EmbeddedSignature


def steps(opened: Opened) -> dict[int, Step]:
    """Updates of ours at the end of the file, by where they start.

    Empty when the last update is not ours, or when something earlier refers to an object that did
    not exist then (so that adding it would change the earlier content).
    """
    ends = [embedded.end for embedded in opened.signatures]
    if len(set(ends)) != len(ends) or not ends or ends[-1] != len(opened.source.data):
        return {}
    own: dict[int, Step] = {}
    after = opened.document
    base: Document | None = None
    for earlier, embedded in zip(
        reversed(opened.signatures[:-1]), reversed(opened.signatures), strict=False
    ):
        try:
            before = earlier_revisions.earlier(opened, after, earlier.end)
            _check(opened.source.data, before, after, embedded)
        except (OtherShapeError, PdfError, KeyError, ValueError):
            break
        own[earlier.end] = Step(embedded)
        after = base = before
    if base is None or not earlier_revisions.stands(opened, base):
        return {}
    return own


def _check(data: bytes, before: Document, after: Document, embedded: EmbeddedSignature) -> None:
    """Raise `OtherShapeError` unless the update is exactly one of ours."""
    _check_trailer(before, after)
    update = read_update(data, before, after, embedded)
    _check_references(update)
    signature = update.objects[update.signature]
    if not isinstance(signature, dict) or not signature.keys() <= _SIGNATURE_KEYS:
        raise OtherShapeError
    old_catalog, new_catalog = before.catalog(), after.catalog()
    allowed = {before.root_ref}
    _same_but(old_catalog, new_catalog, {"AcroForm", "DSS"})
    allowed |= _check_form(
        update, old_catalog.get("AcroForm"), new_catalog.get("AcroForm"), embedded
    )
    allowed |= _check_store(update, old_catalog.get("DSS"), new_catalog.get("DSS"))
    if not embedded.is_stamp:
        allowed.add(_check_widget(update, embedded))
    if not set(update.old()) <= allowed:
        raise OtherShapeError


def _check_trailer(before: Document, after: Document) -> None:
    trailer, earlier = after.trailer, before.trailer
    keys = _TRAILER_KEYS | (_STREAM_KEYS if after.uses_streams else set())
    same = all(trailer.get(key) == earlier.get(key) for key in ("Root", "Info"))
    if not same or not keys >= trailer.keys() or after.uses_streams != before.uses_streams:
        raise OtherShapeError
    if trailer.get("Prev") != before.start or len(after.sections) != len(before.sections) + 1:
        raise OtherShapeError


def _check_references(update: OwnUpdate) -> None:
    """Every reference is to something that exists by now; every object is old or truly new."""
    size = size_of(update.after)
    for value in update.objects.values():
        if any(ref.number >= size for ref in references_in(value)):
            raise OtherShapeError
    if any(ref.generation for ref in update.objects if ref.number >= size_of(update.before)):
        raise OtherShapeError


def _check_form(update: OwnUpdate, old: Value, new: Value, embedded: EmbeddedSignature) -> set[Ref]:
    """The form gains the time-stamp's field, or nothing."""
    before, after = update.before.resolve(old), update.after.resolve(new)
    if not isinstance(before, dict) or not isinstance(after, dict):
        raise OtherShapeError
    if isinstance(old, Ref) != isinstance(new, Ref) or (isinstance(old, Ref) and old != new):
        raise OtherShapeError
    _same_but(before, after, {"Fields", "SigFlags"})
    flags, earlier = after.get("SigFlags"), before.get("SigFlags", 0)
    if flags != earlier and (not isinstance(earlier, int) or flags != earlier | _APPEND_ONLY):
        raise OtherShapeError
    listed, extended = before.get("Fields"), after.get("Fields")
    if isinstance(listed, Ref) and listed != extended:
        raise OtherShapeError
    fields = update.before.array(listed, "/Fields")
    more = update.after.array(extended, "/Fields")
    if more[: len(fields)] != fields or len(more) - len(fields) != int(embedded.is_stamp):
        raise OtherShapeError
    if embedded.is_stamp:
        _check_stamp_field(update, more[-1], embedded)
    return {ref for ref in (old, listed) if isinstance(ref, Ref)}


def _check_stamp_field(update: OwnUpdate, ref: Value, embedded: EmbeddedSignature) -> None:
    entries = update.objects.get(ref) if isinstance(ref, Ref) else None
    if not update.is_new(ref) or not isinstance(entries, dict):
        raise OtherShapeError
    shown = entries.get("Rect") != [0, 0, 0, 0] or entries.keys() != _STAMP_FIELD_KEYS
    if shown or entries.get("FT") != Name("Sig") or entries.get("V") != update.signature:
        raise OtherShapeError
    title = entries.get("T")
    if not isinstance(title, bytes) or title.decode("latin-1") != embedded.field:
        raise OtherShapeError
    if any(_title(update.before, field) == title for field in _fields(update.before)):
        raise OtherShapeError


def _check_store(update: OwnUpdate, old: Value, new: Value) -> set[Ref]:
    """The security store only grows, by plain streams."""
    if old == new and not (isinstance(old, Ref) and old in update.objects):
        return set()
    before, after = update.before.resolve(old), update.after.resolve(new)
    before = {} if before is None else before
    if not isinstance(before, dict) or not isinstance(after, dict):
        raise OtherShapeError
    if isinstance(old, Ref) and old != new:
        raise OtherShapeError
    if old is None and not update.is_new(new):
        raise OtherShapeError
    _same_but(before, after, {"Type", *_STORE_LISTS})
    if after.get("Type", Name("DSS")) != Name("DSS"):
        raise OtherShapeError
    _check_lists(update, before, after)
    return {old} if isinstance(old, Ref) else set()


def _check_lists(update: OwnUpdate, before: Dictionary, after: Dictionary) -> None:
    for key in _STORE_LISTS:
        listed, longer = before.get(key, []), after.get(key, [])
        if not isinstance(listed, list) or not isinstance(longer, list):
            raise OtherShapeError
        if longer[: len(listed)] != listed:
            raise OtherShapeError
        for ref in longer[len(listed) :]:
            stream = update.objects.get(ref) if isinstance(ref, Ref) else None
            if not update.is_new(ref) or not isinstance(stream, Stream) or stream.entries:
                raise OtherShapeError


def _check_widget(update: OwnUpdate, embedded: EmbeddedSignature) -> Ref:
    """The signed field gains its value, and an appearance where there was room for one."""
    for ref in _fields(update.before):
        if not isinstance(ref, Ref) or ref not in update.objects:
            continue
        title = _title(update.before, ref)
        if title is not None and _decoded(title) == embedded.field:
            break
    else:
        raise OtherShapeError
    old, new = update.before.dictionary(ref, "a field"), update.objects.get(ref)
    if not isinstance(new, dict) or old.get("FT") != Name("Sig") or old.get("V") is not None:
        raise OtherShapeError
    _same_but(old, new, {"V", "AP"})
    if new.get("V") != update.signature:
        raise OtherShapeError
    appearance = new.get("AP")
    if appearance != old.get("AP"):
        form = appearance.get("N") if isinstance(appearance, dict) else None
        if not isinstance(appearance, dict) or appearance.keys() != {"N"}:
            raise OtherShapeError
        if not update.is_new(form):
            raise OtherShapeError
    return ref


def _same_but(old: Dictionary, new: Dictionary, keys: set[str]) -> None:
    plain = {key: value for key, value in old.items() if key not in keys}
    if plain != {key: value for key, value in new.items() if key not in keys}:
        raise OtherShapeError


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
