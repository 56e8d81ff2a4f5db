"""One revision beside the next one: what its tables touch, and what of that was accounted for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import PdfObject

from paraphe.adapters.trust.pades.validation import graph

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import HistoricalResolver

    from paraphe.domain.trust.verdict import Part


@dataclass(frozen=True, slots=True)
class Violation:
    """A change that nothing allows.

    Attributes:
        part: what a reader sees or trusts that may be another one now.
        why: English, for an expert.
        number: of the object, 0 when it is in none.
        generation: of the object.

    """

    part: Part
    why: str
    number: int = 0
    generation: int = 0


@dataclass(slots=True)
class Update:
    """What an update did to the objects that were there.

    Attributes:
        old: the file before.
        new: the file with it.
        changed: numbers of objects that were there and are different or gone.
        brought: numbers that stood for nothing before.
        generations: of the objects in `changed`, before.
        explained: those of `changed` whose difference is of the kind that is allowed.
        redrawn: those of `explained` that are looks of a field, written anew in their place.
        filled: names of the form fields that were filled in, or added to be signed and seen.
        signed: names of the signature fields that got a value.
        findings: what is not allowed.

    """

    old: HistoricalResolver
    new: HistoricalResolver
    changed: set[int]
    brought: set[int]
    generations: dict[int, int]
    explained: set[int] = field(default_factory=set)
    redrawn: set[int] = field(default_factory=set)
    filled: set[str] = field(default_factory=set)
    signed: set[str] = field(default_factory=set)
    violations: list[Violation] = field(default_factory=list)

    def report(self, part: Part, why: str, value: PdfObject | int | None = None) -> None:
        """Write down a change that nothing allows."""
        number = graph.number(value) or 0 if isinstance(value, PdfObject) else value or 0
        self.violations.append(Violation(part, why, number, self.generations.get(number, 0)))

    def explain(self, old: PdfObject | None, new: PdfObject | None, part: Part, what: str) -> None:
        """Account for the objects in which an entry was and is; its content is compared by others.

        An entry may move into a new object, never into one that was there for something else.
        """
        before, after = graph.number(old), graph.number(new)
        if before is not None and before in self.changed:
            self.explained.add(before)
        if after is not None and after != before and after not in self.brought:
            self.report(part, f"{what} is now an object that was there for something else", after)

    def is_changed(self, value: PdfObject | None) -> bool:
        """Whether a reference leads to an object that is different now."""
        return graph.number(value) in self.changed

    def versions(self, number: int) -> tuple[PdfObject | None, PdfObject | None]:
        """A changed object as it was and, under the same name, as it is."""
        generation = self.generations[number]
        return graph.at(self.old, number, generation), graph.at(self.new, number, generation)

    def entry(self, old: PdfObject | None, new: PdfObject | None) -> bool:
        """Whether an entry is as it was, to the objects that it is made of (one level deep)."""
        return graph.same(old, new) and not self.is_changed(old)


def read(old: HistoricalResolver, before: dict[int, int | None]) -> Update:
    """The update after `old`; `before` is what the tables up to there say."""
    reader, revision = old.reader, old.revision + 1
    new = reader.get_historical_resolver(revision)
    brought: set[int] = set()
    changed: dict[int, int] = {}
    for number, generation in graph.listed(reader, revision).items():
        known = before.get(number)
        if known is None:
            if generation is not None:
                brought.add(number)
        elif generation != known or not _alike(old, new, number, known):
            changed[number] = known
    return Update(old, new, set(changed), brought, changed)


def _alike(old: HistoricalResolver, new: HistoricalResolver, number: int, generation: int) -> bool:
    return graph.same(*(graph.at(view, number, generation) for view in (old, new)))
