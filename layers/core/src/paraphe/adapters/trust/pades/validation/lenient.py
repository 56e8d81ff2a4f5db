"""Files that are not strictly PDF, read with pyHanko: what it finds is never called valid."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraphe.adapters.trust.pades.validation.embedded_signature import (
    EmbeddedSignature,
    Lock,
    MalformedError,
    Store,
    check_range,
)
from paraphe.adapters.trust.pades.validation.find_signatures import (
    Broken,
    Opened,
    open_source,
    read_date,
)
from paraphe.adapters.trust.pades.writer.syntax import PdfError

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.validation.file_source import Source


@dataclass(slots=True)
class LooselyOpened:
    """A file that pyHanko could read.

    Attributes:
        source: its bytes.
        reader: pyHanko's.
        signatures: in the order of what they cover.
        broken: signature fields with something else in them.
        hidden: not looked for here.

    """

    source: Source
    reader: PdfFileReader
    signatures: list[EmbeddedSignature] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    hidden: int = 0
    _embedded: dict[str, EmbeddedPdfSignature] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether the file could be read strictly: no."""
        return False

    def ends_revision(self, embedded: EmbeddedSignature) -> bool:
        """Whether what a signature covers was a whole file that this one continues."""
        covered = self._embedded[embedded.field].evaluate_signature_coverage()
        return bool(covered >= SignatureCoverageLevel.ENTIRE_REVISION)

    def revision_number(self, embedded: EmbeddedSignature) -> int:
        """PyHanko's number of the revision that a signature covers."""
        return int(self._embedded[embedded.field].signed_revision)

    def store(self, embedded: EmbeddedSignature | None = None) -> Store:
        """The security store, as it was when `embedded` was made; empty when it is broken."""
        try:
            handler = (
                self.reader
                if embedded is None
                else self.reader.get_historical_resolver(self.revision_number(embedded))
            )
            store = DocumentSecurityStore.read_dss(handler)
            return Store(
                tuple(item.get_object().data for item in store.certs.values()),
                tuple(item.get_object().data for item in store.ocsps),
                tuple(item.get_object().data for item in store.crls),
            )
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - none, or pyHanko raises nearly anything
            return Store()


AnyOpened: TypeAlias = Opened | LooselyOpened


def open_file(source: Source) -> AnyOpened:
    """Open a file strictly, else as pyHanko can; raises whatever pyHanko raises."""
    try:
        return open_source(source)
    except PdfError:
        return open_loosely(source)


def open_loosely(source: Source) -> LooselyOpened:
    """Find the signatures; raises whatever pyHanko raises on strangers' files."""
    try:
        reader = _read(source, strict=True)
        opened = LooselyOpened(source, reader)
        _collect(opened)
    except RecursionError:
        raise
    except Exception:  # noqa: BLE001 - pyHanko raises nearly anything on strangers' files
        reader = _read(source, strict=False)
        opened = LooselyOpened(source, reader)
        _collect(opened)
    return opened


def _read(source: Source, *, strict: bool) -> PdfFileReader:
    """Open a file; one that is encrypted is often so with an empty password."""
    reader = PdfFileReader(io.BytesIO(source.data), strict=strict)
    if reader.encrypted:
        reader.decrypt(b"")
    return reader


def _collect(opened: LooselyOpened) -> None:
    for name, value, entries in enumerate_sig_fields(opened.reader):
        if value is None:
            continue
        try:
            theirs = EmbeddedPdfSignature(opened.reader, entries, name)
            opened.signatures.append(_as_embedded(theirs, name, opened.source.data))
            opened._embedded[name] = theirs  # noqa: SLF001 - its own module
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            opened.broken.append(Broken(name, str(error)[:200]))
    opened.signatures.sort(key=lambda embedded: embedded.end)


def _as_embedded(theirs: EmbeddedPdfSignature, name: str, data: bytes) -> EmbeddedSignature:
    numbers = [int(number) for number in theirs.byte_range]
    sub_filter = str(theirs.sig_object.get("/SubFilter", "/"))[1:]
    if not sub_filter:
        raise MalformedError("/SubFilter is missing")
    lock = theirs.fieldmdp
    permission = theirs.docmdp_level
    written = theirs.sig_object.get("/M")
    return EmbeddedSignature(
        field=name,
        sub_filter=sub_filter,
        byte_range=check_range(numbers, bytes(theirs.pkcs7_content), data),
        contents=bytes(theirs.pkcs7_content),
        is_stamp=theirs.sig_object_type == "/DocTimeStamp" or sub_filter == "ETSI.RFC3161",
        lock=None if lock is None else Lock(lock.action.value[1:], tuple(lock.fields or ())),
        permission=None if permission is None else int(permission.value),
        claimed_at=read_date(str(written))
        if isinstance(written, generic.TextStringObject)
        else None,
    )
