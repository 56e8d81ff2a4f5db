"""The objects that signing will write anew, made so that nothing else leads to them.

A signature's update rewrites the catalog, the form, its list of fields and a page's list of
annotations. Where a stranger's file refers to one of these from a second place (a page that
shares its annotations, an odd trailer entry that points at the catalog), the update would change
that place too: a mark would show on two pages, and difference analysis (ISO 32000-2 §12.8.2.2)
would find a change that nothing explains. An unsigned file gets copies of its own.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf

from paraphe.adapters.requests.inspection import forms

# What a trailer may hold once encryption, the chain of sections and hybrids are out (table 15).
_TRAILER = frozenset(["/Root", "/Info", "/ID", "/Size"])


def separate(pdf: Pdf) -> None:
    """Make for an unsigned document a catalog, a form and lists of annotations of its own."""
    for key in set(pdf.trailer.keys()) - _TRAILER:
        del pdf.trailer[key]
    _settle_info(pdf)
    catalog = _copy(pdf.Root)
    if "/DSS" in catalog:  # a store of proofs for signatures that are not there
        del catalog["/DSS"]
    form = catalog.get("/AcroForm")
    if isinstance(form, Dictionary):
        catalog["/AcroForm"] = pdf.make_indirect(_own_form(form))
    pdf.trailer["/Root"] = pdf.make_indirect(catalog)
    for page in pdf.pages:
        listed = page.obj.get("/Annots")
        if isinstance(listed, Array):
            page.obj["/Annots"] = Array(list(listed))
            for widget in listed:
                _own_appearance(widget)


def _own_appearance(widget: object) -> None:
    """Write a widget's appearance dictionary, and its choice of states, into the widget.

    Where they are objects of their own pyHanko takes them for changes of the field as soon as a
    signature locks it. The drawings, which are streams, stay objects.
    """
    if not isinstance(widget, Dictionary) or widget.get("/Subtype") != Name.Widget:
        return
    appearance = widget.get("/AP")
    if not isinstance(appearance, Dictionary):
        return
    own = _copy(appearance)
    for key in ("/N", "/R", "/D"):
        states = own.get(key)
        if isinstance(states, Dictionary) and states.is_indirect:
            own[key] = _copy(states)
    widget["/AP"] = own


def sound(pdf: Pdf) -> bool:
    """Say whether a signed document can take an update that later validates.

    pyHanko needs an indirect `/Info` (ISO 32000-2, table 15) and indirect fields, and no page may
    share its list of annotations.
    """
    info = pdf.trailer.get("/Info")
    if info is not None and not getattr(info, "is_indirect", False):
        return False
    lists = [page.obj.get("/Annots") for page in pdf.pages]
    shared = [one.objgen for one in lists if isinstance(one, Array) and one.is_indirect]
    return len(set(shared)) == len(shared) and forms.all_indirect(pdf)


def _settle_info(pdf: Pdf) -> None:
    """Make the document information indirect; drop what is no dictionary."""
    info = pdf.trailer.get("/Info")
    if isinstance(info, Dictionary):
        pdf.trailer["/Info"] = info if info.is_indirect else pdf.make_indirect(info)
    elif "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]


def _own_form(form: Object) -> Object:
    """Copy a form and its list of fields."""
    own = _copy(form)
    fields = form.get("/Fields")
    if isinstance(fields, Array):
        own["/Fields"] = Array(list(fields))
    return own


def _copy(thing: Object) -> Object:
    """Copy a dictionary, its values as they are."""
    return Dictionary({key: thing[key] for key in thing.keys()})  # noqa: SIM118 - not a dict
