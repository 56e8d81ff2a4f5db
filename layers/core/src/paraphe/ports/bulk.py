"""Where bulk launches are kept, and the files that they are read from (P24)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.requests.bulk import Bulk, BulkLaunch, Chunk
from paraphe.ports.upload_forms import Upload


@dataclass(frozen=True, slots=True)
class BulkRef:
    """Which bulk launch: its firm's id and its own."""

    firm_id: str
    bulk_id: str


class BulkLaunches(Protocol):
    """Where bulk launches are kept, until they are forgotten."""

    def load(self, ref: BulkRef) -> Bulk:
        """Read one with its rows. Raises NotFoundError (`bulk_launch_not_found`)."""
        ...

    def following(self, firm_id: str, after: str | None) -> Bulk | None:
        """Read a firm's next one behind the id `after`, with its rows; None: there is none."""
        ...

    def save(self, launch: BulkLaunch, *, replaces: int | None) -> None:
        """Write it in the place of version `replaces`; None: it is new. Raises RaceLostError."""
        ...

    def save_chunk(self, launch: BulkLaunch, chunk: Chunk, *, replaces: int | None) -> None:
        """Write some rows in the place of version `replaces`. Raises RaceLostError."""
        ...

    def remove_chunk(self, launch: BulkLaunch, chunk: Chunk) -> None:
        """Delete some rows. Raises RaceLostError."""
        ...

    def due(self, now: datetime, limit: int) -> tuple[BulkRef, ...]:
        """Find those whose rows are to be launched: an index, which may lag behind."""
        ...


class BulkFiles(Protocol):
    """The files of bulk launches, for a day."""

    def form(self, ref: BulkRef, max_bytes: int, now: datetime) -> Upload:
        """Allow one CSV file of at most `max_bytes` to be uploaded; the last one counts."""
        ...

    def read(self, ref: BulkRef, max_bytes: int) -> bytes | None:
        """Read what was uploaded; None when nothing was."""
        ...

    def sample(self, firm_id: str, name: str, content: bytes, seconds: int) -> str:
        """Keep a sample for a day; return a URL by which it can be fetched for `seconds`."""
        ...
