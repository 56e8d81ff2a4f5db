"""What was done to a file after a signature: difference analysis (ISO 32000-2 §12.8.2.2).

Two comparisons have to agree: pyHanko's policy, and `unchanged`, which asks whether everything that
was signed is still what it was. Only updates by our own writer, in its exact spelling, take the
short way of `own_updates`, which can say "harmless" and nothing else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import IndirectObject
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from paraphe.adapters.trust.pades.validation import freed_objects
from paraphe.adapters.trust.pades.validation.unchanged import ChangedError, History
from paraphe.adapters.trust.pades.writer import stamps
from paraphe.domain.trust.verdict import Change, Changes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from pyhanko.pdf_utils.reader import PdfFileReader

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature, Lock

_KINDS = {
    ModificationLevel.NONE: Change.NOTHING,
    ModificationLevel.LTA_UPDATES: Change.LATER_SIGNATURES,
    ModificationLevel.FORM_FILLING: Change.FORM_FILLING,
    ModificationLevel.ANNOTATIONS: Change.ANNOTATIONS,
}
_REFERENCE = re.compile(r"Reference\(idnum=(\d+), generation=(\d+)")
_MOST_OBJECTS = 50
_FEW_REVISIONS = 8


@dataclass(slots=True)
class Reviewer:
    """Difference analysis of one file, for however many signatures.

    pyHanko compares a signed revision with each later one, which for 50 signatures is over 1,000
    comparisons. After more than a few revisions each is compared with the next one instead, once
    for all signatures with the same locks: if every step is allowed, so is the whole way. What
    this does not pass is decided in pyHanko's own way. `History` compares so from the beginning.
    """

    reader: PdfFileReader
    _history: History | None = None
    _frees: freed_objects.Frees | None = None
    _steps: dict[object, DiffResult | SuspiciousModification] = field(default_factory=dict)

    def review(
        self, revision: int, lock: FieldMDPSpec | None, permission: MDPPerm | None
    ) -> DiffResult | SuspiciousModification:
        """Check every revision after `revision`; raises whatever pyHanko raises."""
        if self._history is None or self._history.base > revision:
            self._history = History(self.reader, revision)
        violations, filled = self._history.since(revision)
        if violations:
            return ChangedError(violations)
        if self._frees is None:
            self._frees = freed_objects.Frees(self.reader)
        frees = self._frees.after(revision)
        result = self._policy(revision, lock, permission, frees.unused)
        if isinstance(result, SuspiciousModification):
            return ChangedError(frees.violations) if frees.violations else result
        # pyHanko takes looks that are older than the signed revision for new ones.
        return DiffResult(result.modification_level, filled)

    def _policy(
        self,
        revision: int,
        lock: FieldMDPSpec | None,
        permission: MDPPerm | None,
        unused: dict[int, AbstractSet[int]],
    ) -> DiffResult | SuspiciousModification:
        """What pyHanko's policy says, asked as if nobody had freed what is `unused`."""
        lock = _without_stamps(lock)
        later = range(revision + 1, self.reader.xrefs.total_revisions)
        if len(later) >= _FEW_REVISIONS:
            steps = [self._step(at, lock, permission, unused.get(at, set())) for at in later]
            passed = [one for one in steps if isinstance(one, DiffResult)]
            if len(passed) == len(steps):
                return _joined(passed)
        old = self.reader.get_historical_resolver(revision)
        results = []
        for at in later:
            new = freed_objects.without(self.reader, at, unused.get(at, set()))
            try:
                results.append(DEFAULT_DIFF_POLICY.apply(old, new, lock, permission))
            except SuspiciousModification as error:
                return error
        return _joined(results)

    def _step(
        self,
        revision: int,
        lock: FieldMDPSpec | None,
        permission: MDPPerm | None,
        unused: AbstractSet[int],
    ) -> DiffResult | SuspiciousModification:
        """Compare a revision with the one before it."""
        closed = lock and (lock.action, *(lock.fields or ()))
        key = (revision, closed, permission, frozenset(unused))
        if key not in self._steps:
            old = self.reader.get_historical_resolver(revision - 1)
            new = freed_objects.without(self.reader, revision, unused)
            try:
                self._steps[key] = DEFAULT_DIFF_POLICY.apply(old, new, lock, permission)
            except SuspiciousModification as error:
                self._steps[key] = error
        return self._steps[key]


