"""Outlines and tags in a shape that every validator can walk.

pyHanko's difference analysis, which others validate our signatures with, follows each reference by
recursion: it fails on a level of more than some 300 bookmarks, and on structure elements that are
listed twice. In an unsigned file such a level is divided into groups, as a reader would fold it,
and an element is listed where it is met first.
"""

from __future__ import annotations

from math import isqrt
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Object, Pdf, String

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.requests.inspection.limits import Limits

_STEPS = 200
_LEVEL = 40
_TITLE = 60


def settle(pdf: Pdf, limits: Limits) -> None:
    """Divide long levels of bookmarks; list every structure element once."""
    outlines = pdf.Root.get("/Outlines")
    if isinstance(outlines, Dictionary):
        levels = list(_levels(outlines, limits.objects))
        if max((steps for _, _, steps in levels), default=0) > _STEPS:
            for parent, items, _ in levels:
                if len(items) > _LEVEL:
                    _divide(pdf, parent, items)
    tags = pdf.Root.get("/StructTreeRoot")
    if isinstance(tags, Dictionary):
        _prune(tags)


def _levels(outlines: Object, most: int) -> Iterator[tuple[Object, list[Object], int]]:
    """Yield each parent with its items, and how many references lead to the last of them."""
    seen: set[tuple[int, int]] = set()
    waiting: list[tuple[Object, int]] = [(outlines, 0)]
    while waiting:
        parent, steps = waiting.pop()
        items: list[Object] = []
        item = parent.get("/First")
        while isinstance(item, Dictionary) and item.objgen not in seen and len(seen) < most:
            if item.is_indirect:
                seen.add(item.objgen)
            items.append(item)
            waiting.append((item, steps + len(items)))
            item = item.get("/Next") if item.is_indirect else None
        yield parent, items, steps + len(items)


def _divide(pdf: Pdf, parent: Object, items: list[Object]) -> None:
    """Put a level's items into groups that carry the titles of their first and last."""
    size = isqrt(len(items)) + 1
    chunks = [items[at : at + size] for at in range(0, len(items), size)]
    groups = [pdf.make_indirect(_group(parent, chunk)) for chunk in chunks]
    for group, chunk in zip(groups, chunks, strict=True):
        _link(group, chunk)
    _link(parent, groups)
    parent["/Count"] = len(groups)


def _group(parent: Object, items: list[Object]) -> Object:
    """Make a closed group that leads where its first item leads."""
    title = " … ".join(str(item.get("/Title", ""))[:_TITLE] for item in (items[0], items[-1]))
    group = Dictionary(Title=String(title), Parent=parent, Count=-len(items))
    for key in ("/Dest", "/A"):
        if key in items[0]:
            group[key] = items[0][key]
    return group


def _link(parent: Object, items: list[Object]) -> None:
    """Chain items below a parent (ISO 32000-2, table 151)."""
    parent["/First"], parent["/Last"] = items[0], items[-1]
    for at, item in enumerate(items):
        item["/Parent"] = parent
        for key, other in (("/Prev", at - 1), ("/Next", at + 1)):
            if 0 <= other < len(items):
                item[key] = items[other]
            elif key in item:
                del item[key]


def _prune(tags: Object) -> None:
    """Leave out kids that were met before: elements form a tree (ISO 32000-2 §14.7.2)."""
    seen: set[tuple[int, int]] = set()
    waiting = [tags]
    while waiting:
        element = waiting.pop()
        kids = element.get("/K")
        listed = list(kids) if isinstance(kids, Array) else [kids]
        kept = []
        for kid in listed:
            if isinstance(kid, Dictionary) and kid.is_indirect:
                if kid.objgen in seen:
                    continue
                seen.add(kid.objgen)
                waiting.append(kid)
            elif isinstance(kid, Dictionary):
                waiting.append(kid)
            kept.append(kid)
        if len(kept) < len(listed):
            element["/K"] = Array(kept)
