"""A PDF file opened strictly, object by object as needed (ISO 32000-1 §7.5)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import BinaryIO

from paraphe.adapters.trust.pades.writer import hybrid, xref
from paraphe.adapters.trust.pades.writer.offsets import WINDOW, read_object, read_section
from paraphe.adapters.trust.pades.writer.syntax import (
    Dictionary,
    Name,
    PdfError,
    Ref,
    Stream,
    Value,
    parse,
)

_TAIL = 2048
_MAX_SECTIONS = 4096
_MAX_HOPS = 32
_MOST_KEPT = 64
_START = re.compile(rb"startxref[\r\n\t ]+(\d+)[\r\n\t ]+%%EOF[\r\n\t \x00]*\Z")


@dataclass(slots=True)
class Document:
    """An open file; nothing is read before it is asked for.

    Attributes:
        file: readable and seekable.
        size: of the file in bytes, when it was opened.
        start: where the newest cross-reference section is.
        sections: newest first.
        tail: the last bytes of the file, if they are known already: read from here.

    """

    file: BinaryIO
    size: int
    start: int
    sections: list[xref.Section]
    tail: bytes = b""
    _containers: dict[int, list[Value]] = field(default_factory=dict)
    # What was read, by offset: nothing that is in the file changes, updates come after it.
    _read_before: dict[int, tuple[int, Value]] = field(default_factory=dict)

    def read(self, at: int, size: int) -> bytes:
        """So many bytes of the file, or what is left of it."""
        inside = at - (self.size - len(self.tail))
        if self.tail and inside >= 0:
            return self.tail[inside : inside + size]
        return _read(self.file, at, size)

    def window(self, at: int) -> int:
        """How much to read for an object: all that is known already, else a guess."""
        inside = at - (self.size - len(self.tail))
        return max(len(self.tail) - inside, WINDOW) if inside >= 0 else WINDOW

    @property
    def trailer(self) -> Dictionary:
        """The newest trailer."""
        return self.sections[0].trailer

    @property
    def uses_streams(self) -> bool:
        """Whether the newest section is a stream: an update must be of the same kind."""
        return isinstance(self.sections[0], xref.StreamSection)

    @property
    def root_ref(self) -> Ref:
        """The catalog's reference."""
        root = self.trailer.get("Root")
        if not isinstance(root, Ref):
            raise PdfError("the catalog is missing")
        return root

    @property
    def next_number(self) -> int:
        """The first object number that is free; /Size is not believed when it is too small."""
        size = self.trailer.get("Size")
        highest = max(section.highest for section in self.sections)
        return max(size if isinstance(size, int) else 0, highest + 1)

    def has(self, number: int) -> bool:
        """Whether there is an object of this number."""
        entries = (section.find(number) for section in self.sections)
        return not isinstance(next((e for e in entries if e is not None), None), xref.Free | None)

    def catalog(self) -> Dictionary:
        """A fresh copy of the catalog."""
        return self.dictionary(self.root_ref, "the catalog")

    def dictionary(self, value: Value, what: str) -> Dictionary:
        """A copy of a dictionary, directly or by reference.

        Raises:
            PdfError: it is something else.

        """
        found = self.resolve(value)
        if not isinstance(found, dict):
            raise PdfError(f"{what} is not a dictionary")
        return dict(found)

    def array(self, value: Value, what: str) -> list[Value]:
        """A copy of an array, directly or by reference; absent is empty.

        Raises:
            PdfError: it is something else.

        """
        found = self.resolve(value)
        if found is None:
            return []
        if not isinstance(found, list):
            raise PdfError(f"{what} is not an array")
        return list(found)

    def resolve(self, value: Value) -> Value:
        """Follow references to a direct object."""
        for _ in range(_MAX_HOPS):
            if not isinstance(value, Ref):
                return value
            value = self._load(value)
        raise PdfError("references go in a circle")

    def _load(self, ref: Ref) -> Value:
        for section in self.sections:
            entry = section.find(ref.number)
            if entry is None:
                continue
            if isinstance(entry, xref.InFile):
                if entry.generation != ref.generation:
                    return None
                return self._object(entry.offset, ref.number)
            if isinstance(entry, xref.InStream):
                return self._from_container(entry, ref.number)
            return None
        return None

    def _object(self, offset: int, number: int) -> Value:
        known = self._read_before.get(offset)
        if known is not None and known[0] == number:
            return _copied(known[1])
        value = read_object(self, offset, number)
        if not isinstance(value, Stream) and len(self._read_before) < _MOST_KEPT:
            self._read_before[offset] = number, _copied(value)
        return value

    def _from_container(self, entry: xref.InStream, number: int) -> Value:
        if entry.container not in self._containers:
            self._containers[entry.container] = self._open_container(entry.container)
        members = self._containers[entry.container]
        if entry.index * 2 + 1 >= len(members) or members[entry.index * 2] != number:
            raise PdfError("an object stream does not hold what the cross-reference says")
        return members[entry.index * 2 + 1]

    def _open_container(self, number: int) -> list[Value]:
        stream = next(
            (
                read_object(self, entry.offset, number)
                for section in self.sections
                if isinstance(entry := section.find(number), xref.InFile)
            ),
            None,
        )
        if not isinstance(stream, Stream) or stream.entries.get("Type") != Name("ObjStm"):
            raise PdfError("an object stream is missing")
        count, first = stream.entries.get("N"), stream.entries.get("First")
        if not isinstance(count, int) or not isinstance(first, int):
            raise PdfError("an object stream is malformed")
        # A brace ends every token and begins no object: a last number is no reference begun.
        data = xref.decode(stream) + b"\n}"
        members: list[Value] = []
        header = data[:first].split()
        if len(header) < count * 2:
            raise PdfError("an object stream is malformed")
        for number_text, offset in zip(
            header[: count * 2 : 2], header[1 : count * 2 : 2], strict=True
        ):
            members += [int(number_text), parse(data, first + int(offset))[0]]
        return members


