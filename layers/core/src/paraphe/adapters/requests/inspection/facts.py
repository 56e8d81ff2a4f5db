"""What the process that read a file tells the one that draws it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Redrawn:
    """A form field that was drawn anew because the form asked for it.

    `page` counts from 0; `box` is left, bottom, right, top in the page's own space.
    """

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is to be seen in an accepted file.

    Attributes:
        sizes: width and height of every page as displayed, in points.
        flattened: form fields became content of their pages.
        marks: where the trial put marks: page from 0, left, top, right, bottom in points from the
            top left as displayed.
        redrawn: what every program draws in its own way.

    """

    sizes: list[tuple[float, float]]
    flattened: bool
    marks: dict[str, tuple[int, Box]] = field(default_factory=dict)
    redrawn: list[Redrawn] = field(default_factory=list)


def write(facts: Facts, path: Path) -> None:
    """Write facts as JSON."""
    path.write_text(json.dumps(asdict(facts)), encoding="utf-8")


def read(path: Path) -> Facts:
    """Read what `write` wrote."""
    values = json.loads(path.read_text(encoding="utf-8"))
    return Facts(
        sizes=[(width, height) for width, height in values["sizes"]],
        flattened=values["flattened"],
        marks={name: (page, tuple(box)) for name, (page, box) in values["marks"].items()},
        redrawn=[Redrawn(one["page"], tuple(one["box"]), one["text"]) for one in values["redrawn"]],
    )
