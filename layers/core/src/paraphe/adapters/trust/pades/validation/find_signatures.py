"""Finding every signature of a file, each on its own: one that is broken hides no other."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation.embedded_signature import (
    EmbeddedSignature,
    Lock,
    MalformedError,
    Store,
    check_range,
)
from paraphe.adapters.trust.pades.writer import xref
from paraphe.adapters.trust.pades.writer.document import Document, open_document
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Ref,
    Stream,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.trust.pades.validation.file_source import Source

_MAX_DEPTH, _MAX_FIELDS = 32, 20_000
_MAX_STORE = 4096
_DATE = re.compile(r"D:(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:([+-])(\d\d)'?(\d\d)'?|Z.*)?\Z")
_SIGNATURE_DICTIONARY = re.compile(rb"/ByteRange[\x00\t\n\x0c\r ]*\[")


@dataclass(frozen=True, slots=True)
class Broken:
    """A signature field whose value cannot be a signature."""

    field: str
    reason: str


@dataclass(slots=True)
class Opened:
    """A file read strictly.

    Attributes:
        source: its bytes.
        document: its newest revision.
        signatures: in the order of what they cover.
        broken: signature fields with something else in them.
        hidden: how many signature dictionaries no form field leads to.

    """

    source: Source
    document: Document
    signatures: list[EmbeddedSignature] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    hidden: int = 0
    _ends: dict[str, bool] = field(default_factory=dict)
    _places: dict[str, Ref] | None = None

    @property
    def sound(self) -> bool:
        """Whether the file could be read strictly: yes."""
        return True

    def revision(self, end: int) -> Document:
        """The file as it was when it had `end` bytes; `PdfError` when it was no PDF then."""
        return open_document(self.source.window(end))  # type: ignore[arg-type] # reads and seeks

    def ends_revision(self, embedded: EmbeddedSignature) -> bool:
        """Whether what a signature covers was a whole file that this one continues."""
        if embedded.field not in self._ends:
            self._ends[embedded.field] = self.source.is_last(embedded) or self._was_whole(embedded)
        return self._ends[embedded.field]

    def _was_whole(self, embedded: EmbeddedSignature) -> bool:
        try:
            earlier = self.revision(embedded.end)
            same = self._lists(earlier, embedded) or any(
                name == embedded.field and _holds(earlier, entries, embedded)
                for name, entries in signature_fields(earlier)
            )
        except PdfError:
            return False
        return same and _continues(self.document, earlier)

    def _lists(self, earlier: Document, embedded: EmbeddedSignature) -> bool:
        """Whether the field is found at once: at the top of the form, where it is now."""
        if self._places is None:
            self._places = _top_fields(self.document)
        place = self._places.get(embedded.field)
        form = earlier.resolve(earlier.catalog().get("AcroForm"))
        if place is None or not isinstance(form, dict):
            return False
        if place not in earlier.array(form.get("Fields"), "/Fields"):
            return False
        entries = earlier.resolve(place)
        return (
            isinstance(entries, dict)
            and text(earlier.resolve(entries.get("T"))) == embedded.field
            and earlier.resolve(entries.get("FT")) == Name("Sig")
            and _holds(earlier, entries, embedded)
        )

    def store(self, embedded: EmbeddedSignature | None = None) -> Store:
        """The security store, as it was when `embedded` was made; empty when it is broken."""
        try:
            return read_store(self.document if embedded is None else self.revision(embedded.end))
        except PdfError:
            return Store()


def open_source(source: Source) -> Opened:
    """Find the signatures.

    Raises:
        PdfError: the file is not strictly a PDF, or is encrypted.

    """
    document = open_document(source.window())  # type: ignore[arg-type] # it reads and seeks
    opened = Opened(source, document)
    for name, entries in signature_fields(document):
        try:
            value = document.resolve(entries.get("V"))
            if value is not None:
                opened.signatures.append(_read(document, name, value, source.data))
        except (MalformedError, PdfError) as error:
            opened.broken.append(Broken(name, str(error)))
    opened.signatures.sort(key=lambda embedded: embedded.end)
    known = len(opened.signatures) + len(opened.broken)
    opened.hidden = max(0, len(_SIGNATURE_DICTIONARY.findall(source.data)) - known)
    return opened


def _top_fields(document: Document) -> dict[str, Ref]:
    """Where fields at the top of the form are, by name; the first of a name."""
    form = document.resolve(document.catalog().get("AcroForm"))
    places: dict[str, Ref] = {}
    for item in document.array(form.get("Fields"), "/Fields") if isinstance(form, dict) else ():
        entries = document.resolve(item)
        if isinstance(item, Ref) and isinstance(entries, dict):
            places.setdefault(text(document.resolve(entries.get("T"))), item)
    return places


def _holds(document: Document, entries: Dictionary, embedded: EmbeddedSignature) -> bool:
    """Whether a field, or one of its widgets, has the signature as its value."""
    value = document.resolve(entries.get("V"))
    return isinstance(value, dict) and document.resolve(value.get("Contents")) == embedded.contents


def _continues(now: Document, earlier: Document) -> bool:
    """Whether the chain of cross-reference sections leads through the earlier file's newest."""
    starts = section_starts(now)
    if earlier.start not in starts[1:]:
        return False
    newer = starts[: starts.index(earlier.start)]
    return all(start >= earlier.size for start in newer)


