"""One file's verdict: every signature on its own, then the whole (P20)."""

from __future__ import annotations

import asyncio
import io
import logging
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from pyhanko.pdf_utils import misc
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

from paraphe.adapters.trust.pades.validation import (
    changes,
    conclusions,
    internal_errors,
    legacy_sha1,
    levels,
    null_objects,
    own_updates,
    recursion,
    references,
    signature_validation,
    validation_material,
)
from paraphe.adapters.trust.pades.validation.embedded_signature import Store
from paraphe.adapters.trust.pades.validation.file_source import Source
from paraphe.adapters.trust.pades.validation.find_signatures import Opened, open_source
from paraphe.adapters.trust.pades.validation.lenient import LooselyOpened, open_loosely
from paraphe.adapters.trust.pades.validation.signature_validation import Court, Ruling, Stamp
from paraphe.adapters.trust.pades.validation.trust_anchors import (
    Anchors,
    has,
    person_of,
    self_signed,
)
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.domain.trust.verdict import (
    Change,
    Changes,
    Coverage,
    Kind,
    Problem,
    Root,
    SignatureVerdict,
    State,
    Verdict,
    whole,
    whole_file,
)

if TYPE_CHECKING:
    from datetime import datetime

    from asn1crypto import cms, x509

    from paraphe.adapters.trust.pades.validation.embedded_signature import Found
    from paraphe.adapters.trust.pades.validation.validation_material import Material

AnyOpened: TypeAlias = "Opened | LooselyOpened"


def verify(data: bytes, anchors: Anchors, now: datetime, *, reports: bool = False) -> Verdict:
    """Judge a PDF as of `now`, trusting `anchors` for what each is for, and nothing else.

    Never raises for what is in the file; `MemoryError` apart.
    """
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
    logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)
    source = Source(data)
    blank = Verdict(State.UNREADABLE, now, source.sha256, len(data))
    try:
        opened = _open(source)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - strangers' files break any library anyhow
        return replace(blank, detail=conclusions.describe(error))
    try:
        signatures = asyncio.run(_Session(opened, anchors, now, reports=reports).all())
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - ours, whatever it is
        error_id, problems = internal_errors.note(error), (Problem.INTERNAL,)
        return replace(blank, state=State.INDETERMINATE, problems=problems, error_id=error_id)
    return _whole(blank, opened, tuple(signatures))


def _whole(blank: Verdict, opened: AnyOpened, signatures: tuple[SignatureVerdict, ...]) -> Verdict:
    problems = [Problem.STRUCTURE] if not opened.sound else []
    if opened.hidden:
        problems.append(Problem.HIDDEN_SIGNATURE)
    state = whole_file(signatures)
    if opened.hidden and state is not State.UNSIGNED:
        state = whole((state, State.INDETERMINATE))
    return replace(blank, state=state, signatures=signatures, problems=tuple(problems))


def _open(source: Source) -> AnyOpened:
    try:
        return open_source(source)
    except PdfError:
        return open_loosely(source)


# What pyHanko or our reader says of a file that it cannot follow; anything else is a fault of ours.
OF_THE_FILE = (misc.PdfError, PdfError)


