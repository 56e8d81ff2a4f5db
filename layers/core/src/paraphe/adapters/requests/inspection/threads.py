"""Article threads: chains of beads that lead a reader through columns (ISO 32000-2 §12.4.3).

Validators follow references by recursion, and a chain of some hundred beads ends them. Nothing of
a thread is drawn: a long one is taken apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Object, Pdf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.requests.inspection.limits import Limits

_LONG = 100
_LINKS = ("/N", "/V", "/T")


def settle(pdf: Pdf, limits: Limits) -> None:
    """Take threads apart when there are many beads."""
    found = list(_beads(pdf, limits.objects))
    if len(found) <= _LONG:
        return
    for bead in found:
        for link in _LINKS:
            if link in bead:
                del bead[link]
    for page in pdf.pages:
        if "/B" in page.obj:
            del page.obj["/B"]
    if "/Threads" in pdf.Root:
        del pdf.Root["/Threads"]


def _beads(pdf: Pdf, most: int) -> Iterator[Object]:
    """Yield every bead once, from the pages and along the threads."""
    waiting: list[object] = []
    for page in pdf.pages:
        listed = page.obj.get("/B")
        waiting += list(listed) if isinstance(listed, Array) else []
    threads = pdf.Root.get("/Threads")
    for thread in list(threads) if isinstance(threads, Array) else []:
        waiting.append(thread.get("/F") if isinstance(thread, Dictionary) else None)
    seen: set[tuple[int, int]] = set()
    while waiting and len(seen) < most:
        bead = waiting.pop()
        if isinstance(bead, Dictionary) and bead.is_indirect and bead.objgen not in seen:
            seen.add(bead.objgen)
            yield bead
            waiting += [bead.get("/N"), bead.get("/V")]
