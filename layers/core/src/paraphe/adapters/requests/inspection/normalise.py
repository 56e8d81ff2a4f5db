"""Read a file, judge it, and write the form of it that people will sign."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pikepdf
from pikepdf import Dictionary, ObjectStreamMode, Pdf, StreamDecodeLevel
from pikepdf.settings import qpdf_limit_errors, set_qpdf_limits

from paraphe.adapters.requests.inspection import (
    active,
    budget,
    chains,
    checks,
    contents,
    facts,
    forms,
    freetext,
    layers,
    metadata,
    pages,
    raw,
    reread,
    signatures,
    structure,
    threads,
    whole,
)
from paraphe.adapters.requests.inspection.limits import FACTS, REHEARSAL
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import Judged, Page, RefusalReason

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from paraphe.adapters.requests.inspection.limits import Limits
    from paraphe.domain.trust.signatures import FieldBox, SignatureField


_DELICATE = (
    "/AcroForm",
    "/DSS",
    "/Extensions",
    "/Metadata",
    "/Outlines",
    "/Perms",
    "/StructTreeRoot",
)


@dataclass(frozen=True, slots=True)
class Findings:
    """What was read in an accepted file."""

    pages: list[Page]
    signatures: int
    certified: bool
    forms: forms.FormsDone
    removed: tuple[RefusalReason, ...] = ()
    judged: Judged = Judged.FULLY


@dataclass(frozen=True, slots=True)
class Doubts:
    """What asks for a second look.

    Attributes:
        future: validators might take later signatures on it amiss.
        large: it has too many objects for that to be judged.
        redrawn: fields that each program draws in its own way.

    """

    future: bool
    large: bool
    redrawn: list[facts.Redrawn]


def examine(
    source: Path, target: Path, limits: Limits, tell: Callable[[Findings | RefusalReason], None]
) -> Findings:
    """Judge `source`; when it is unsigned, write its normal form to `target`.

    A file that is already signed is not written: its bytes must stay as they are. What is sure
    before something that may take too long begins goes to `tell`.

    Raises:
        RefuseError: when the file may not be signed.
        pikepdf.PdfError: when it cannot be read.
    """
    data = source.read_bytes()
    raw.check_announced(data, limits)
    set_qpdf_limits(
        flate_max_memory=limits.unpacked_structure,
        run_length_max_memory=limits.unpacked_structure,
        png_max_memory=limits.unpacked_structure,
        tiff_max_memory=limits.unpacked_structure,
        doc_max_warnings=limits.objects,
    )
    with _open(source, data) as pdf:
        findings, doubts = _examine(pdf, data, target, limits)
    memory = limits.data(len(data))
    if not findings.signatures and reread.check(target, limits):
        doubts = replace(doubts, future=True)  # of long chains others may not see the end
    if doubts.future:
        memory += limits.second_look_data
    budget.extend(limits, memory, limits.second_look_cpu, limits.cpu_total)
    accepted = source if findings.signatures else target
    return replace(findings, judged=_try_out(accepted, target, findings, doubts, tell))


def _try_out(
    accepted: Path,
    target: Path,
    findings: Findings,
    doubts: Doubts,
    tell: Callable[[Findings | RefusalReason], None],
) -> Judged:
    """Sign a copy of what was accepted, and have the signatures judged where there is any doubt.

    Out of time, what was accepted stays so, not judged. But the signatures that a file brings must
    have been. The copy stays, with what is to be seen in it: it is compared with what was shown.
    """
    from paraphe.adapters.requests.inspection import rehearsal  # noqa: PLC0415 - half a second

    signed = findings.signatures > 0
    if signed:
        tell(RefusalReason.UNJUDGED_SIGNATURE)
        _judge_earlier(accepted)
    copy = target.with_name(target.name + REHEARSAL)
    shutil.copyfile(accepted, copy)
    marks = rehearsal.marks(findings.pages, certified=findings.certified)
    if not rehearsal.rehearse(copy, marks):
        broken = RefusalReason.UNJUDGED_SIGNATURE if signed else RefusalReason.NOT_SIGNABLE
        raise RefuseError(broken)
    facts.write(_facts(findings, doubts, marks), target.with_name(target.name + FACTS))
    if not doubts.future:
        return Judged.NOT if doubts.large else Judged.FULLY
    tell(replace(findings, judged=Judged.NOT))
    return _judge_future(accepted, copy, signed=signed)


def _facts(findings: Findings, doubts: Doubts, marks: list[SignatureField]) -> facts.Facts:
    """Say what is to be seen in what was accepted."""
    flattened = findings.forms.flattened
    return facts.Facts(
        sizes=[(page.width, page.height) for page in findings.pages],
        flattened=flattened,
        marks={mark.name: (mark.box.page - 1, _sides(mark.box)) for mark in marks if mark.box},
        redrawn=doubts.redrawn if flattened else [],
    )


def _sides(box: FieldBox) -> facts.Box:
    """Return a box's left, top, right and bottom."""
    return (box.x, box.y, box.x + box.width, box.y + box.height)


def _judge_earlier(accepted: Path) -> None:
    """Refuse a file with a signature that does not hold."""
    from paraphe.adapters.requests.inspection import earlier  # noqa: PLC0415 - as above

    earlier.check(accepted.read_bytes())


