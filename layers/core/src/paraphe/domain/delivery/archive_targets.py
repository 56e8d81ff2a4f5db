"""The firm's own bucket, into which packages are pushed (P18)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ArchiveTarget:
    """Where a firm wants its packages, and the role that lets us put them there.

    Attributes:
        firm_id: whose.
        bucket: its name.
        prefix: what keys begin with; empty, or it ends with a slash.
        region: the bucket's.
        role_arn: the role that we assume, in the firm's own account.
        external_id: ours, made by chance and never the firm's choice: the role's trust policy asks
            for it, so that no other firm can have us use that role.
        updated_at: when the firm last changed it.
        version: what a write is conditioned on.

    """

    firm_id: str
    bucket: str
    prefix: str
    region: str
    role_arn: str
    external_id: str
    updated_at: datetime
    version: int = 1

    def key(self, request_id: str, name: str) -> str:
        """Return where a package lies in the bucket."""
        return f"{self.prefix}{request_id}/{name}.zip"
