"""Contact lists on their way, in memory."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.ports.upload_forms import Upload

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.ports.contact_imports import ImportRef


class FakeContactFiles:
    """Keeps `ContactFiles`.

    Attributes:
        files: by import and name.
        exports: by firm and name.
        crash_after: how many more writes go well; None for all of them.

    """

    def __init__(self) -> None:
        self.files: dict[tuple[ImportRef, str], bytes] = {}
        self.exports: dict[tuple[str, str], bytes] = {}
        self.crash_after: int | None = None

    def form(self, ref: ImportRef, max_bytes: int, now: datetime) -> Upload:
        """Keep `ContactFiles.form`."""
        url = f"https://uploads.example/{ref.import_id}"
        return Upload(url, {"key": "contacts"}, now + timedelta(minutes=15), max_bytes)

    def names(self, ref: ImportRef) -> frozenset[str]:
        """Keep `ContactFiles.names`."""
        return frozenset(name for whose, name in self.files if whose == ref)

    def read(self, ref: ImportRef, name: str) -> bytes | None:
        """Keep `ContactFiles.read`."""
        return self.files.get((ref, name))

    def write(self, ref: ImportRef, name: str, content: bytes) -> None:
        """Keep `ContactFiles.write`."""
        if self.crash_after is not None:
            if self.crash_after == 0:
                raise RuntimeError("the function died")
            self.crash_after -= 1
        self.files[ref, name] = content

    def write_new(self, ref: ImportRef, name: str, content: bytes) -> bool:
        """Keep `ContactFiles.write_new`."""
        if (ref, name) in self.files:
            return False
        self.write(ref, name, content)
        return True

    def link(self, ref: ImportRef, name: str, filename: str, seconds: int) -> str:
        """Keep `ContactFiles.link`."""
        return f"https://uploads.example/{ref.import_id}/{name}?as={filename}&for={seconds}"

    def export(self, firm_id: str, name: str, content: bytes, media_type: str, seconds: int) -> str:
        """Keep `ContactFiles.export`."""
        self.exports[firm_id, name] = content
        return f"https://uploads.example/{firm_id}/{name}?type={media_type}&for={seconds}"