def _judge_future(accepted: Path, copy: Path, *, signed: bool) -> Judged:
    """Refuse what further signatures would spoil, or what would spoil them."""
    from paraphe.adapters.requests.inspection import future  # noqa: PLC0415 - as above

    if signed:
        return future.check_signed(accepted.read_bytes(), copy.read_bytes())
    return future.check_unsigned(copy.read_bytes())


def _open(source: Path, data: bytes) -> Pdf:
    """Open the file, repairing it if need be."""
    try:
        pdf = pikepdf.open(source, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise RefuseError(RefusalReason.ENCRYPTED) from error
    except pikepdf.PdfError as error:
        raise RefuseError(_unreadable(data, str(error))) from error
    if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
        pdf.close()
        raise RefuseError(RefusalReason.ENCRYPTED)
    return pdf


def _unreadable(data: bytes, message: str) -> RefusalReason:
    """Tell why a file could not be opened."""
    _check_limits([message])
    if "encrypt" in message.lower():
        return RefusalReason.ENCRYPTED
    if "no /Kids" in message or "no pages found" in message:
        return RefusalReason.NO_PAGES
    return RefusalReason.DAMAGED_SIGNED if b"/ByteRange" in data else RefusalReason.DAMAGED


def _check_limits(messages: list[str]) -> None:
    """Refuse a file on which the library ran into one of the limits that were set.

    Out of memory, it treats an object as null and goes on: what it says is all there is to see.
    """
    if any("bad_alloc" in message for message in messages):
        raise RefuseError(RefusalReason.OUT_OF_MEMORY)
    if qpdf_limit_errors() or any("limit exceeded" in message for message in messages):
        raise RefuseError(RefusalReason.TOO_COMPLEX)


def _examine(pdf: Pdf, data: bytes, target: Path, limits: Limits) -> tuple[Findings, Doubts]:
    """Judge an open file; say too what was left in doubt."""
    if not isinstance(pdf.trailer.get("/Root"), Dictionary):
        raise RefuseError(RefusalReason.DAMAGED)
    pages.check_count(pdf, limits)
    objects = checks.reachable(pdf, limits)
    signed = signatures.find(pdf, objects)
    level = signatures.certification(signed)
    checks.check_catalog(pdf)
    removed = active.settle(pdf, objects, limits, signed=bool(signed))
    warnings = [str(warning) for warning in pdf.get_warnings()]
    if signed:
        signatures.check_signed(data, warnings, level)
        if not (metadata.sound(pdf) and structure.sound(pdf)):  # later revisions look suspicious
            raise RefuseError(RefusalReason.UNJUDGED_SIGNATURE)
        if not pages.inherit_alike(pdf):
            raise RefuseError(RefusalReason.LOOKS_DIFFERENT)
    elif b"/ByteRange" in data and signatures.damaged(warnings):
        raise RefuseError(RefusalReason.DAMAGED_SIGNED)
    _check_limits(warnings)
    contents.check_unpacked(objects, limits)
    measured = pages.measure(pdf, limits)
    layers.check(pdf)
    unusual = _unusual(pdf)
    if signed:
        empty = len(forms.empty_signature_fields(pdf))
        done = forms.FormsDone(flattened=False, locked=False, empty_signature_fields=empty)
        redrawn: list[facts.Redrawn] = []
    else:
        whole.check(pdf, data)
        redrawn = forms.redrawn(pdf)
        done = _normalise(pdf, target, limits)
        _check_limits([str(warning) for warning in pdf.get_warnings()])
    large = unusual and len(objects) > limits.judged_objects and not signed
    doubts = Doubts(
        future=bool(signed) or (unusual and not large),
        large=large,
        redrawn=redrawn,
    )
    return Findings(measured, len(signed), level is not None, done, removed), doubts


def _unusual(pdf: Pdf) -> bool:
    """Whether a file has what difference analysis stumbles over, if over anything."""
    return any(key in pdf.Root for key in _DELICATE) or any("/Annots" in p for p in pdf.pages)


def _normalise(pdf: Pdf, target: Path, limits: Limits) -> forms.FormsDone:
    """Write the normal form: one sound cross-reference, nothing unreachable, no live form."""
    permissions = pdf.Root.get("/Perms")
    if permissions is not None:  # usage rights, or a certification without a signature
        del pdf.Root["/Perms"]
    structure.separate(pdf)
    pages.settle_inheritance(pdf)
    undrawn = freetext.find(pdf)
    done = forms.settle(pdf)
    freetext.settle(pdf, undrawn)
    metadata.drop_unreadable(pdf)
    pages.repair_boxes(pdf)
    threads.settle(pdf, limits)
    chains.settle(pdf, limits)
    if "/Size" not in pdf.trailer:
        pdf.trailer["/Size"] = 1  # the writer counts, but only where there was a number before
    pdf.save(
        target,
        fix_metadata_version=False,
        compress_streams=False,
        stream_decode_level=StreamDecodeLevel.none,
        object_stream_mode=ObjectStreamMode.preserve,
        deterministic_id=True,
    )
    return done
