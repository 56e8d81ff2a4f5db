"""`Templates` on DynamoDB: a collection of the firm, in the order of their ids."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.adapters.dynamodb.codec import Item, decode, encode
from paraphe.adapters.requests import page_runs
from paraphe.domain.errors import InvalidError, NotFoundError
from paraphe.domain.ids import is_id
from paraphe.domain.requests.document import Document
from paraphe.domain.requests.templates import Template
from paraphe.ports.templates import TemplatePage, TemplateRef

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from paraphe.adapters.dynamodb.firm_items import FirmItems

COLLECTION = "TEMPLATES"
_APART = frozenset({"documents"})
# Written in runs: a template with many long documents has to fit into one item.
_PAGES = "page_runs"


class DynamoTemplates:
    """Keeps `Templates`."""

    def __init__(self, items: FirmItems) -> None:
        self._items = items

    def template(self, ref: TemplateRef) -> Template:
        """Keep `Templates.template`."""
        item = self._items.get(ref.firm_id, ref.template_id)
        if item is None:
            raise NotFoundError("template_not_found", "There is no such template.")
        return _read(item)

    def save(self, template: Template, *, replaces: int | None) -> None:
        """Keep `Templates.save`."""
        self._items.put(template.firm_id, template.id, _item(template), replaces=replaces)

    def delete(self, template: Template) -> None:
        """Keep `Templates.delete`."""
        self._items.delete(template.firm_id, template.id, template.version)

    def listed(self, firm_id: str, limit: int, cursor: str | None) -> TemplatePage:
        """Keep `Templates.listed`."""
        if cursor is not None and not is_id(cursor, "tpl"):
            raise InvalidError("bad_cursor", "This is no cursor of this list.", field="cursor")
        page = self._items.page(firm_id, after=cursor, limit=limit)
        return TemplatePage(tuple(_read(item) for item in page.items), page.after)


def _item(template: Template) -> Item:
    documents = [
        {**encode(d, frozenset({"pages", "revisions"})), _PAGES: {"S": page_runs.to_text(d.pages)}}
        for d in template.documents
    ]
    return {
        **encode(template, _APART),
        "documents": {"L": [{"M": document} for document in documents]},
        "type": {"S": "template"},
    }


def _read(item: Mapping[str, Any]) -> Template:
    documents = tuple(_document(found["M"]) for found in item["documents"]["L"])
    bare = {name: value for name, value in item.items() if name not in _APART}
    return replace(decode(Template, bare), documents=documents)


def _document(item: Mapping[str, Any]) -> Document:
    return replace(decode(Document, item), pages=page_runs.from_text(item[_PAGES]["S"]))
