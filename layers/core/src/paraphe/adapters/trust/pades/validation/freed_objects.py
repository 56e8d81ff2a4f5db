"""Numbers that an update sets free: of no account when nothing leads to them, before or after.

Some programs free, in a later update, what they left in the file without using it. pyHanko's
policy objects to every freed number. It is asked about a history without those rows of the tables
that free what no revision from the signed one on can reach; to all others it still objects.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import HistoricalResolver

from paraphe.adapters.trust.pades.validation import graph
from paraphe.adapters.trust.pades.validation.update import Violation
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from collections.abc import Set as AbstractSet

    from pyhanko.pdf_utils.generic import IndirectObject, Reference
    from pyhanko.pdf_utils.reader import PdfFileReader


@dataclass(frozen=True, slots=True)
class Freed:
    """What the updates after a signed revision set free.

    Attributes:
        unused: by revision, the numbers that lead to nothing and that nothing leads to.
        findings: the others, as far as could be told.

    """

    unused: dict[int, AbstractSet[int]] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)


@dataclass(slots=True)
class Frees:
    """What the updates of one file set free, for however many signatures."""

    reader: PdfFileReader
    _used: dict[int, tuple[set[int], set[int]]] = field(default_factory=dict)

    def after(self, revision: int) -> Freed:
        """Tell what is freed after a signed revision.

        A number is unused when, in that revision and in every later one, nothing names it that
        can be reached from the trailer, it holds no part of the file's own structure, and it
        stands for no object from the update on that frees it. A name counts whatever generation
        it asks for, and whether or not there was such an object. Only of files that could be read
        strictly, to the last object; of all others nothing is called unused.
        """
        xrefs = self.reader.xrefs
        later = range(revision + 1, xrefs.total_revisions)
        freed = {at: set(xrefs.get_xref_data(at).freed) for at in later}
        if not any(freed.values()) or not self.reader.strict or xrefs.hybrid_xrefs_present:
            return Freed()
        named, structure, is_whole = self._used_since(revision)
        found = Freed()
        back: set[int] = set()
        for at in reversed(later):
            back |= {n for n, one in graph.listed(self.reader, at).items() if one is not None}
            unused = freed[at] - named - structure - back
            if unused and is_whole:
                found.unused[at] = unused
            for number in sorted(freed[at] - unused):
                found.violations.append(_violation(number, named, structure))
        return found

    def _used_since(self, revision: int) -> tuple[set[int], set[int], bool]:
        """What is used from a revision on, and whether all of it could be read."""
        named: set[int] = set()
        structure: set[int] = set()
        for at in range(revision, self.reader.xrefs.total_revisions):
            try:
                names, own = self._uses(at)
            except (PdfReadError, ValueError, KeyError):
                return named, structure, False
            named |= names
            structure |= own
        return named, structure, True

    def _uses(self, revision: int) -> tuple[set[int], set[int]]:
        """The numbers that a revision names, and those in which it is written itself."""
        if revision not in self._used:
            self._used[revision] = _uses(self.reader, revision)
        return self._used[revision]


def _uses(reader: PdfFileReader, revision: int) -> tuple[set[int], set[int]]:
    """Follow all references from the trailer and from the containers of packed objects.

    Raises:
        PdfReadError, ValueError, KeyError: something on the way cannot be read.

    """
    view = reader.get_historical_resolver(revision)
    structure: set[int] = set()
    containers: set[Reference] = set()
    for at in range(revision + 1):
        own = reader.xrefs.get_xref_container_info(at).stream_ref
        structure |= set() if own is None else {int(own.idnum)}
        containers |= reader.xrefs.object_streams_used_in(at)  # type: ignore[no-untyped-call]
    structure |= {int(one.idnum) for one in containers}
    seen: set[tuple[int, int]] = set()
    pending = [(int(one.idnum), int(one.generation)) for one in containers]
    pending += _named(graph.references(view.trailer_view))
    while pending:
        one = pending.pop()
        if one not in seen:
            seen.add(one)
            pending += _named(graph.references(graph.at(view, *one)))
    return {number for number, _ in seen}, structure


def _named(places: Iterable[IndirectObject]) -> Iterator[tuple[int, int]]:
    return ((int(one.idnum), int(one.generation)) for one in places)


def _violation(number: int, named: set[int], structure: set[int]) -> Violation:
    if number in structure:
        return Violation(
            Part.FILE, "an object was freed in which the file itself is written", number
        )
    if number in named:
        return Violation(Part.DOCUMENT, "an object was freed that is used", number)
    return Violation(Part.DOCUMENT, "an object was freed, and its number is used again", number)


class _Without(HistoricalResolver):
    """A revision as if its tables did not speak of some numbers that they free."""

    def __init__(self, reader: PdfFileReader, revision: int, unused: AbstractSet[int]) -> None:
        super().__init__(reader, revision)
        self._unused = unused

    def explicit_refs_in_revision(self) -> set[Reference]:
        """What the tables speak of."""
        return self._without(super().explicit_refs_in_revision())  # type: ignore[no-untyped-call]

    def refs_freed_in_revision(self) -> set[Reference]:
        """What the tables set free."""
        return self._without(super().refs_freed_in_revision())  # type: ignore[no-untyped-call]

    def _without(self, refs: set[Reference]) -> set[Reference]:
        return {one for one in refs if one.idnum not in self._unused}


def without(reader: PdfFileReader, revision: int, unused: AbstractSet[int]) -> HistoricalResolver:
    """A revision for pyHanko's policy, without the rows that free what is unused."""
    if unused:
        return _Without(reader, revision, unused)
    return reader.get_historical_resolver(revision)
