"""Scripts and actions taken out of an unsigned file, so that its sender can allow just that.

What acts by itself, runs a program or sends data cannot run in a signed copy. It is refused by
default; the file's normal form without it is made all the same, and used only once the sender has
allowed it (decision 20). What is left is looked through again: nothing is taken on trust.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Object, Pdf, Stream

from paraphe.adapters.requests.inspection import checks
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import REMOVABLE, RefusalReason

if TYPE_CHECKING:
    from paraphe.adapters.requests.inspection.limits import Limits

_ACTION_KEYS = ("/A", "/PA", "/Next", "/OpenAction")


def settle(
    pdf: Pdf, objects: list[Object], limits: Limits, *, signed: bool
) -> tuple[RefusalReason, ...]:
    """Take active content out of an unsigned document; say which kinds there were.

    Raises:
        RefuseError: with the gravest kind, when the file is signed or it cannot all be taken out.
    """
    found = checks.actions(pdf, objects)
    if not found:
        return ()
    if not signed and found <= REMOVABLE:
        _remove(pdf, objects)
        left = checks.actions(pdf, checks.reachable(pdf, limits))
        if not left:
            return tuple(reason for reason in checks.ORDER if reason in found)
    raise RefuseError(next(reason for reason in checks.ORDER if reason in found))


def _remove(pdf: Pdf, objects: list[Object]) -> None:
    """Cut every script and harmful action off where something refers to it."""
    names = pdf.Root.get("/Names")
    if isinstance(names, Dictionary) and "/JavaScript" in names:
        del names["/JavaScript"]
    if any(checks.opening(pdf.Root)):
        del pdf.Root["/OpenAction"]
    for thing in objects:
        if isinstance(thing, Array | Dictionary | Stream):
            for part in checks.dictionaries(thing):
                _clean(part)


def _clean(part: Object) -> None:
    """Cut them off one dictionary."""
    if checks.triggers(part):
        del part["/AA"]
    for key in ("/JS", "/OnInstantiate"):
        if key in part:
            del part[key]
    for key in _ACTION_KEYS:
        action = part.get(key)
        if checks.is_harmful(action):
            del part[key]
        elif isinstance(action, Array):
            kept = [one for one in action if not checks.is_harmful(one)]
            if len(kept) < len(action):
                part[key] = Array(kept)
