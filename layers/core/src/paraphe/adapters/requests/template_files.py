"""`TemplateFiles` on S3: a folder for each template in the bucket of documents.

Only what was never signed is copied: a document's first revision, its pages, what was sent.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.s3 import keys
from paraphe.domain.errors import GoneError

if TYPE_CHECKING:
    from paraphe.adapters.s3.bucket import Bucket
    from paraphe.domain.requests.document import Document
    from paraphe.ports.requests import RequestRef
    from paraphe.ports.templates import TemplateRef


class S3TemplateFiles:
    """Keeps `TemplateFiles`."""

    def __init__(self, documents: Bucket) -> None:
        self._documents = documents

    def keep(self, source: RequestRef, document: Document, template: TemplateRef) -> Document:
        """Keep `TemplateFiles.keep`."""
        folder = keys.of_document(keys.request(keys.ACTIVE, source), document.id)
        return self._copy(folder, keys.of_document(keys.template(template), document.id), document)

    def hand_out(
        self, template: TemplateRef, document: Document, target: RequestRef, document_id: str
    ) -> Document:
        """Keep `TemplateFiles.hand_out`."""
        folder = keys.of_document(keys.template(template), document.id)
        target_folder = keys.of_document(keys.request(keys.ACTIVE, target), document_id)
        return replace(self._copy(folder, target_folder, document), id=document_id)

    def share(self, source: TemplateRef, document: Document, target: TemplateRef) -> Document:
        """Keep `TemplateFiles.share`."""
        folder = keys.of_document(keys.template(source), document.id)
        return self._copy(folder, keys.of_document(keys.template(target), document.id), document)

    def erase(self, template: TemplateRef, document_id: str | None = None) -> None:
        """Keep `TemplateFiles.erase`."""
        folder = keys.template(template)
        self._documents.erase(keys.of_document(folder, document_id) if document_id else folder)

    def _copy(self, folder: str, target: str, document: Document) -> Document:
        """Copy the pages first, so that the file is never without them."""
        pages = f"pages/{document.sha256}/"
        copied = self._documents.copy_folder(self._documents, folder + pages, target + pages)
        if copied < len(document.pages):
            raise GoneError("document_gone", "The pages of the document are gone.")
        if document.removed and document.original_sha256:
            name = keys.original_name(document.original_sha256)
            self._documents.copy_from(self._documents, folder + name, target + name)
        name = keys.unsigned_name(document.sha256 or "")
        self._documents.copy_from(self._documents, folder + name, target + name)
        return replace(document, key=target + name)
