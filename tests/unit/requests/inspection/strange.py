"""PDFs that show one thing here and another there: one for each way that was found or thought of.

`specimens()` gives them by name; what is odd about each is in its name and beside it.
"""

from __future__ import annotations

from tests.support.strange_pdfs import objects_of, write
from tests.unit.requests.inspection.strange_pages import boxes, contents, structures, trees
from tests.unit.requests.inspection.strange_widgets import buttons, fields, layers, odd_annotations


def specimens() -> dict[str, bytes]:
    """Every file by name."""
    return {
        "beads": _beads(600),
        **dict(fields()),
        **dict(buttons()),
        **dict(odd_annotations()),
        **dict(boxes()),
        **dict(trees()),
        **dict(contents()),
        **dict(layers()),
        **dict(structures()),
    }


def _beads(count: int) -> bytes:
    """A thread of article beads, each of which leads to the next and to the one before."""
    numbers = range(100, 100 + count)
    beads = {
        at: b"<</Type/Bead/T 99 0 R/P 3 0 R/R[0 0 9 9]/N %d 0 R/V %d 0 R>>"
        % (numbers[(at - 99) % count], numbers[(at - 101) % count])
        for at in numbers
    }
    return write(
        objects_of(
            b"/Threads[99 0 R]",
            b"/B[" + b" ".join(b"%d 0 R" % at for at in numbers) + b"]",
            {99: b"<</Type/Thread/F 100 0 R>>", **beads},
        )
    )
