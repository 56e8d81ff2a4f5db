"""The documents of templates, in the same dictionary as those of requests."""

from dataclasses import replace
from threading import Lock

from paraphe.domain.errors import GoneError
from paraphe.domain.requests.document import Document
from paraphe.ports.requests import RequestRef
from paraphe.ports.templates import TemplateRef
from tests.support.fakes.files import FakeFiles


class FakeTemplateFiles:
    """Keeps `TemplateFiles`; `copies` counts what was handed out."""

    def __init__(self, files: FakeFiles) -> None:
        self._files = files
        self._lock = Lock()
        self.copies = 0

    def keep(self, source: RequestRef, document: Document, template: TemplateRef) -> Document:
        """Keep `TemplateFiles.keep`."""
        return self._copy(_active(source, document.id), _folder(template, document.id), document)

    def hand_out(
        self, template: TemplateRef, document: Document, target: RequestRef, document_id: str
    ) -> Document:
        """Keep `TemplateFiles.hand_out`."""
        self.copies += 1
        copied = self._copy(_folder(template, document.id), _active(target, document_id), document)
        return replace(copied, id=document_id)

    def share(self, source: TemplateRef, document: Document, target: TemplateRef) -> Document:
        """Keep `TemplateFiles.share`."""
        return self._copy(_folder(source, document.id), _folder(target, document.id), document)

    def erase(self, template: TemplateRef, document_id: str | None = None) -> None:
        """Keep `TemplateFiles.erase`."""
        folder = _folder(template, document_id) if document_id else _folder(template, "")[:-1]
        for key in [k for k in self._files.objects if k.startswith(folder)]:
            del self._files.objects[key]

    def _copy(self, folder: str, target: str, document: Document) -> Document:
        objects = self._files.objects
        name = f"0-{document.sha256}.pdf"
        if folder + name not in objects:
            raise GoneError("document_gone", "The stored file is gone.")
        with self._lock:  # several rows of a bulk launch are copied for at the same time
            for key in [k for k in objects if k.startswith(folder)]:
                objects[target + key.removeprefix(folder)] = objects[key]
        return replace(document, key=target + name)


def _active(ref: RequestRef, document_id: str) -> str:
    return f"active/{ref.firm_id}/{ref.request_id}/{document_id}/"


def _folder(ref: TemplateRef, document_id: str) -> str:
    return f"firms/{ref.firm_id}/templates/{ref.template_id}/{document_id}/"
