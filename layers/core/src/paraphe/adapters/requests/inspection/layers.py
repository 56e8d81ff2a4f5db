"""Annotations on layers that are off: most programs hide them, PDFium shows them.

Layers are optional content (ISO 32000-2 §8.11). Of the content of pages all programs show the same
layers; what a signer would see of such an annotation depends on the program.
"""

from __future__ import annotations

from pikepdf import Array, Dictionary, Name, Object, Pdf

from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

_UNSEEN = (1 << 1) | (1 << 5)  # Hidden, NoView: table 167
_SHOWN_WHEN_ON = (None, Name.AnyOn, Name.AllOn)


def check(pdf: Pdf) -> None:
    """Refuse a document with an annotation on a layer that may be off.

    Raises:
        RefuseError: with LOOKS_DIFFERENT.
    """
    properties = pdf.Root.get("/OCProperties")
    default = properties.get("/D") if isinstance(properties, Dictionary) else None
    for page in pdf.pages:
        listed = page.obj.get("/Annots")
        for one in listed if isinstance(listed, Array) else ():
            layer = one.get("/OC") if isinstance(one, Dictionary) else None
            if isinstance(layer, Dictionary) and _is_seen(one) and not _is_on(layer, default):
                raise RefuseError(RefusalReason.LOOKS_DIFFERENT)


def _is_seen(annotation: Object) -> bool:
    """Say whether an annotation is not hidden anyhow."""
    flags: object = annotation.get("/F")
    return not (isinstance(flags, int) and flags & _UNSEEN)


def _is_on(layer: Object, default: object) -> bool:
    """Say whether a layer, or all layers that a membership names, are surely on."""
    if layer.get("/Type") == Name.OCMD:
        named = layer.get("/OCGs")
        groups = list(named) if isinstance(named, Array) else [named]
        simple = "/VE" not in layer and layer.get("/P") in _SHOWN_WHEN_ON
        return simple and all(_is_group_on(one, default) for one in groups)
    return _is_group_on(layer, default)


def _is_group_on(group: object, default: object) -> bool:
    """Say whether the default configuration shows a layer, whatever happens."""
    if not isinstance(default, Dictionary) or not isinstance(group, Dictionary):
        return True
    listed_on = _lists(default.get("/ON"), group)
    if default.get("/BaseState") == Name.OFF and not listed_on:
        return False
    by_event = default.get("/AS")
    return not _lists(default.get("/OFF"), group) and not (
        isinstance(by_event, Array) and len(by_event) > 0
    )


def _lists(groups: object, group: Object) -> bool:
    """Say whether an array holds a layer."""
    return isinstance(groups, Array) and any(
        isinstance(one, Dictionary) and one.objgen == group.objgen for one in groups
    )
