"""What must not be in a document that people sign.

The document is walked from its trailer, so that whatever can be reached is seen, wherever it hides:
name trees, annotations, outlines, `/Next` chains, structure elements, unused attributes. Each
object is first looked at as text (fast); only one that names something suspicious is taken apart.

Refused, or with the sender's consent taken out (PADES, `active`): scripts (also in 3D annotations
and `javascript:` links), Launch, SubmitForm and ImportData, `/AA`, an opening action that is not a
move inside the document. Refused always: streams whose bytes lie in another file. Kept, because
they need a click and cannot change what is shown: links to the web (URI) and to other files (GoToR,
GoToE, Thread), named actions, media.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream, String

from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.domain.requests.inspection import RefusalReason

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.adapters.requests.inspection.limits import Limits

_REFERENCE = re.compile(rb"(?<![\w.])(\d{1,10}) (\d{1,5}) R(?!\w)")
_SUSPICIOUS = re.compile(
    rb"/(?:JavaScript|JS|Launch|SubmitForm|ImportData|AA|OnInstantiate|ByteRange)(?![\w.])"
    rb"|[jJ][aA][vV][aA][sS][cC][rR][iI][pP][tT]\s*:"
)
_SCRIPT_LINK = re.compile(rb"\s*javascript\s*:", re.IGNORECASE)
_TRIGGERS = frozenset(
    [
        "/E",
        "/X",
        "/D",
        "/U",
        "/Fo",
        "/Bl",
        "/PO",
        "/PC",
        "/PV",
        "/PI",
        "/O",
        "/C",
        "/K",
        "/F",
        "/V",
        "/WC",
        "/WS",
        "/DS",
        "/WP",
        "/DP",
    ]
)
_HARMFUL: dict[str, RefusalReason] = {
    "/JavaScript": RefusalReason.JAVASCRIPT,
    "/Launch": RefusalReason.LAUNCH_ACTION,
    "/SubmitForm": RefusalReason.SUBMIT_FORM,
    "/ImportData": RefusalReason.SUBMIT_FORM,
}
ORDER = (
    RefusalReason.JAVASCRIPT,
    RefusalReason.LAUNCH_ACTION,
    RefusalReason.SUBMIT_FORM,
    RefusalReason.EXTERNAL_CONTENT,
    RefusalReason.OPEN_ACTION,
    RefusalReason.ADDITIONAL_ACTIONS,
)


def check_catalog(pdf: Pdf) -> None:
    """Refuse forms and containers that show different things in different programs.

    Raises:
        RefuseError: with XFA, NEEDS_RENDERING or PORTFOLIO.
    """
    root = pdf.Root
    form = root.get("/AcroForm")
    if isinstance(form, Dictionary) and _filled(form.get("/XFA")):
        raise RefuseError(RefusalReason.XFA)
    if bool(root.get("/NeedsRendering", False)):
        raise RefuseError(RefusalReason.NEEDS_RENDERING)
    if isinstance(root.get("/Collection"), Dictionary):
        raise RefuseError(RefusalReason.PORTFOLIO)


def _filled(value: object) -> bool:
    """Say whether an optional container holds something."""
    if isinstance(value, Stream):
        return True
    return isinstance(value, Array | Dictionary) and len(value) > 0


def actions(pdf: Pdf, objects: list[Object]) -> set[RefusalReason]:
    """Return the kinds of what can act by itself, or change what is shown."""
    found = set(opening(pdf.Root))
    found.update(_named_scripts(pdf.Root))
    for thing in objects:
        found.update(_in_object(thing))
    return found


def reachable(pdf: Pdf, limits: Limits) -> list[Object]:
    """Return every indirect object that can be reached from the trailer.

    Raises:
        RefuseError: with TOO_COMPLEX, when there are more than `limits.objects`.
    """
    found: list[Object] = []
    seen: set[tuple[int, int]] = set()
    waiting = references(pdf.trailer.unparse(resolved=True))
    while waiting:
        key = waiting.pop()
        if key in seen:
            continue
        seen.add(key)
        thing: object = pdf.get_object(key)  # a plain number, for one, is no Object
        if not isinstance(thing, Object):
            continue
        found.append(thing)
        if len(found) > limits.objects:
            raise RefuseError(RefusalReason.TOO_COMPLEX)
        waiting |= references(text_of(thing)) - seen
    return found


def text_of(thing: Object) -> bytes:
    """Return an object (of a stream, its dictionary) as PDF syntax, names in plain spelling."""
    target = thing.stream_dict if isinstance(thing, Stream) else thing
    return target.unparse(resolved=True)


def references(text: bytes) -> set[tuple[int, int]]:
    """Return the objects that a piece of PDF syntax refers to."""
    return {(int(number), int(generation)) for number, generation in _REFERENCE.findall(text)}


def dictionaries(thing: Object) -> Iterator[Object]:
    """Yield an indirect object's dictionaries: itself and those directly inside, no further."""
    waiting = [thing.stream_dict if isinstance(thing, Stream) else thing]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Dictionary):
            yield part
            children = [part.get(key) for key in part.keys()]  # noqa: SIM118 - not a dict
        elif isinstance(part, Array):
            children = list(part)
        else:
            continue
        waiting.extend(
            child
            for child in children
            if isinstance(child, Array | Dictionary) and not child.is_indirect
        )


