"""Where a firm's templates are kept, and their documents (P24)."""

from dataclasses import dataclass
from typing import Protocol

from paraphe.domain.requests.document import Document
from paraphe.domain.requests.templates import Template
from paraphe.ports.requests import RequestRef


@dataclass(frozen=True, slots=True)
class TemplateRef:
    """Which template: its firm's id and its own."""

    firm_id: str
    template_id: str


@dataclass(frozen=True, slots=True)
class TemplatePage:
    """One page of a firm's templates; `cursor` None on the last one."""

    templates: tuple[Template, ...]
    cursor: str | None


class Templates(Protocol):
    """Where a firm's own templates are kept."""

    def template(self, ref: TemplateRef) -> Template:
        """Read one. Raises NotFoundError (`template_not_found`)."""
        ...

    def save(self, template: Template, *, replaces: int | None) -> None:
        """Write it in the place of version `replaces`; None: it is new. Raises RaceLostError."""
        ...

    def delete(self, template: Template) -> None:
        """Delete it, of this version. Raises RaceLostError."""
        ...

    def listed(self, firm_id: str, limit: int, cursor: str | None) -> TemplatePage:
        """List them, oldest first. Raises InvalidError (`bad_cursor`)."""
        ...


class TemplateFiles(Protocol):
    """Where the documents of templates lie; copies, so that neither side changes the other's."""

    def keep(self, source: RequestRef, document: Document, template: TemplateRef) -> Document:
        """Copy a draft's document into a template; return it as it lies there. Repeatable."""
        ...

    def hand_out(
        self, template: TemplateRef, document: Document, target: RequestRef, document_id: str
    ) -> Document:
        """Copy a template's document into a request, as `document_id`. Repeatable.

        Raises GoneError (`document_gone`).
        """
        ...

    def share(self, source: TemplateRef, document: Document, target: TemplateRef) -> Document:
        """Copy a template's document into another template. Raises GoneError."""
        ...

    def erase(self, template: TemplateRef, document_id: str | None = None) -> None:
        """Erase one document of a template, or all, all versions."""
        ...