def _joined(results: Sequence[DiffResult]) -> DiffResult:
    """All of what several updates did, by pyHanko's words for the farthest of it."""
    level = max((one.modification_level for one in results), default=ModificationLevel.NONE)
    return DiffResult(level, set().union(*(one.changed_form_fields for one in results)))


def review(
    reviewer: Reviewer, revision: int, embedded: EmbeddedSignature, signed_later: Sequence[str]
) -> Changes:
    """Check every revision after `revision`, each on its own.

    Raises whatever pyHanko raises on strangers' files.
    """
    reader = reviewer.reader
    permission = None if embedded.permission is None else MDPPerm(embedded.permission)
    result = reviewer.review(revision, _field_lock(embedded.lock), permission)
    if isinstance(result, ChangedError):
        objects = result.objects[:_MOST_OBJECTS]
        return Changes(
            Change.SUSPICIOUS, objects=objects, detail=str(result)[:500], parts=result.parts
        )
    if isinstance(result, SuspiciousModification):
        return suspicious(reader, revision, str(result))
    level = result.modification_level
    filled = tuple(sorted(set(result.changed_form_fields) - set(signed_later)))
    kind = _KINDS.get(level, Change.SUSPICIOUS)
    if kind is Change.FORM_FILLING and not filled:
        kind = Change.LATER_SIGNATURES
    if embedded.permission is not None and level.value > embedded.permission:
        return Changes(Change.SUSPICIOUS, tuple(signed_later), detail="more than is certified")
    described = _described_anew(reader, revision)
    detail = "title, author or other metadata were rewritten" if described else ""
    return Changes(kind, tuple(signed_later), described, filled, detail)


def _described_anew(reader: PdfFileReader, revision: int) -> tuple[str, ...]:
    """Objects of the document information and metadata that were written after a revision.

    Difference analysis allows it, and many programs do it with each signature; it is said all the
    same, since a reader shows the title.
    """
    trailer, root = reader.trailer_view, reader.root
    places = [trailer.raw_get("/Info")] if "/Info" in trailer else []
    places += [root.raw_get("/Metadata")] if "/Metadata" in root else []
    written = {
        ref
        for later in range(revision + 1, reader.xrefs.total_revisions)
        for ref in reader.xrefs.explicit_refs_in_revision(later)
    }
    found = [place.reference for place in places if isinstance(place, IndirectObject)]
    return tuple(f"{ref.idnum} {ref.generation}" for ref in found if ref in written)


def suspicious(reader: PdfFileReader, revision: int, detail: str) -> Changes:
    """A change that nothing explains, with the objects it is in."""
    named = [f"{number} {generation}" for number, generation in _REFERENCE.findall(detail)]
    if not named:
        later = range(revision + 1, reader.xrefs.total_revisions)
        refs = [
            ref for later_one in later for ref in reader.xrefs.explicit_refs_in_revision(later_one)
        ]
        named = [f"{ref.idnum} {ref.generation}" for ref in sorted(refs, key=lambda r: r.idnum)]
    objects = tuple(dict.fromkeys(named))[:_MOST_OBJECTS]
    return Changes(Change.SUSPICIOUS, objects=objects, detail=detail.splitlines()[0][:500])


def _without_stamps(lock: FieldMDPSpec | None) -> FieldMDPSpec | None:
    """A lock as if it did not leave open the fields of document time-stamps to come.

    pyHanko lets these through whatever the lock says, if they show nothing; a field that shows
    something must not profit from such a name.
    """
    if lock is None or lock.action is not FieldMDPAction.EXCLUDE or not lock.fields:
        return lock
    return FieldMDPSpec(lock.action, [n for n in lock.fields if not stamps.is_reserved(n)])


def _field_lock(lock: Lock | None) -> FieldMDPSpec | None:
    if lock is None:
        return None
    return FieldMDPSpec(FieldMDPAction(f"/{lock.action}"), list(lock.names))
