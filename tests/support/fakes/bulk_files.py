"""The files of bulk launches in memory."""

from datetime import datetime, timedelta

from paraphe.ports.bulk import BulkRef
from paraphe.ports.upload_forms import Upload


class FakeBulkFiles:
    """Keeps `BulkFiles`; `uploaded` by bulk launch, `samples` by name."""

    def __init__(self) -> None:
        self.uploaded: dict[BulkRef, bytes] = {}
        self.samples: dict[str, bytes] = {}

    def form(self, ref: BulkRef, max_bytes: int, now: datetime) -> Upload:
        """Keep `BulkFiles.form`."""
        fields = {"key": f"bulk/{ref.firm_id}/{ref.bulk_id}/rows.csv"}
        return Upload("https://uploads.test/", fields, now + timedelta(minutes=15), max_bytes)

    def read(self, ref: BulkRef, max_bytes: int) -> bytes | None:
        """Keep `BulkFiles.read`."""
        content = self.uploaded.get(ref)
        return None if content is None or len(content) > max_bytes else content

    def sample(self, firm_id: str, name: str, content: bytes, seconds: int) -> str:
        """Keep `BulkFiles.sample`."""
        self.samples[name] = content
        return f"https://uploads.test/{firm_id}/{name}?seconds={seconds}"