def open_document(file: BinaryIO) -> Document:
    """Open strictly: a sound header, end and cross-reference chain, no encryption.

    A hybrid file is opened only if every reader shows the same of it.

    Raises:
        PdfError: with the rule that is broken.

    """
    if _read(file, 0, 5) != b"%PDF-":
        raise PdfError("the file does not begin with a PDF header")
    document = _at_its_end(file)
    size = document.size
    seen: set[int] = set()
    at: Value = document.start
    while at is not None:
        if not isinstance(at, int) or at in seen or not 0 < at < size or len(seen) > _MAX_SECTIONS:
            raise PdfError("the cross-reference chain is broken")
        seen.add(at)
        section = read_section(document, at)
        document.sections.append(section)
        at = section.trailer.get("Prev")
    if "Encrypt" in document.trailer:
        raise PdfError("the file is encrypted")
    hybrid.check(document)
    return document


def open_update(earlier: Document, update: bytes) -> Document:
    """Open a file after one update was appended to it since `earlier` was opened.

    Only the new cross-reference section is read, from `update`, the bytes that came back from the
    disk; what is before it is as it was.

    Raises:
        PdfError: as `open_document`, or it is not one sound update.

    """
    if any(isinstance(s, xref.TableSection) and s.hybrid for s in earlier.sections):
        return open_document(earlier.file)
    document = _at_its_end(earlier.file)
    if earlier.size + len(update) != document.size:
        raise PdfError("the file does not end with the update")
    document.tail, document._read_before = update, earlier._read_before  # noqa: SLF001 - one file
    if not earlier.size < document.start < document.size:
        raise PdfError("the cross-reference chain is broken")
    section = read_section(document, document.start)
    if section.trailer.get("Prev") != earlier.start or {"Encrypt", "XRefStm"} & {*section.trailer}:
        raise PdfError("the cross-reference chain is broken")
    document.sections += [section, *earlier.sections]
    return document


def _at_its_end(file: BinaryIO) -> Document:
    size = file.seek(0, 2)
    found = _START.search(_read(file, max(0, size - _TAIL), _TAIL))
    if found is None:
        raise PdfError("the file does not end as a PDF")
    return Document(file, size, int(found[1]), [])


def _read(file: BinaryIO, at: int, size: int) -> bytes:
    file.seek(at)
    return file.read(size)


def _copied(value: Value) -> Value:
    """A value whose arrays and dictionaries belong to who asked."""
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value
