"""Adapters for archive exports."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from paraphe.ports.archive_exports import ArchiveExports, Packages


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
