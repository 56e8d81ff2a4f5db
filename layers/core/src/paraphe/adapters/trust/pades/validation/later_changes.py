"""What came after each signature: updates of ours by their bytes, all others by comparison."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.reader import PdfFileReader

from paraphe.adapters.trust.pades.validation import (
    changes,
    conclusions,
    null_objects,
    own_updates,
    recursion,
    references,
)
from paraphe.adapters.trust.pades.validation.lenient import AnyOpened, LooselyOpened
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.domain.trust.verdict import Change, Changes, Coverage

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature

# What pyHanko or our reader says of a file that it cannot follow; anything else is a fault of ours.
OF_THE_FILE = (misc.PdfError, PdfError)


@dataclass(slots=True)
class LaterChanges:
    """Compares a file with each revision that was signed; what one comparison read, others use."""

    opened: AnyOpened
    _reviewer: changes.Reviewer | None = None
    _forgiving: changes.Reviewer | None = None
    _doubtful: set[str] = field(default_factory=set)
    _steps: dict[int, own_updates.Step] | None = None

    def after(self, embedded: EmbeddedSignature, readable: list[EmbeddedSignature]) -> Changes:
        """What was done to the file after a signature; `readable` are all that could be read."""
        if not self.opened.ends_revision(embedded):
            return Changes(Change.SUSPICIOUS, detail="what it covers was never a whole file")
        if self.opened.source.is_last(embedded):
            return Changes(Change.NOTHING)
        later = [one.field for one in readable if one.end > embedded.end]
        if self._is_ours_after(embedded):
            return Changes(Change.LATER_SIGNATURES, tuple(later))
        try:
            return self._review(self._pyhanko(), embedded, later)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - pyHanko raises nearly anything
            return self._review_loosely(embedded, later, error)

    def coverage(self, embedded: EmbeddedSignature) -> Coverage:
        """What a signature covers: the file, a revision of it, or neither."""
        if not self.opened.ends_revision(embedded):
            return Coverage.PARTIAL
        return Coverage.FILE if self.opened.source.is_last(embedded) else Coverage.REVISION

    def is_sound(self, embedded: EmbeddedSignature) -> bool:
        """Whether everything that was asked about a signature could be read strictly."""
        return self.opened.sound and embedded.field not in self._doubtful

    def _review(
        self, reviewer: changes.Reviewer, embedded: EmbeddedSignature, later: list[str]
    ) -> Changes:
        """What pyHanko's difference analysis says."""
        reader = reviewer.reader
        number = self._revision_number(reader, embedded)
        if not self.opened.sound and _unexplained(
            self.opened.source.data, embedded, reader, number
        ):
            return changes.suspicious(reader, number, "bytes that belong to no revision follow")
        if reader.xrefs.hybrid_xrefs_present:
            return changes.suspicious(reader, number, "hybrid cross-reference file")
        return recursion.call(lambda: changes.review(reviewer, number, embedded, later))

    def _review_loosely(
        self, embedded: EmbeddedSignature, later: list[str], error: Exception
    ) -> Changes:
        """What it says when it takes a reference to nothing for null (ISO 32000-2 §7.3.10).

        Strictly it stops at one. Then what a signed reference leads to must still be nothing, and
        the verdict is never "valid".
        """
        self._doubtful.add(embedded.field)
        try:
            if self._forgiving is None:
                self._forgiving = changes.Reviewer(
                    null_objects.forgiving_reader(self.opened.source.data)
                )
            if not self._is_promised(self._forgiving.reader, embedded):
                return self._review(self._forgiving, embedded, later)
        except MemoryError:
            raise
        except Exception as again:
            if not isinstance(again, OF_THE_FILE):
                raise  # ours: the verdict is "indeterminate", with an id, and never "invalid"
            return Changes(Change.SUSPICIOUS, tuple(later), detail=conclusions.describe(error))
        return Changes(Change.SUSPICIOUS, tuple(later), detail="an object was brought later")

    def _is_promised(self, reader: PdfFileReader, embedded: EmbeddedSignature) -> bool:
        """Whether what is signed refers to an object that only a later update brings."""
        if isinstance(self.opened, LooselyOpened):
            return True
        earlier = self.opened.revision(embedded.end)
        first = self._revision_number(reader, embedded) + 1
        brought = {
            ref.idnum
            for revision in range(first, reader.xrefs.total_revisions)
            for ref in reader.xrefs.explicit_refs_in_revision(revision)
            if not earlier.has(ref.idnum)
        }
        return references.names_any(self.opened.source.data, earlier, brought)

    def _is_ours_after(self, embedded: EmbeddedSignature) -> bool:
        """Whether every update after a signature is one of ours, and none that it forbids."""
        if isinstance(self.opened, LooselyOpened) or embedded.permission is not None:
            return False
        if self._steps is None:
            self._steps = own_updates.steps(self.opened)
        at, size = embedded.end, len(self.opened.source.data)
        while at < size:
            step = self._steps.get(at)
            if step is None:
                return False
            one = step.embedded
            if embedded.lock is not None and not one.is_stamp and embedded.lock.closes(one.field):
                return False
            at = one.end
        return True

    def _revision_number(self, reader: PdfFileReader, embedded: EmbeddedSignature) -> int:
        if isinstance(self.opened, LooselyOpened):
            return self.opened.revision_number(embedded)
        start = self.opened.revision(embedded.end).start
        revisions = range(reader.xrefs.total_revisions)
        return next(n for n in revisions if reader.xrefs.get_startxref_for_revision(n) == start)

    def _pyhanko(self) -> changes.Reviewer:
        if self._reviewer is None:
            if isinstance(self.opened, LooselyOpened):
                reader = self.opened.reader
            else:
                reader = PdfFileReader(io.BytesIO(self.opened.source.data), strict=True)
            self._reviewer = changes.Reviewer(reader)
        return self._reviewer


def _unexplained(
    data: bytes, embedded: EmbeddedSignature, reader: PdfFileReader, number: int
) -> bool:
    """Whether something follows the last revision, or there is none that explains what follows."""
    last = reader.xrefs.total_revisions - 1
    end = data.rfind(b"%%EOF") + len(b"%%EOF")
    rest = data[embedded.end if last == number else max(embedded.end, end) :]
    return bool(rest.strip(b"\x00\t\n\x0c\r "))