def _in_object(thing: Object) -> Iterator[RefusalReason]:
    """Yield what is wrong with one indirect object."""
    if isinstance(thing, Stream) and "/F" in thing:
        yield RefusalReason.EXTERNAL_CONTENT
    if isinstance(thing, String):
        return
    if _SUSPICIOUS.search(text_of(thing)):
        for part in dictionaries(thing):
            yield from _in_dictionary(part)


def _in_dictionary(part: Object) -> Iterator[RefusalReason]:
    """Yield what is wrong with one dictionary, its children apart."""
    yield from _of_action(part)
    if isinstance(part.get("/JS"), String | Stream) or "/OnInstantiate" in part:
        yield RefusalReason.JAVASCRIPT
    if triggers(part):
        yield RefusalReason.ADDITIONAL_ACTIONS


def _of_action(part: Object) -> Iterator[RefusalReason]:
    """Yield what an action does, by its type or the address that it opens."""
    kind = part.get("/S")
    if isinstance(kind, Name) and str(kind) in _HARMFUL:
        yield _HARMFUL[str(kind)]
    link = part.get("/URI")
    if isinstance(link, String) and _SCRIPT_LINK.match(bytes(link)):
        yield RefusalReason.JAVASCRIPT


def is_harmful(value: object) -> bool:
    """Say whether a value is an action that must not be in a document to sign."""
    return isinstance(value, Dictionary) and any(_of_action(value))


def triggers(part: Object) -> bool:
    """Say whether a dictionary has actions that run by themselves."""
    listed = part.get("/AA")
    return isinstance(listed, Dictionary) and bool(_TRIGGERS.intersection(listed.keys()))


def opening(root: Object) -> Iterator[RefusalReason]:
    """Yield OPEN_ACTION unless opening the document only moves to a place in it."""
    action = root.get("/OpenAction")
    if isinstance(action, Dictionary):
        chained = _filled(action.get("/Next"))
        if len(action) and (action.get("/S") != Name.GoTo or chained):
            yield RefusalReason.OPEN_ACTION


def _named_scripts(root: Object) -> Iterator[RefusalReason]:
    """Yield JAVASCRIPT for a name tree of scripts, however broken its leaves are."""
    names = root.get("/Names")
    tree = names.get("/JavaScript") if isinstance(names, Dictionary) else None
    if isinstance(tree, Dictionary) and any(_filled(tree.get(key)) for key in ("/Names", "/Kids")):
        yield RefusalReason.JAVASCRIPT
