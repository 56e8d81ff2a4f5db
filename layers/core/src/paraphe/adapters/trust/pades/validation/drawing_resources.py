"""What a document draws with: everything that its pages, annotations and form lead to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import DictionaryObject, StreamObject

from paraphe.adapters.trust.pades.validation import graph

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver

_MOST_PAGES = 200_000
_MOST_STATES = 1000
# What a page names beside what it draws: its place, its order, private data, what it says aloud.
_NOT_DRAWN = {
    "/Parent",
    "/P",
    "/Pg",
    "/Annots",
    "/B",
    "/A",
    "/AA",
    "/PieceInfo",
    "/LastModified",
    "/Metadata",
    "/AF",
    "/Popup",
    "/IRT",
    "/Dest",
    "/DPart",
    "/Kids",
    "/PZ",
    "/SeparationInfo",
    "/PresSteps",
}


def pages(view: HistoricalResolver) -> Iterator[tuple[int, DictionaryObject]]:
    """Every node of the page tree with its number, each once; 0 for a direct one."""
    pending: list[PdfObject | None] = [graph.get(view.root, "/Pages")]
    seen: set[int] = set()
    while pending and len(seen) < _MOST_PAGES:
        place = pending.pop()
        number = graph.number(place) or 0
        if number and number in seen:
            continue
        seen.add(number)
        node = graph.dictionary(view, place)
        yield number, node
        pending += reversed(graph.elements(view, graph.get(node, "/Kids")))


@dataclass(slots=True)
class Drawn:
    """Numbers of what a document draws with.

    Attributes:
        by: pages, the form, layers, and what is below the looks of annotations.
        looks: the looks of annotations, by the annotations that have them.

    """

    by: set[int] = field(default_factory=set)
    looks: dict[int, set[int]] = field(default_factory=dict)


def drawn(view: HistoricalResolver) -> Drawn:
    """Everything that is drawn with in a revision."""
    found = Drawn()
    for _, node in pages(view):
        graph.follow(view, [node.raw_get(key) for key in node if key not in _NOT_DRAWN], found.by)
        for one in graph.elements(view, graph.get(node, "/Annots")):
            _look(view, found, one)
    form = graph.dictionary(view, graph.get(view.root, "/AcroForm"))
    resources = graph.dictionary(view, graph.get(form, "/DR"))
    kinds = [graph.resolve(view, one) for one in resources.values()]
    for kind in kinds:
        named = kind.values() if isinstance(kind, DictionaryObject) else [kind]
        graph.follow(view, named, found.by)
    layers = graph.dictionary(view, graph.get(view.root, "/OCProperties"))
    graph.follow(view, list(layers.values()), found.by)
    return found


def _look(view: HistoricalResolver, found: Drawn, annotation: PdfObject) -> None:
    owner = graph.number(annotation) or 0
    pending: list[PdfObject | None] = [graph.get(graph.dictionary(view, annotation), "/AP")]
    for _ in range(_MOST_STATES):
        if not pending:
            return
        place = pending.pop()
        number = graph.number(place)
        if number is not None:
            found.looks.setdefault(number, set()).add(owner)
        value = graph.resolve(view, place)
        if isinstance(value, StreamObject):
            graph.follow(view, [value], found.by)
        elif isinstance(value, DictionaryObject):
            pending += [value.raw_get(key) for key in value]
