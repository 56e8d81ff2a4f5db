"""Free text that brings no drawing of its own.

Programs draw it themselves, from its text and its default appearance (ISO 32000-2 §12.5.6.6).
PDFium, which browsers use, does so in a file without a form, and in one whose form has resources
to take fonts from; not in between. A signature's update would give the file a form, and the text
would be gone. So a form with resources is there from the start, and says what was left unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

_UNSAID = "/Helv 12 Tf 0 g"


@dataclass(frozen=True, slots=True)
class Waiting:
    """Free texts without a drawing, and the fonts that they may name."""

    annotations: list[Object]
    resources: Object | None


def find(pdf: Pdf) -> Waiting:
    """Find them, and write into each the default appearance that it has so far."""
    found = [
        one
        for page in pdf.pages
        for one in _listed(page.obj.get("/Annots"))
        if one.get("/Subtype") == Name.FreeText and not _is_drawn(one)
    ]
    form = pdf.Root.get("/AcroForm")
    default = form.get("/DA") if isinstance(form, Dictionary) else None
    for one in found:
        if not isinstance(one.get("/DA"), String):
            one["/DA"] = default if isinstance(default, String) else String(_UNSAID)
    resources = form.get("/DR") if isinstance(form, Dictionary) else None
    return Waiting(found, resources if isinstance(resources, Dictionary) else None)


def settle(pdf: Pdf, waiting: Waiting) -> None:
    """Set in the document the form that keeps them drawn."""
    if not waiting.annotations:
        return
    form = pdf.Root.get("/AcroForm")
    if not isinstance(form, Dictionary):
        form = pdf.Root["/AcroForm"] = pdf.make_indirect(Dictionary(Fields=Array()))
    if not isinstance(form.get("/DR"), Dictionary):
        form["/DR"] = Dictionary() if waiting.resources is None else waiting.resources
    if not isinstance(form["/DR"].get("/Font"), Dictionary):
        form["/DR"]["/Font"] = Dictionary()


def _listed(annotations: object) -> list[Object]:
    """Return the annotations of a list, if it is one."""
    listed = list(annotations) if isinstance(annotations, Array) else []
    return [one for one in listed if isinstance(one, Dictionary)]


def _is_drawn(annotation: Object) -> bool:
    """Say whether an annotation brings its drawing."""
    appearance = annotation.get("/AP")
    normal = appearance.get("/N") if isinstance(appearance, Dictionary) else None
    return isinstance(normal, Stream | Dictionary)
