"""Adapters for archive exports."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from paraphe.ports.archive_exports import ArchiveExports, ArchiveTargets, FirmBuckets, Packages


class ArchiveServices(Shared):
    """Adapters for archive exports."""

    @cached_property
    def archive_exports(self) -> ArchiveExports:
        """The store of exports. Needs TABLE_NAME."""
        from paraphe.adapters.delivery.archive_store import DynamoArchiveExports

        return DynamoArchiveExports(self._dynamodb(), self.settings.table_name)

    @cached_property
    def packages(self) -> Packages:
        """Where packages lie. Needs DOCUMENTS_BUCKET."""
        from paraphe.adapters.delivery.archive_packages import S3Packages

        return S3Packages(self._bucket(self.settings.documents_bucket))

    @cached_property
    def archive_targets(self) -> ArchiveTargets:
        """Which bucket a firm has. Needs TABLE_NAME."""
        from paraphe.adapters.delivery.archive_store import DynamoArchiveTargets

        return DynamoArchiveTargets(self._dynamodb(), self.settings.table_name)

    @cached_property
    def firm_buckets(self) -> FirmBuckets:
        """The firms' own buckets."""
        from paraphe.adapters.clients import assumed_s3, client
        from paraphe.adapters.delivery.firm_buckets import S3FirmBuckets

        return S3FirmBuckets(client("sts"), assumed_s3)
