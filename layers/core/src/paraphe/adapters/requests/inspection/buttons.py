"""Check boxes and radio buttons as PDFium shows them, before they are drawn into their pages.

A button's drawing is a choice of states (ISO 32000-2 §12.7.5.2). Where a file has none for the
state that a button is in, PDFium draws a thin grey frame, and so does the normal form: the library
that draws forms into pages would draw nothing, or, of one drawing for all states, a tick.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from paraphe.adapters.requests.inspection.pages import box

_PUSH_BUTTON = 1 << 16
_FRAME = b"0.6667 G 0 w %.3f %.3f %.3f %.3f re S"
_MARGIN = 1


def settle(pdf: Pdf, widget: Object, kind: object, flags: object, value: object) -> None:
    """Leave a button the drawing of its state, and say its state when the file does not.

    `kind`, `flags` and `value` are the field's `/FT`, `/Ff` and `/V`, inherited or its own.
    """
    if kind != Name.Btn or (isinstance(flags, int) and flags & _PUSH_BUTTON):
        return
    appearance = widget.get("/AP")
    normal = appearance.get("/N") if isinstance(appearance, Dictionary) else None
    state: object = widget.get("/AS")
    if not isinstance(state, Name):
        known = isinstance(normal, Dictionary) and isinstance(value, Name) and str(value) in normal
        state = widget["/AS"] = value if known else Name.Off
    if isinstance(normal, Stream):  # of which state? Ticked, programs differ: that is refused later
        drawn = state != Name.Off
    else:
        drawn = isinstance(normal, Dictionary) and isinstance(normal.get(str(state)), Stream)
    place = box(widget.get("/Rect"))
    if not drawn and place is not None:
        _frame(pdf, widget, place)


def _frame(pdf: Pdf, widget: Object, place: tuple[float, float, float, float]) -> None:
    """Draw a frame on a button's edge; the drawing reaches a point beyond, so that it is whole."""
    left, bottom, right, top = place
    wide = [left - _MARGIN, bottom - _MARGIN, right + _MARGIN, top + _MARGIN]
    content = _FRAME % (left, bottom, right - left, top - bottom)
    frame = pdf.make_stream(
        content, Type=Name.XObject, Subtype=Name.Form, BBox=Array(wide), Resources=Dictionary()
    )
    widget["/Rect"] = Array(wide)
    widget["/AP"] = Dictionary(N=frame)
