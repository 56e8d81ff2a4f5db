"""How far references lead on and on: validators follow them by recursion, and have an end.

pyHanko's difference analysis takes up to three of Python's 1,000 frames for each reference, so a
chain of some 300 ends it. How long the longest chain is cannot be computed in general (chains
must not meet themselves), but a bound can: objects that lead to each other count as one chain.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pikepdf import Dictionary, Name

from paraphe.adapters.requests.inspection.checks import references, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pikepdf import Object, Pdf

LONG = 150
_UPWARDS = re.compile(rb"/(?:Parent|P|Pg) \d+ \d+ R")  # nobody follows these

Key = tuple[int, int]
Graph = dict[Key, set[Key]]


def may_be_long(pdf: Pdf, objects: list[Object]) -> bool:
    """Say whether references may lead on for more than `LONG` steps."""
    if len(objects) <= LONG:
        return False
    pages = {page.obj.objgen for page in pdf.pages}  # entered by the page tree alone
    graph: Graph = {}
    for thing in objects:
        onward = references(_UPWARDS.sub(b"", text_of(thing)))
        if not _lists_pages(thing):
            onward -= pages
        graph[thing.objgen] = onward
    return _bound(graph) > LONG


def _lists_pages(thing: Object) -> bool:
    """Say whether an object is a node of the page tree, or a list of its kids."""
    return thing.get("/Type") == Name.Pages if isinstance(thing, Dictionary) else True


def _bound(graph: Graph) -> int:
    """Return at least the number of objects of the longest chain."""
    longest: dict[Key, int] = {}
    for group in _groups(graph):  # what a group leads to comes before it
        beyond = (longest.get(to, 0) for one in group for to in graph.get(one, ()))
        length = len(group) + max(beyond, default=0)
        longest.update(dict.fromkeys(group, length))
    return max(longest.values(), default=0)


def _groups(graph: Graph) -> Iterator[list[Key]]:
    """Yield the groups of objects that lead to each other: Tarjan's algorithm, not recursive."""
    number: dict[Key, int] = {}
    lowest: dict[Key, int] = {}
    open_: list[Key] = []
    is_open: set[Key] = set()
    for root in graph:
        if root in number:
            continue
        number[root] = lowest[root] = len(number)
        open_.append(root)
        is_open.add(root)
        path = [(root, iter(graph[root]))]
        while path:
            at, onward = path[-1]
            for to in onward:
                if to not in graph:
                    continue
                if to not in number:
                    number[to] = lowest[to] = len(number)
                    open_.append(to)
                    is_open.add(to)
                    path.append((to, iter(graph[to])))
                    break
                if to in is_open:
                    lowest[at] = min(lowest[at], number[to])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[at])
                if lowest[at] == number[at]:
                    group = _close(open_, at)
                    is_open.difference_update(group)
                    yield group


def _close(open_: list[Key], first: Key) -> list[Key]:
    """Take what was opened since `first` off the list."""
    group = []
    while True:
        group.append(open_.pop())
        if group[-1] == first:
            return group
