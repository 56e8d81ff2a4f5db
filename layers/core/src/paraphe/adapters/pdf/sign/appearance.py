"""What a visible signature shows, drawn as a form that stands upright on turned pages (P8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.pdf.sign.increment import Increment
    from paraphe.adapters.pdf.sign.syntax import Dictionary, Ref
    from paraphe.domain.signing import VisibleMark


def draw(
    increment: Increment, widget: Dictionary, mark: VisibleMark | None, now: datetime
) -> Ref | None:
    """The normal appearance, or None when the field is invisible."""
    return None
