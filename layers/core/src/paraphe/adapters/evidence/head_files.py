"""`HeadFiles` on S3: `<firm>/heads/<day>.{json,tsr}` in the evidence bucket, written once."""

from __future__ import annotations

from datetime import date
from itertools import groupby, islice
from typing import TYPE_CHECKING

from paraphe.adapters.s3 import presigned
from paraphe.ports.evidence import KeptDay

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.s3.bucket import Bucket

DONE = "heads/"
_TYPES = {"json": "application/json", "tsr": "application/timestamp-reply"}
_MOST = 512 * 1024 * 1024


class S3HeadFiles:
    """Keeps `HeadFiles` in the evidence bucket, whose rules keep everything ten years."""

    def __init__(self, bucket: Bucket) -> None:
        self._bucket = bucket

    def days(
        self, firm_id: str, since: date | None = None, limit: int | None = None
    ) -> tuple[KeptDay, ...]:
        """Keep `HeadFiles.days`; a time-stamp alone is no day."""
        after = since.isoformat() if since else ""  # sorts before the day's own files
        return tuple(islice(self._days(firm_id, after), limit))

    def _days(self, firm_id: str, after: str) -> Iterator[KeptDay]:
        folder = _folder(firm_id)
        names = (key.removeprefix(folder) for key in self._bucket.names(folder, after))
        for day, files in groupby(names, key=lambda name: name.partition(".")[0]):
            kinds = {name.partition(".")[2] for name in files}
            if "json" in kinds:
                yield KeptDay(date.fromisoformat(day), "tsr" in kinds)

    def read(self, firm_id: str, day: date, kind: str) -> bytes:
        """Keep `HeadFiles.read`.

        Raises:
            ValueError: the file is larger than anything we write.

        """
        found = self._bucket.read(_key(firm_id, day, kind), _MOST)
        if found is None:
            raise ValueError("a day's file is too large")
        return found

    def store(self, firm_id: str, day: date, kind: str, content: bytes) -> bytes:
        """Keep `HeadFiles.store`."""
        if self._bucket.put_new(_key(firm_id, day, kind), content, _TYPES[kind]):
            return content
        return self.read(firm_id, day, kind)

    def presign(self, firm_id: str, day: date, kind: str, seconds: int) -> str:
        """Keep `HeadFiles.presign`."""
        disposition = presigned.attachment(f"heads-{day.isoformat()}.{kind}")
        key = _key(firm_id, day, kind)
        return presigned.get(self._bucket, key, seconds, disposition, _TYPES[kind])

    def last_done(self) -> date | None:
        """Keep `HeadFiles.last_done`."""
        days = [date.fromisoformat(key.removeprefix(DONE)) for key in self._bucket.names(DONE)]
        return max(days, default=None)

    def mark_done(self, day: date) -> None:
        """Keep `HeadFiles.mark_done`."""
        self._bucket.put_new(DONE + day.isoformat(), b"done\n", "text/plain")


def _folder(firm_id: str) -> str:
    return f"{firm_id}/heads/"


def _key(firm_id: str, day: date, kind: str) -> str:
    return f"{_folder(firm_id)}{day.isoformat()}.{kind}"