@dataclass(slots=True)
class _Session:
    """Everything that is shared by the signatures of one file."""

    opened: AnyOpened
    given: Anchors
    now: datetime
    reports: bool
    _reviewer: changes.Reviewer | None = None
    _forgiving: changes.Reviewer | None = None
    _doubtful: set[str] = field(default_factory=set)
    _anchors: Anchors = field(init=False)
    _everybody: Anchors = field(init=False)
    _knowledge: Material = field(init=False)
    _steps: dict[int, own_updates.Step] | None = None
    _known: Court | None = None
    _brought: Court | None = None
    _stamps: dict[bool, dict[str, Stamp]] = field(default_factory=dict)

    async def all(self) -> list[SignatureVerdict]:
        """Judge every signature; a broken one is a verdict too."""
        verdicts = [
            SignatureVerdict(
                broken.field,
                Kind.SIGNATURE,
                State.INVALID,
                problems=(Problem.MALFORMED,),
                detail=broken.reason,
            )
            for broken in self.opened.broken
        ]
        readable = []
        for found in self.opened.found:
            try:
                found.signed_data  # noqa: B018 - parsed once, kept
                readable.append(found)
            except Exception as error:  # noqa: BLE001 - strangers' files
                verdicts.append(conclusions.malformed(found, error))
        self._knowledge = validation_material.knowledge(self.opened.store())
        inside = [*self._knowledge.everything.known_certs, *_certificates(readable)]
        self._anchors = self.given.settled(inside)
        anybody = (*self._anchors.all, *self_signed(inside))
        self._everybody = Anchors(anybody, anybody)
        for found in readable:
            try:
                verdicts.append(await self._one(found, readable))
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - the one boundary for pyHanko's exceptions
                verdicts.append(conclusions.failed(found, error))
        return sorted(verdicts, key=lambda one: one.revision_end)

    async def _court(self, readable: list[Found], *, known: bool) -> Court:
        court_ = self._known if known else self._brought
        if court_ is None:
            anchors = self._anchors if known else self._everybody
            court_ = Court(anchors, self.opened.store(), self.now, self._knowledge)
            self._stamps[known] = await court_.hear_timestamps(
                self.opened.source, readable, self.opened.store
            )
            if known:
                self._known = court_
            else:
                self._brought = court_
        return court_

    async def _one(self, found: Found, readable: list[Found]) -> SignatureVerdict:
        after = self._changes(found, readable)
        if found.is_stamp:
            return await self._timestamp(found, readable, after)
        if found.sub_filter == legacy_sha1.SUB_FILTER:
            return self._obsolete(found, after)
        ruling, trusted = None, False
        if self._anchors.signing:
            ruling = await (await self._court(readable, known=True)).hear(self.opened.source, found)
            trusted = ruling.passed
        if not trusted:
            ruling = await (await self._court(readable, known=False)).hear(
                self.opened.source, found
            )
        assert ruling is not None  # noqa: S101 - one of the two was heard
        active = self._known if trusted else self._brought
        status = ruling.result.api_status
        intact = bool(status and status.intact and status.valid) or self._intact(found)
        certificate = extract_certificate_info(found.signed_data).signer_cert
        problems = conclusions.problems_of(ruling, after, intact=intact, sound=self._sound(found))
        if trusted and conclusions.is_guess(ruling, certificate, self._anchors):
            trusted = False
            problems.append(Problem.PURPOSE_UNSAID)
        elif ruling.passed and not trusted:
            problems += conclusions.trust_problems(ruling, self._anchors)
        holds = ruling.stamp is not None and ruling.stamp.holds
        return SignatureVerdict(
            field=found.field,
            kind=Kind.SEAL if person_of(certificate).organization_id else Kind.SIGNATURE,
            state=conclusions.state_of(problems, passed=ruling.passed, trusted=trusted),
            level=levels.level(found, ruling, active.stamped if active else ()),
            signer=person_of(certificate),
            root=self._root(ruling.root, trusted=trusted),
            stamp_root=self._stamp_root(ruling.stamp),
            stamped_at=ruling.stamp.at if ruling.stamp and holds else None,
            claimed_at=found.claimed_at,
            proven_at=ruling.result.best_signature_time if ruling.passed else None,
            intact=intact,
            coverage=self._coverage(found),
            changes=after,
            revision_end=found.end,
            problems=tuple(dict.fromkeys(problems)),
            subindication="" if ruling.passed else conclusions.name_of(ruling.indication),
            detail=ruling.result.failure_msg or after.detail,
            report=self._report(found, ruling, trusted=trusted),
        )

    def _obsolete(self, found: Found, after: Changes) -> SignatureVerdict:
        """Integrity and changes; never more than indeterminate."""
        intact, certificate = legacy_sha1.examine(found, self.opened.source)
        problems = [*conclusions.after_problems(after), Problem.WEAK]
        if not intact:
            problems.insert(0, Problem.DIGEST)
        return SignatureVerdict(
            field=found.field,
            kind=Kind.SIGNATURE,
            state=conclusions.state_of(problems, passed=False, trusted=False),
            signer=person_of(certificate),
            claimed_at=found.claimed_at,
            intact=intact,
            coverage=self._coverage(found),
            changes=after,
            revision_end=found.end,
            problems=tuple(problems),
            detail=after.detail,
        )

    async def _timestamp(
        self, found: Found, readable: list[Found], after: Changes
    ) -> SignatureVerdict:
        stamp, trusted = None, False
        if self._anchors.stamping:
            await self._court(readable, known=True)
            stamp = self._stamps[True].get(found.field)
            trusted = stamp is not None and stamp.holds
        if not trusted:
            await self._court(readable, known=False)
            stamp = self._stamps[False].get(found.field)
        holds = stamp is not None and stamp.holds
        problems = conclusions.after_problems(after)
        if stamp is None or stamp.broken:
            problems.append(Problem.DIGEST)
        elif not stamp.fit:
            problems.append(Problem.WRONG_PURPOSE)
        elif not trusted:
            strange = conclusions.stamp_trust_problems(stamp, self._anchors) or [Problem.NO_TRUST]
            problems += strange if holds else [Problem.NO_PROOF]
        if not self._sound(found):
            problems.append(Problem.STRUCTURE)
        certificate = stamp.certificate if stamp else None
        return SignatureVerdict(
            field=found.field,
            kind=Kind.TIMESTAMP,
            state=conclusions.state_of(problems, passed=holds, trusted=trusted),
            signer=person_of(certificate) if certificate else None,
            root=self._stamp_root(stamp),
            stamped_at=stamp.at if stamp and holds else None,
            proven_at=stamp.at if stamp and holds else None,
            intact=stamp is not None and not stamp.broken,
            coverage=self._coverage(found),
            changes=after,
            revision_end=found.end,
            problems=tuple(dict.fromkeys(problems)),
            detail=after.detail,
        )

    def _changes(self, found: Found, readable: list[Found]) -> Changes:
        if not self.opened.ends_revision(found):
            return Changes(Change.SUSPICIOUS, detail="what it covers was never a whole file")
        if self.opened.source.is_last(found):
            return Changes(Change.NOTHING)
        later = [one.field for one in readable if one.end > found.end]
        if self._is_ours_after(found):
            return Changes(Change.LATER_SIGNATURES, tuple(later))
        try:
            return self._review(self._pyhanko(), found, later)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - pyHanko raises nearly anything
            return self._review_loosely(found, later, error)

    def _review(self, reviewer: changes.Reviewer, found: Found, later: list[str]) -> Changes:
        """What pyHanko's difference analysis says."""
        reader = reviewer.reader
        number = self._revision_number(reader, found)
        if not self.opened.sound and _unexplained(self.opened.source.data, found, reader, number):
            return changes.suspicious(reader, number, "bytes that belong to no revision follow")
        if reader.xrefs.hybrid_xrefs_present:
            return changes.suspicious(reader, number, "hybrid cross-reference file")
        return recursion.call(lambda: changes.review(reviewer, number, found, later))

    def _review_loosely(self, found: Found, later: list[str], error: Exception) -> Changes:
        """What it says when it takes a reference to nothing for null (ISO 32000-2 §7.3.10).

        Strictly it stops at one. Then what a signed reference leads to must still be nothing, and
        the verdict is never "valid".
        """
        self._doubtful.add(found.field)
        try:
            if self._forgiving is None:
                self._forgiving = changes.Reviewer(
                    null_objects.forgiving_reader(self.opened.source.data)
                )
            if not self._is_promised(self._forgiving.reader, found):
                return self._review(self._forgiving, found, later)
        except MemoryError:
            raise
        except Exception as again:
            if not isinstance(again, OF_THE_FILE):
                raise  # ours: the verdict is "cannot be judged", with an id, and never "invalid"
            return Changes(Change.SUSPICIOUS, tuple(later), detail=conclusions.describe(error))
        return Changes(Change.SUSPICIOUS, tuple(later), detail="an object was brought later")

    def _is_promised(self, reader: PdfFileReader, found: Found) -> bool:
        """Whether what is signed refers to an object that only a later update brings."""
        if isinstance(self.opened, LooselyOpened):
            return True
        earlier = self.opened.revision(found.end)
        first = self._revision_number(reader, found) + 1
        brought = {
            ref.idnum
            for revision in range(first, reader.xrefs.total_revisions)
            for ref in reader.xrefs.explicit_refs_in_revision(revision)
            if not earlier.has(ref.idnum)
        }
        return references.names_any(self.opened.source.data, earlier, brought)

    def _sound(self, found: Found) -> bool:
        """Whether everything that was asked about a signature could be read strictly."""
        return self.opened.sound and found.field not in self._doubtful

    def _is_ours_after(self, found: Found) -> bool:
        """Whether every update after a signature is one of ours, and none that it forbids."""
        if isinstance(self.opened, LooselyOpened) or found.permission is not None:
            return False
        if self._steps is None:
            self._steps = own_updates.steps(self.opened)
        at, size = found.end, len(self.opened.source.data)
        while at < size:
            step = self._steps.get(at)
            if step is None:
                return False
            one = step.found
            if found.lock is not None and not one.is_stamp and found.lock.closes(one.field):
                return False
            at = one.end
        return True

    def _revision_number(self, reader: PdfFileReader, found: Found) -> int:
        if isinstance(self.opened, LooselyOpened):
            return self.opened.revision_number(found)
        start = self.opened.revision(found.end).start
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

    def _coverage(self, found: Found) -> Coverage:
        if not self.opened.ends_revision(found):
            return Coverage.PARTIAL
        return Coverage.FILE if self.opened.source.is_last(found) else Coverage.REVISION

    def _root(self, certificate: x509.Certificate | None, *, trusted: bool) -> Root | None:
        """A signer's root; one that is only guessed to be for signatures is not known."""
        if certificate is None:
            return None
        root = self._anchors.signing_root(certificate)
        guessed = has(self._anchors.guessed, certificate)
        return replace(root, known=False) if guessed and not trusted else root

    def _stamp_root(self, stamp: Stamp | None) -> Root | None:
        if stamp is None or stamp.root is None:
            return None
        return self._anchors.stamping_root(stamp.root)

    def _intact(self, found: Found) -> bool:
        """Integrity alone, when validation stopped before it could say."""
        try:
            certificate = extract_certificate_info(found.signed_data).signer_cert
            intact, valid = generic_cms.validate_sig_integrity(
                found.signer,
                certificate,
                expected_content_type=found.signed_data["encap_content_info"][
                    "content_type"
                ].native,
                actual_digest=self.opened.source.digest(
                    signature_validation.digest_algorithm(found), found
                ),
            )
        except Exception:  # noqa: BLE001 - strangers' files
            return False
        return bool(intact and valid)

    def _report(self, found: Found, ruling: Ruling, *, trusted: bool) -> str:
        """Empty when it cannot be written: a report never changes a verdict."""
        result = ruling.result
        if result.ades_subindic is AdESPassed.OK and not trusted:
            result = replace(result, ades_subindic=AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND)
        if not self.reports or ruling.result.api_status is None:
            return ""
        try:
            from paraphe.adapters.trust.pades.validation import records  # noqa: F401, PLC0415 - first
            from paraphe.adapters.trust.pades.validation.etsi_report import etsi_report  # noqa: PLC0415 - 100 ms

            return etsi_report(found, result, self.opened.source)
        except Exception:  # noqa: BLE001 - strangers' files, or no xsdata (in AWS Lambda)
            return ""


def _unexplained(data: bytes, found: Found, reader: PdfFileReader, number: int) -> bool:
    """Whether something follows the last revision, or there is none that explains what follows."""
    last = reader.xrefs.total_revisions - 1
    end = data.rfind(b"%%EOF") + len(b"%%EOF")
    rest = data[found.end if last == number else max(found.end, end) :]
    return bool(rest.strip(b"\x00\t\n\x0c\r "))


def _certificates(readable: list[Found]) -> list[x509.Certificate]:
    inside: list[x509.Certificate] = []
    for found in readable:
        inside += _cms_certificates(found.signed_data)
        for token in generic_cms.extract_tst_data_iter(found.signer, signed=False):
            inside += _cms_certificates(token)
    return inside


def _cms_certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    return [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]


def store_of(data: bytes) -> Store:
    """A file's security store; empty when there is none or the file cannot be read."""
    try:
        return _open(Source(data)).store()
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - strangers' files break any library anyhow
        return Store()
