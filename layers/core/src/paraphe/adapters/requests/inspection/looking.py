"""Is what was uploaded what signers will see, and what they will have signed? Page by page.

The upload, its normal form and the copy that was signed on trial are drawn with PDFium. What is
not the same in all three is not signed. The pictures that signers see are drawings of the very
file that was compared. Runs in the child process only.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paraphe.adapters.requests.inspection import budget, likeness, render
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from paraphe.adapters.requests.inspection.facts import Facts, Redrawn
    from paraphe.adapters.requests.inspection.likeness import Drawing
    from paraphe.adapters.requests.inspection.limits import Limits
    from paraphe.adapters.requests.inspection.render import Pdfium, Sheet

_SLACK = 1.0  # points: PDFium computes in single precision


@dataclass(frozen=True, slots=True)
class Files:
    """The three files; a signed upload is its own normal form.

    `pictures` is where pictures and texts of the pages go, None when nobody wants any.
    """

    upload: Path
    normal: Path
    rehearsed: Path
    pictures: Path | None


@dataclass(frozen=True, slots=True)
class _Seen:
    """A page of the normal form, and what was seen on it."""

    index: int
    sheet: Sheet
    drawing: Drawing
    text: str


@dataclass(slots=True)
class _Eyes:
    """The open documents. `upload` is None when it is the normal form, or PDFium can't open it."""

    facts: Facts
    limits: Limits
    upload: Pdfium | None
    normal: Pdfium
    rehearsed: Pdfium


def compare(files: Files, facts: Facts, limits: Limits, pages: Iterable[int]) -> None:
    """Draw and compare these pages, counted from 0; write their pictures and texts.

    Raises:
        RefuseError: with LOOKS_DIFFERENT, or with NOT_DRAWABLE when a page cannot be drawn.
    """
    eyes = _open(files, facts, limits)
    for index in pages:
        seen = _see(eyes, index, files.pictures)
        _compare_rehearsed(eyes, seen)
        if eyes.upload is not None:
            _compare_upload(eyes, seen)
        seen.sheet.close()


def _open(files: Files, facts: Facts, limits: Limits) -> _Eyes:
    """Open the documents; they must have the same number of pages."""
    normal = render.open_document(files.normal)
    if normal is None:
        raise RefuseError(RefusalReason.NOT_DRAWABLE)
    # An upload that PDFium cannot open shows nothing that could be contradicted.
    upload = None if files.upload == files.normal else render.open_document(files.upload)
    rehearsed = render.open_document(files.rehearsed)
    counts = {len(one) for one in (normal, rehearsed, upload) if one is not None}
    if rehearsed is None or counts != {len(facts.sizes)}:
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT)
    return _Eyes(facts, limits, upload, normal, rehearsed)


def _see(eyes: _Eyes, index: int, pictures: Path | None) -> _Seen:
    """Draw a page of the normal form; write what signers will see of it."""
    limits = eyes.limits
    budget.extend(limits, limits.draw_data, limits.draw_page_cpu)
    try:
        sheet = render.open_page(eyes.normal, index)
        points = sheet.points()
        size = render.pixels(*points, limits)
        drawing = sheet.draw(*size, even=eyes.facts.flattened)
        seen = _Seen(index, sheet, drawing, sheet.text(limits))
        if pictures is not None:
            shown = sheet.draw(*size, even=False) if eyes.facts.flattened else drawing
            _write(pictures, index + 1, render.picture(shown), seen.text)
    except render.BROKEN as error:
        raise RefuseError(RefusalReason.NOT_DRAWABLE) from error
    # Marks are placed by what was measured, not by what is drawn: both must be the same.
    if any(abs(a - b) > _SLACK for a, b in zip(points, eyes.facts.sizes[index], strict=True)):
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT)
    return seen


def _write(folder: Path, number: int, picture: bytes, text: str) -> None:
    """Write a page's picture and text."""
    said = {"number": number, "drawn": True, "text": text}
    (folder / f"{number:04d}.png").write_bytes(picture)
    (folder / f"{number:04d}.json").write_text(
        json.dumps(said, ensure_ascii=False), encoding="utf-8"
    )


def _other(eyes: _Eyes, seen: _Seen, document: Pdfium) -> tuple[Sheet, Drawing]:
    """Draw the same page of another of the documents."""
    budget.extend(eyes.limits, eyes.limits.draw_data, eyes.limits.draw_page_cpu)
    size = seen.drawing.width, seen.drawing.height
    try:
        sheet = render.open_page(document, seen.index)
        same_size = sheet.points() == seen.sheet.points()
        drawing = sheet.draw(*size, even=eyes.facts.flattened)
    except render.BROKEN as error:
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT) from error
    if not same_size:
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT)
    return sheet, drawing


def _compare_rehearsed(eyes: _Eyes, seen: _Seen) -> None:
    """Refuse what looks different once it is signed, or where a mark would be in a wrong place."""
    sheet, drawing = _other(eyes, seen, eyes.rehearsed)
    marks = {name: box for name, (at, box) in eyes.facts.marks.items() if at == seen.index}
    placed = sheet.places(set(marks)) if marks else {}
    sheet.close()
    if not likeness.same(seen.drawing, drawing) or set(placed) != set(marks):
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT)
    for name, box in marks.items():
        if any(abs(a - b) > _SLACK for a, b in zip(placed[name], box, strict=True)):
            raise RefuseError(RefusalReason.LOOKS_DIFFERENT)


def _compare_upload(eyes: _Eyes, seen: _Seen) -> None:
    """Refuse what looks, or reads, different in normal form."""
    if _has_no_area(eyes.upload, seen.index):
        return
    sheet, drawing = _other(eyes, seen, eyes.upload)
    redrawn = [one for one in eyes.facts.redrawn if one.page == seen.index]
    size = drawing.width, drawing.height
    apart = [seen.sheet.span(one.box, *size) for one in redrawn]
    alike = likeness.same(seen.drawing, drawing, apart) and (
        eyes.facts.flattened or sheet.text(eyes.limits) == seen.text
    )
    said = alike and all(_says(seen.sheet, sheet, one) for one in redrawn)
    sheet.close()
    if not said:
        raise RefuseError(RefusalReason.LOOKS_DIFFERENT)


def _has_no_area(document: Pdfium, index: int) -> bool:
    """Say whether PDFium shows nothing at all of a page, because its boxes leave nothing."""
    try:
        sheet = render.open_page(document, index)
    except render.BROKEN:
        return False
    empty = min(sheet.points()) <= 0
    sheet.close()
    return empty


def _says(normal: Sheet, upload: Sheet, field: Redrawn) -> bool:
    """Say whether a field that was drawn anew shows its value, whole, and nothing else.

    Every program draws such a field in its own way; the value is what they have in common. What
    the page says in the same place, is said by the upload's page, too.
    """
    shown, before = _characters(normal, field), _characters(upload, field)
    return shown == before + Counter("".join(field.text.split()))


def _characters(sheet: Sheet, field: Redrawn) -> Counter[str]:
    """Count the characters within a field's box."""
    return Counter("".join(sheet.text_within(field.box).split()))
