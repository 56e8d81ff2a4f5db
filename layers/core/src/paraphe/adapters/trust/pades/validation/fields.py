"""What an update may do to the form: sign a field, add one to be signed, fill one in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.pdf_utils.generic import (
    DictionaryObject,
    StreamObject,
)

from paraphe.adapters.trust.pades.validation import form_resources, graph
from paraphe.domain.trust.verdict import Part

if TYPE_CHECKING:
    from pyhanko.pdf_utils.generic import PdfObject
    from pyhanko.pdf_utils.reader import HistoricalResolver

    from paraphe.adapters.trust.pades.validation.form_resources import Field
    from paraphe.adapters.trust.pades.validation.update import Update

_OPEN = ("/Fields", "/SigFlags", "/DR", "/DA", "/Q", "/NeedAppearances")
_APPEND_ONLY = 3
# Entries that change with a value (ISO 32000-2, tables 166, 228 and 230).
_SIGNED = {"/V", "/AP", "/AS", "/F", "/Ff", "/Type", "/DA", "/Q"}
_FILLED = {*_SIGNED, "/I", "/RV"}
_HARMLESS = {"/F", "/Ff", "/Type"}
# Print, locked, locked contents; read-only, required, not exported: nothing looks different.
_QUIET_F, _QUIET_FF = 0x4 | 0x80 | 0x200, 0x7
# What the field of a later signature may have: no action, nothing that hides it.
_NEW = {
    *("/Type", "/Subtype", "/FT", "/T", "/TU", "/TM", "/Ff", "/F", "/Rect", "/P", "/V", "/AP"),
    *("/AS", "/Lock", "/SV", "/MK", "/DA", "/Q", "/H", "/BS", "/Border", "/NM", "/M", "/Parent"),
    *("/Kids", "/StructParent", "/Contents", "/DR", "/Lang", "/C", "/DS"),
}
_CORNERS = 4


@dataclass(slots=True)
class NewField:
    """A field that was added.

    Attributes:
        name: full.
        widgets: numbers of the objects that pages may show for it.

    """

    name: str
    widgets: set[int]
    _placed: dict[int, int] = field(default_factory=dict)

    def place(self, widget: int, page: int) -> bool:
        """Whether a page is the only one that shows a widget."""
        return self._placed.setdefault(widget, page) == page


def check(update: Update, old: PdfObject | None, new: PdfObject | None) -> list[NewField]:
    """Account for the form and its fields; return those that were added."""
    update.explain(old, new, Part.FORM, "the form")
    before, after = graph.dictionary(update.old, old), graph.dictionary(update.new, new)
    for key in graph.differing(before, after, but=_OPEN):
        update.report(Part.FORM, f"the form's {key} was changed", new)
    flags, now = (graph.integer(graph.get(one, "/SigFlags")) for one in (before, after))
    if flags is None or now not in {flags, flags | _APPEND_ONLY}:
        update.report(Part.FORM, "the form's /SigFlags was changed", new)
    lists = graph.get(before, "/Fields"), graph.get(after, "/Fields")
    update.explain(*lists, Part.FORM, "/Fields")
    form_resources.check(update, old, before, after)
    if not update.changed - update.explained and _same_fields(update, *lists):
        return []
    return _fields(update, old, new)


def _same_fields(update: Update, old: PdfObject | None, new: PdfObject | None) -> bool:
    one, other = graph.elements(update.old, old), graph.elements(update.new, new)
    return len(one) == len(other) and all(map(graph.same, one, other))


def _fields(update: Update, old: PdfObject | None, new: PdfObject | None) -> list[NewField]:
    known = list(form_resources.listed(update.old, old))
    numbers = {graph.number(one.place) for one in known} - {None}
    values = {one.name: one for one in known if not one.is_widget}
    after: dict[int, Field] = {}
    added: dict[str, NewField] = {}
    for one in form_resources.listed(update.new, new):
        number = graph.number(one.place)
        if number is not None and number in numbers:
            after[number] = one
        else:
            _added(update, one, added, values)
    for before in known:
        number = graph.number(before.place)
        if number is None:
            continue  # it is part of the object that holds it
        now = after.get(number)
        if now is None or now.name != before.name:
            update.report(Part.FIELD, f"the field {before.name} is gone", number)
        else:
            _field(update, before, now, values)
    return list(added.values())


def _added(update: Update, one: Field, added: dict[str, NewField], known: dict[str, Field]) -> None:
    """A field or widget that was not there: for a signature, and nothing that acts or misleads."""
    number = graph.number(one.place)
    if one.kind != "/Sig":
        update.report(Part.FIELD, f"the field {one.name} was added", number)
        return
    if number is None or number not in update.brought or one.name in known:
        update.report(Part.FIELD, f"the field {one.name} was not a field before", number)
        return
    unknown = sorted(set(one.entries) - _NEW)
    if unknown:
        update.report(Part.ACTION, f"the new field {one.name} has {' '.join(unknown)}", number)
    new = added.setdefault(one.name, NewField(one.name, set()))
    new.widgets.add(number)
    parent = graph.dictionary(update.new, graph.get(one.entries, "/Parent"))
    value = graph.get(one.entries, "/V") or graph.get(parent, "/V")
    if value is None and _rectangle(update.new, one.entries) is not None:
        update.filled.add(one.name)
        if graph.get(one.entries, "/AP") is not None:
            update.report(Part.FIELD, f"the new field {one.name} shows something unsigned", number)


def _field(update: Update, old: Field, new: Field, known: dict[str, Field]) -> None:
    """One field beside itself."""
    number = graph.number(old.place) or 0
    keys = set(graph.differing(old.entries, new.entries))
    looks = graph.get(old.entries, "/AP"), graph.get(new.entries, "/AP")
    touched = _looks(update, *looks)
    value = graph.get(old.entries, "/V")
    is_filled = "/V" in keys or (old.kind != "/Sig" and update.is_changed(value))
    written = update.signed if old.kind == "/Sig" else update.filled
    if old.is_widget and old.name in known:
        is_filled = old.name in written
    elif is_filled:
        written.add(old.name)
    if not keys and not touched and not is_filled:
        return
    if number in update.changed:
        update.explained.add(number)
    if old.kind == "/Sig":
        allowed = _SIGNED if is_filled and value is None else _HARMLESS
    else:
        allowed = _FILLED if is_filled else _HARMLESS
    if is_filled and old.kind != "/Sig" and update.is_changed(value):
        update.explain(value, graph.get(new.entries, "/V"), Part.FIELD, "/V")
    wrong = keys - allowed
    wrong |= {key for key in keys & {"/F", "/Ff"} if _is_loud(key, old.entries, new.entries)}
    if touched and "/AP" not in allowed:
        wrong.add("/AP")
    for key in sorted(wrong):
        update.report(Part.FIELD, f"{key} of the field {old.name} was changed", number)
    if touched and "/AP" in allowed:
        update.explained |= touched
        update.redrawn |= touched


def _looks(update: Update, old: PdfObject | None, new: PdfObject | None) -> set[int]:
    """Numbers of a field's looks that were written anew in their place."""
    touched: set[int] = set()
    before, after = graph.dictionary(update.old, old), graph.dictionary(update.new, new)
    if update.is_changed(old):
        touched.add(graph.number(old) or 0)
    for key in ("/N", "/R", "/D"):
        one = graph.get(before, key)
        if update.is_changed(one):
            touched.add(graph.number(one) or 0)
            other = graph.resolve(update.new, graph.get(after, key))
            if graph.same(one, graph.get(after, key)) and not isinstance(other, StreamObject):
                update.report(Part.FIELD, "a field's looks are nothing that can be drawn", one)
        states = graph.resolve(update.old, one)
        if isinstance(states, DictionaryObject) and not isinstance(states, StreamObject):
            for name in states:
                if update.is_changed(states.raw_get(name)):
                    touched.add(graph.number(states.raw_get(name)) or 0)
    return touched


