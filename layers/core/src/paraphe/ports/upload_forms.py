"""A form by which a file reaches storage without passing through us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Upload:
    """A presigned POST: send `fields` and the file to `url` before `expires_at`."""

    url: str
    fields: Mapping[str, str]
    expires_at: datetime
    max_bytes: int
