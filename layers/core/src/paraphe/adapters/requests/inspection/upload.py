"""Judge an uploaded file: accept it in normal form, or refuse it with a reason."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING, Any

from paraphe.adapters.requests.inspection import pictures, raw, sandbox
from paraphe.adapters.requests.inspection.limits import DEFAULT, FACTS, REHEARSAL, Limits
from paraphe.adapters.requests.inspection.refuse import ADVICE, MAY_REMOVE
from paraphe.domain.requests.inspection import (
    Accepted,
    FileHint,
    Judged,
    Page,
    RefusalReason,
    Refused,
)

if TYPE_CHECKING:
    from pathlib import Path


_SPENT = {RefusalReason.TIMEOUT, RefusalReason.OUT_OF_MEMORY}


def inspect_pdf(
    source: Path, target: Path, limits: Limits = DEFAULT, *, folder: Path | None = None
) -> Accepted | Refused:
    """Judge `source` in child processes; when it is accepted, write what to sign to `target`.

    So too when it is refused, but would be accepted without its active content.

    An unsigned file is written in normal form, a signed one byte for byte. The pages' pictures and
    texts go into `folder`, if one is given: see `pictures.compare`. Nothing in the file's content
    makes this raise; it raises OSError when `source` cannot be read or `target` written.
    """
    size = source.stat().st_size
    with source.open("rb") as file:
        head = file.read(raw.HEADER_WITHIN)
    if size == 0:
        return refused(RefusalReason.EMPTY)
    if size > limits.file_size:
        return refused(RefusalReason.TOO_LARGE)
    if b"%PDF-" not in head:
        with source.open("rb") as file:
            return refused(RefusalReason.NOT_PDF, raw.hint(file.read(1 << 16)))
    draft = target.with_name(target.name + ".draft")
    try:
        return _judge(source, target, draft, limits, folder)
    finally:
        for ending in ("", REHEARSAL, FACTS):
            draft.with_name(draft.name + ending).unlink(missing_ok=True)


def refused(reason: RefusalReason, hint: FileHint | None = None) -> Refused:
    """Return the refusal for a reason, with its advice."""
    return Refused(reason, ADVICE[reason], hint)


def _judge(
    source: Path, target: Path, draft: Path, limits: Limits, folder: Path | None
) -> Accepted | Refused:
    """Ask the children and put the accepted file in its place.

    The first one's last answer counts: before what may outlast its time it says what holds if it
    does.
    """
    outcome = sandbox.run("inspect", (source, draft), limits, limits.wall)
    answer = outcome.lines[-1] if outcome.lines else {}
    if "refused" in answer:
        return refused(RefusalReason(str(answer["refused"])))
    findings: Any = answer.get("accepted")
    if findings is None:
        return refused(outcome.death or RefusalReason.DAMAGED)
    judged = Judged(findings["judged"])
    if outcome.death and not (judged is Judged.NOT and outcome.death in _SPENT):
        return refused(outcome.death)
    signed = findings["signatures"] > 0
    normal, pages = source if signed else draft, len(findings["pages"])
    seen = pictures.compare(source, normal, draft, pages, folder, limits)
    if seen is not None:
        return refused(seen)
    if signed:
        shutil.copyfile(source, draft)
    draft.replace(target)
    original = _sha256(source)
    forms = findings["forms"]
    accepted = Accepted(
        original_sha256=original,
        sha256=original if signed else _sha256(target),
        size=target.stat().st_size,
        pages=tuple(Page(**page) for page in findings["pages"]),
        already_signed=signed,
        signatures=findings["signatures"],
        flattened_fields=forms["flattened"] or forms["locked"],
        locked_fields=forms["locked"],
        empty_signature_fields=forms["empty_signature_fields"],
        certified=findings["certified"],
        judged=judged,
        removed=tuple(RefusalReason(reason) for reason in findings["removed"]),
    )
    if not accepted.removed:
        return accepted
    reason = accepted.removed[0]
    return Refused(reason, f"{ADVICE[reason]} {MAY_REMOVE}", without=accepted)


def _sha256(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