def _is_loud(key: str, old: DictionaryObject, new: DictionaryObject) -> bool:
    """Whether other flags than the quiet ones are different."""
    quiet = _QUIET_F if key == "/F" else _QUIET_FF
    one, other = (graph.integer(graph.get(entries, key)) for entries in (old, new))
    return one is None or other is None or bool((one ^ other) & ~quiet)


def covers(update: Update, widget: PdfObject, others: list[PdfObject]) -> bool:
    """Whether a new widget lies over something that could be seen before on its page."""
    new = _rectangle(update.new, widget)
    if new is None:
        return False
    seen = [one for one in others if _is_seen(graph.dictionary(update.old, one))]
    return any(
        old is not None
        and min(new[2], old[2]) > max(new[0], old[0])
        and min(new[3], old[3]) > max(new[1], old[1])
        for old in (_rectangle(update.old, one) for one in seen)
    )


def _is_seen(annotation: DictionaryObject) -> bool:
    return not graph.is_name(graph.get(annotation, "/Subtype"), "/Link", "/Popup")


def _rectangle(view: HistoricalResolver, place: PdfObject) -> tuple[float, ...] | None:
    """Left, bottom, right, top; None when there is no room in it."""
    corners = graph.elements(view, graph.get(graph.dictionary(view, place), "/Rect"))
    try:
        sides = [float(graph.resolve(view, one)) for one in corners]  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    if len(sides) != _CORNERS or sides[0] == sides[2] or sides[1] == sides[3]:
        return None
    return (*map(min, sides[:2], sides[2:]), *map(max, sides[:2], sides[2:]))