def section_starts(document: Document) -> list[int]:
    """Where the cross-reference sections are, newest first."""
    older = (section.trailer.get("Prev") for section in document.sections)
    return [document.start, *(at for at in older if isinstance(at, int))]


def signature_fields(document: Document) -> Iterator[tuple[str, Dictionary]]:
    """Every signature field with its full name, however deep in the form.

    Raises:
        PdfError: the form is broken or endless.

    """
    form = document.resolve(document.catalog().get("AcroForm"))
    if not isinstance(form, dict):
        return
    pending: list[tuple[Value, str, Value, int]] = [
        (item, "", None, 0) for item in reversed(document.array(form.get("Fields"), "/Fields"))
    ]
    seen: set[Ref] = set()
    while pending:
        item, parent, kind, depth = pending.pop()
        if isinstance(item, Ref):
            if item in seen:
                raise PdfError("a form field is listed twice")
            seen.add(item)
        if depth > _MAX_DEPTH or len(seen) > _MAX_FIELDS:
            raise PdfError("the form is too deep or too large")
        entries = document.resolve(item)
        if not isinstance(entries, dict):
            continue
        title = document.resolve(entries.get("T"))
        name = ".".join(part for part in (parent, text(title)) if part)
        kind = document.resolve(entries.get("FT", kind))
        kids = document.array(entries.get("Kids"), "/Kids")
        if kind == Name("Sig"):
            yield name, entries
        pending += [(kid, name, kind, depth + 1) for kid in reversed(kids)]


def text(value: Value) -> str:
    """A text string's characters, empty for anything else (ISO 32000-1 §7.9.2.2)."""
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("latin-1")


def read_store(document: Document) -> Store:
    """The document security store of a revision; empty without one.

    Raises:
        PdfError: it is broken.

    """
    store = document.resolve(document.catalog().get("DSS"))
    if not isinstance(store, dict):
        return Store()
    parts: dict[str, tuple[bytes, ...]] = {}
    for key in ("Certs", "OCSPs", "CRLs"):
        listed = document.array(store.get(key), f"/{key}")
        if len(listed) > _MAX_STORE:
            raise PdfError("the security store is too large")
        streams = [document.resolve(item) for item in listed]
        parts[key] = tuple(xref.decode(s) for s in streams if isinstance(s, Stream))
    return Store(parts["Certs"], parts["OCSPs"], parts["CRLs"])


def _read(document: Document, name: str, value: Value, data: bytes) -> EmbeddedSignature:
    if not isinstance(value, dict):
        raise MalformedError("the field's value is not a dictionary")
    contents = document.resolve(value.get("Contents"))
    numbers = document.resolve(value.get("ByteRange"))
    byte_range = check_range(numbers, contents, data)
    sub_filter = document.resolve(value.get("SubFilter"))
    if not isinstance(sub_filter, Name) or not isinstance(contents, bytes):
        raise MalformedError("/SubFilter is missing")
    lock, permission = _transforms(document, value)
    kind = document.resolve(value.get("Type"))
    return EmbeddedSignature(
        field=name,
        sub_filter=str(sub_filter),
        byte_range=byte_range,
        contents=contents,
        is_stamp=kind == Name("DocTimeStamp") or sub_filter == Name("ETSI.RFC3161"),
        lock=lock,
        permission=permission,
        claimed_at=read_date(text(document.resolve(value.get("M")))),
        certificate=_certificate(document, value.get("Cert")),
    )


def _certificate(document: Document, value: Value) -> bytes | None:
    """The first certificate of /Cert, a string or an array of strings (ISO 32000-1 table 252)."""
    item = document.resolve(value)
    if isinstance(item, list):
        item = document.resolve(item[0]) if item else None
    return item if isinstance(item, bytes) else None


def _transforms(document: Document, value: Dictionary) -> tuple[Lock | None, int | None]:
    lock, permission = None, None
    for item in document.array(value.get("Reference"), "/Reference"):
        entries = document.dictionary(item, "a signature reference")
        parameters = document.resolve(entries.get("TransformParams"))
        parameters = parameters if isinstance(parameters, dict) else {}
        method = document.resolve(entries.get("TransformMethod"))
        if method == Name("FieldMDP"):
            action = document.resolve(parameters.get("Action"))
            if action not in {Name("All"), Name("Include"), Name("Exclude")}:
                raise MalformedError("a field lock's action is unknown")
            names = document.array(parameters.get("Fields"), "a field lock's /Fields")
            lock = Lock(str(action), tuple(text(document.resolve(n)) for n in names))
        elif method == Name("DocMDP"):
            level = document.resolve(parameters.get("P", 2))
            permission = level if isinstance(level, int) and level in {1, 2, 3} else 1
    return lock, permission


def read_date(written: str) -> datetime | None:
    """A PDF date as UTC, None when it is none (ISO 32000-1 §7.9.4)."""
    parts = _DATE.match(written)
    if parts is None:
        return None
    try:
        offset = timedelta(hours=int(parts[8] or 0), minutes=int(parts[9] or 0))
        zone = timezone(-offset if parts[7] == "-" else offset)
        year, month, day, hour, minute, second = (int(parts[n]) for n in range(1, 7))
        at = datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
