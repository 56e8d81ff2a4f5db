"""Is everything that a signed revision leads to still what it was? All updates, each once.

Beside pyHanko's difference analysis, which lets a form's resources, and whatever later looks lead
to, be anything. Each revision is compared with the next one: objects that no table touches are the
same, so what an update costs is what it touches, however many signatures come before it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.sign.diff_analysis import SuspiciousModification

from paraphe.adapters.trust.pades.validation import (
    allowed,
    drawing_resources,
    graph,
    hidden_objects,
    update,
)
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

    from paraphe.adapters.trust.pades.validation.update import Update, Violation

_MOST_WORDS = 5


class ChangedError(SuspiciousModification):
    """Something that was signed is not what it was.

    Attributes:
        findings: what, in the order of the updates.

    """

    def __init__(self, violations: list[Violation]) -> None:
        super().__init__("; ".join(dict.fromkeys(one.why for one in violations[:_MOST_WORDS])))
        self.violations = violations

    @property
    def parts(self) -> tuple[Part, ...]:
        """What a reader sees or trusts that may be another one."""
        return tuple(dict.fromkeys(one.part for one in self.violations))

    @property
    def objects(self) -> tuple[str, ...]:
        """The objects concerned, like `12 0`."""
        named = [f"{one.number} {one.generation}" for one in self.violations if one.number]
        return tuple(dict.fromkeys(named))


@dataclass(slots=True)
class History:
    """The updates of one file from a revision on; made once for all its signatures."""

    reader: PdfFileReader
    base: int
    _updates: list[Update] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Compare.

        Raises whatever pyHanko raises on strangers' files.
        """
        reader, last = self.reader, self.reader.xrefs.total_revisions - 1
        if self.base >= last:
            return
        tables: dict[int, int | None] = {}
        for revision in range(self.base + 1):
            tables |= graph.listed(reader, revision)
        view = reader.get_historical_resolver(self.base)
        named = graph.reached(view)
        reader.stream.seek(0)
        beside = hidden_objects.unlisted(reader.stream.read(), last + 1)
        for revision in range(self.base, last):
            view = reader.get_historical_resolver(revision)
            one = update.read(view, tables)
            for number in sorted(one.brought & named):
                one.report(Part.DOCUMENT, "an object was brought that was named before", number)
            for number in sorted(beside.get(revision + 1, ())):
                one.report(Part.FILE, "an object is there again, beside the tables", number)
            allowed.check(one)
            self._updates.append(one)
            tables |= graph.listed(reader, revision + 1)
            for number in one.changed | one.brought:
                generation = tables[number]
                if generation is not None:
                    value = graph.at(one.new, number, generation)
                    named |= {int(place.idnum) for place in graph.references(value)}
        self._shared()

    def _shared(self) -> None:
        """Find objects that changed as they may, but that something else is drawn with."""
        if not any(one.explained for one in self._updates):
            return
        last = self.reader.get_historical_resolver(self.reader.xrefs.total_revisions - 1)
        now = drawing_resources.drawn(last)
        for one in self._updates:
            for number in sorted(one.explained):
                owners = now.looks.get(number, set())
                is_shared = bool(owners - one.explained) if number in one.redrawn else bool(owners)
                if number in now.by or is_shared:
                    one.report(Part.PAGE, "an object was changed that is also drawn with", number)

    def since(self, revision: int) -> tuple[list[Violation], set[str]]:
        """What is not allowed after a revision, and the fields that were filled in or signed."""
        later = self._updates[revision - self.base :]
        violations = [violation for one in later for violation in one.violations]
        return violations, set().union(*(one.filled | one.signed for one in later))
