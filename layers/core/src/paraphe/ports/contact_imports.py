"""Where a contact list lies while it is imported, a day at most."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.ports.upload_forms import Upload


@dataclass(frozen=True, slots=True)
class ImportRef:
    """Names an import."""

    firm_id: str
    import_id: str


class ContactFiles(Protocol):
    """The files of imports and exports of a firm's contacts."""

    def form(self, ref: ImportRef, max_bytes: int, now: datetime) -> Upload:
        """Allow one file of at most `max_bytes` to be uploaded as `contacts`."""
        ...

    def names(self, ref: ImportRef) -> frozenset[str]:
        """List what is there of an import."""
        ...

    def read(self, ref: ImportRef, name: str) -> bytes | None:
        """Read a file; None when there is none."""
        ...

    def write(self, ref: ImportRef, name: str, content: bytes) -> None:
        """Write a file, over an earlier one if there is one."""
        ...

    def write_new(self, ref: ImportRef, name: str, content: bytes) -> bool:
        """Write a file unless there is one; tells whether it was written."""
        ...

    def link(self, ref: ImportRef, name: str, filename: str, seconds: int) -> str:
        """Return a URL by which a file can be fetched as `filename` for `seconds`."""
        ...

    def export(self, firm_id: str, name: str, content: bytes, media_type: str, seconds: int) -> str:
        """Keep an export for a day; return a URL by which it can be fetched for `seconds`."""
        ...
