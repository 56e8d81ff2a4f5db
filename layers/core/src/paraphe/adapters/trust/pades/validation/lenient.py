"""Files that are not strictly PDF, read with pyHanko: what it finds is never called valid."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields
from pyhanko.sign.validation import DocumentSecurityStore, EmbeddedPdfSignature
from pyhanko.sign.validation.status import SignatureCoverageLevel

from paraphe.adapters.trust.pades.validation.embedded_signature import (
    Found,
    Lock,
    MalformedError,
    Store,
    check_range,
)
from paraphe.adapters.trust.pades.validation.find_signatures import Broken, read_date

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.validation.file_source import Source


@dataclass(slots=True)
class LooselyOpened:
    """A file that pyHanko could read.

    Attributes:
        source: its bytes.
        reader: pyHanko's.
        found: signatures in the order of what they cover.
        broken: signature fields with something else in them.
        hidden: not looked for here.

    """

    source: Source
    reader: PdfFileReader
    found: list[Found] = field(default_factory=list)
    broken: list[Broken] = field(default_factory=list)
    hidden: int = 0
    _embedded: dict[str, EmbeddedPdfSignature] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether the file could be read strictly: no."""
        return False

    def ends_revision(self, found: Found) -> bool:
        """Whether what a signature covers was a whole file that this one continues."""
        covered = self._embedded[found.field].evaluate_signature_coverage()
        return bool(covered >= SignatureCoverageLevel.ENTIRE_REVISION)

    def revision_number(self, found: Found) -> int:
        """PyHanko's number of the revision that a signature covers."""
        return int(self._embedded[found.field].signed_revision)

    def store(self, found: Found | None = None) -> Store:
        """The security store, as it was when `found` was made; empty when it is broken."""
        try:
            handler = (
                self.reader
                if found is None
                else self.reader.get_historical_resolver(self.revision_number(found))
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
            embedded = EmbeddedPdfSignature(opened.reader, entries, name)
            opened.found.append(_found(embedded, name, opened.source.data))
            opened._embedded[name] = embedded  # noqa: SLF001 - its own module
        except (MemoryError, RecursionError):
            raise
        except Exception as error:  # noqa: BLE001 - as above
            opened.broken.append(Broken(name, str(error)[:200]))
    opened.found.sort(key=lambda found: found.end)


def _found(embedded: EmbeddedPdfSignature, name: str, data: bytes) -> Found:
    numbers = [int(number) for number in embedded.byte_range]
    sub_filter = str(embedded.sig_object.get("/SubFilter", "/"))[1:]
    if not sub_filter:
        raise MalformedError("/SubFilter is missing")
    lock = embedded.fieldmdp
    permission = embedded.docmdp_level
    written = embedded.sig_object.get("/M")
    return Found(
        field=name,
        sub_filter=sub_filter,
        byte_range=check_range(numbers, bytes(embedded.pkcs7_content), data),
        contents=bytes(embedded.pkcs7_content),
        is_stamp=embedded.sig_object_type == "/DocTimeStamp" or sub_filter == "ETSI.RFC3161",
        lock=None if lock is None else Lock(lock.action.value[1:], tuple(lock.fields or ())),
        permission=None if permission is None else int(permission.value),
        claimed_at=read_date(str(written))
        if isinstance(written, generic.TextStringObject)
        else None,
    )
