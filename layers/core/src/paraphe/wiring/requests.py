"""Adapters for requests: store, files, executions, the inspection of uploads."""
# ruff: noqa: PLC0415 - importing late is what this package is for

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING

from paraphe.wiring.shared import Shared

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paraphe.domain.requests.inspection import Accepted, Refused
    from paraphe.ports.bulk import BulkFiles, BulkLaunches
    from paraphe.ports.files import Files, Uploads, Workspace
    from paraphe.ports.requests import Executions, Requests
    from paraphe.ports.system import Entropy
    from paraphe.ports.templates import TemplateFiles, Templates


class RequestServices(Shared):
    """Adapters for requests: store, files, executions, the inspection of uploads."""

    @cached_property
    def requests(self) -> Requests:
        """The store of signature requests. Needs TABLE_NAME."""
        from paraphe.adapters.requests.request_store import DynamoRequests
        from paraphe.usecases.requests.seen_requests import only_seen

        plain = self._plain_dynamodb()
        stored = DynamoRequests(self._dynamodb(), self.settings.table_name, plain)
        return only_seen(stored, self._terms.seen)

    @cached_property
    def files(self) -> Files:
        """Where documents lie. Needs UPLOADS_BUCKET and DOCUMENTS_BUCKET when they are used."""
        from paraphe.adapters.requests.document_files import S3Files

        return S3Files(
            lambda: self._bucket(self.settings.uploads_bucket),
            lambda: self._bucket(self.settings.documents_bucket),
        )

    @cached_property
    def uploads(self) -> Uploads:
        """Where uploads lie. Needs UPLOADS_BUCKET."""
        from paraphe.adapters.requests.uploaded_files import S3Uploads

        return S3Uploads(self._bucket(self.settings.uploads_bucket))

    @cached_property
    def templates(self) -> Templates:
        """The store of templates. Needs TABLE_NAME."""
        from paraphe.adapters.dynamodb.firm_items import FirmItems
        from paraphe.adapters.requests.template_store import COLLECTION, DynamoTemplates

        return DynamoTemplates(FirmItems(self._dynamodb(), self.settings.table_name, COLLECTION))

    @cached_property
    def template_files(self) -> TemplateFiles:
        """Where the documents of templates lie. Needs DOCUMENTS_BUCKET."""
        from paraphe.adapters.requests.template_files import S3TemplateFiles

        return S3TemplateFiles(self._bucket(self.settings.documents_bucket))

    @cached_property
    def bulk_launches(self) -> BulkLaunches:
        """The store of bulk launches. Needs TABLE_NAME."""
        from paraphe.adapters.requests.bulk_store import DynamoBulkLaunches

        return DynamoBulkLaunches(self._dynamodb(), self.settings.table_name)

    @cached_property
    def bulk_files(self) -> BulkFiles:
        """The files of bulk launches. Needs UPLOADS_BUCKET."""
        from paraphe.adapters.requests.bulk_files import S3BulkFiles

        return S3BulkFiles(self._bucket(self.settings.uploads_bucket))

    @cached_property
    def executions(self) -> Executions:
        """The executions. Needs STATE_MACHINE_ARN for starting and asking, not for waking."""
        from paraphe.adapters.clients import client
        from paraphe.adapters.requests.executions import StepFunctionsExecutions

        return StepFunctionsExecutions(
            client("stepfunctions"), lambda: self.settings.state_machine_arn
        )

    @cached_property
    def inspector(self) -> Callable[[Path, Path, Path], Accepted | Refused]:
        """What judges an uploaded file, writes its normal form and draws its pages."""
        from paraphe.adapters.requests.inspection import inspect_pdf

        return lambda upload, document, pages: inspect_pdf(upload, document, folder=pages)

    @cached_property
    def workspace(self) -> Workspace:
        """Room for files."""
        from paraphe.adapters.workspace import TemporaryWorkspace

        return TemporaryWorkspace()

    @cached_property
    def entropy(self) -> Entropy:
        """The operating system's chance."""
        return _random


def _random(count: int) -> bytes:
    return os.urandom(count)
