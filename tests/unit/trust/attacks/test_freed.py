"""Numbers set free after a signature: harmless only when nothing leads, or ever led, to them."""

from __future__ import annotations

import functools
import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.requests.inspection import earlier
from paraphe.adapters.requests.inspection.refuse import RefuseError
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import Ref
from paraphe.domain.trust.verdict import Change, Part, State
from tests.support import freeing, redrawing, rich, signed, strange_pdfs
from tests.support.freeing import CONTAINER, LENGTH, NEVER, NEXT, TABLE, update

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.trust.verdict import SignatureVerdict

GAPS = (62, 73, 74, 75, 76, 77, 30, 61)  # no objects, but for the last, an unused one
UNUSED = 60  # a stream that nothing refers to; so is 61, which is packed in a packed file
FORGED = strange_pdfs.stream(rich.EVIL)
KINDS = pytest.mark.parametrize("packed", [False, True], ids=["table", "stream"])


@functools.cache
def house() -> signed.House:
    """One signing house for all."""
    return signed.house()


@functools.cache
def victim(packed: bool, prepared: tuple[tuple[int, bytes], ...] = ()) -> bytes:  # noqa: FBT001
    """The signed document of `rich`, its signature locks nothing."""
    if not packed:
        return rich.sign(house(), rich.document(**{f"o{n}": body for n, body in prepared}))
    objects = rich.objects() | dict(prepared)
    return rich.sign(house(), freeing.pack(dict(sorted(objects.items())), b"/Info 19 0 R"))


def judge(data: bytes, field: str = "person") -> SignatureVerdict:
    """What the verifier says of a signature."""
    at = signed.BEGIN + timedelta(minutes=5)
    verdict = verify(data, load_roots([house().roots_pem]), at)
    return next(one for one in verdict.signatures if one.field == field)


def is_refused(data: bytes) -> bool:
    """Whether nobody may sign on top of it."""
    try:
        earlier.check(data)
    except RefuseError:
        return True
    return False


def assert_harmless(data: bytes, field: str = "person") -> None:
    """The signature holds, nothing is said of its document but that it was continued."""
    one = judge(data, field)
    assert one.state is State.VALID, one.detail
    assert (one.changes.kind, one.changes.parts) == (Change.LATER_SIGNATURES, ())
    assert not is_refused(data)


def assert_seen(data: bytes, part: Part, why: str) -> None:
    """The change is called suspicious, by these words."""
    one = judge(data)
    assert one.state is State.INVALID
    assert one.changes.kind is Change.SUSPICIOUS
    assert part in one.changes.parts
    assert why in one.changes.detail
    assert is_refused(data)


@KINDS
@pytest.mark.parametrize("generation", [NEXT, NEVER])
@pytest.mark.parametrize("number", [60, 61])
def test_unused_object(number: int, generation: int, *, packed: bool) -> None:
    """What nothing refers to may be freed."""
    assert_harmless(update(victim(packed), {number: generation}))


@KINDS
def test_unused_objects_that_lead_to_each_other(*, packed: bool) -> None:
    """Two that refer to each other and to the document, and a number that never was one."""
    prepared = ((60, b"<</Next 61 0 R/P 3 0 R>>"), (61, b"<</Prev 60 0 R>>"))
    assert_harmless(update(victim(packed, prepared), {60: NEXT, 61: NEXT, 62: NEVER}))


@KINDS
def test_freed_with_a_signature_over_it(*, packed: bool) -> None:
    """Signed again after that: both hold."""
    data = rich.sign(house(), update(victim(packed), {60: NEXT, 61: NEXT}), "other")
    assert_harmless(data)
    assert judge(data, "other").state is State.VALID


@KINDS
def test_freed_in_a_long_history(*, packed: bool) -> None:
    """Nine updates, one number each: from the eighth on, each is compared with the one before."""
    data = victim(packed)
    for number in GAPS:
        data = update(data, {number: NEXT})
    assert_harmless(update(data, {UNUSED: NEXT}))
    data = update(data, {8: NEXT})
    assert_seen(data, Part.PAGE, "an object was changed")


def test_brought_unused_and_freed() -> None:
    """An update brings what it does not use, the next one frees it."""
    data = victim(packed=False)
    number = open_document(io.BytesIO(data)).next_number
    assert_harmless(update(update(data, {}, {number: b"<</Spare 1>>"}), {number: NEXT}))


@KINDS
def test_each_signature_has_its_own_document(*, packed: bool) -> None:
    """Metadata are moved, somebody signs, the old ones are freed: only the first saw them used."""
    catalog = rich.objects()[1]
    data = victim(packed)
    moved = b"/Metadata %d 0 R" % (number := open_document(io.BytesIO(data)).next_number)
    store = open_document(io.BytesIO(data)).catalog()["DSS"]
    assert isinstance(store, Ref)
    catalog = catalog.replace(b"/Metadata 18 0 R", moved)[:-2] + b"/DSS %d 0 R>>" % store.number
    objects = {1: catalog, number: strange_pdfs.stream(rich.XMP, b"/Type/Metadata/Subtype/XML")}
    data = rich.sign(house(), update(data, {}, objects), "other")
    assert judge(data).state is State.VALID
    data = update(data, {18: NEXT})
    assert_seen(data, Part.DOCUMENT, "an object was")
    other = judge(data, "other")
    assert (other.state, other.changes.kind) == (State.VALID, Change.LATER_SIGNATURES), other.detail


@KINDS
@pytest.mark.parametrize("generation", [NEXT, NEVER])
@pytest.mark.parametrize(
    ("number", "part"),
    [
        (8, Part.PAGE),
        (5, Part.PAGE),
        (37, Part.PAGE),
        (49, Part.PAGE),
        (42, Part.PAGE),
        (57, Part.NAVIGATION),
        (64, Part.PAGE),
        (58, Part.SPOKEN),
        (56, Part.ATTACHMENT),
        (54, Part.ACTION),
        (18, Part.DOCUMENT),
    ],
)
def test_used_object(number: int, part: Part, generation: int, *, packed: bool) -> None:
    """Whatever is drawn, or found from the catalog, may not be freed."""
    attacked = update(victim(packed), {number: generation})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS)
    assert one.changes.parts, one.detail
    assert f"{number} 0" in one.changes.objects
    assert is_refused(attacked), part


OPTIONAL = {
    "private-data": (6, rb"<</Type/Page/Parent 2 0 R/Contents 8 0 R/PieceInfo 61 0 R>>"),
    "unknown-entry": (6, rb"<</Type/Page/Parent 2 0 R/Contents 8 0 R/Mine[<</X[61 0 R]>>]>>"),
    "other-generation": (6, rb"<</Type/Page/Parent 2 0 R/Contents 8 0 R/Mine 61 7 R>>"),
    "title": (19, rb"<</Title(Lettre)/Mine 61 0 R>>"),
    "length": (8, b"<</Length 61 0 R>>\nstream\nBT ET\nendstream"),
}


@KINDS
@pytest.mark.parametrize("name", OPTIONAL)
def test_object_of_an_optional_entry(name: str, *, packed: bool) -> None:
    """One entry, which most readers never look at, leads to it: that is enough."""
    body = b"5" if name == "length" else b"<</Kind/Spare>>"
    data = victim(packed, (OPTIONAL[name], (61, body)))
    attacked = update(data, {61: NEXT})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS)
    assert "61 0" in one.changes.objects
    assert is_refused(attacked)


def test_object_of_the_title_alone_is_named() -> None:
    """What only the document information leads to is called by its name, too."""
    data = victim(False, (OPTIONAL["title"], (61, b"<</Kind/Spare>>")))  # noqa: FBT003
    assert_seen(update(data, {61: NEXT}), Part.DOCUMENT, "an object was freed that is used")


@pytest.mark.parametrize("generation", [NEXT, NEVER])
@pytest.mark.parametrize("number", [CONTAINER, TABLE])
def test_what_the_file_is_written_in(number: int, generation: int) -> None:
    """Nothing refers to an object stream, yet everything in it is lost with it."""
    attacked = update(victim(packed=True), {number: generation})
    one = judge(attacked)
    assert one.state in {State.INVALID, State.INDETERMINATE}
    assert one.changes.kind in {Change.SUSPICIOUS, Change.UNKNOWN}
    assert is_refused(attacked)


@pytest.mark.parametrize("generation", [NEXT, NEVER])
def test_length_of_an_object_stream(generation: int) -> None:
    """Nor is its length reached from the catalog; without it there is not even a form."""
    attacked = update(victim(packed=True), {LENGTH: generation})
    verdict = verify(attacked, load_roots([house().roots_pem]), signed.BEGIN)
    assert verdict.state is (State.UNREADABLE if generation == NEXT else State.INVALID)


@KINDS
@pytest.mark.parametrize("what", ["field", "value", "looks", "store", "proof"])
def test_objects_of_the_signature(what: str, *, packed: bool) -> None:
    """The signature's own: its field, its value, its looks, the security store and a proof."""
    data = victim(packed)
    document = open_document(io.BytesIO(data))
    store = document.catalog()["DSS"]
    numbers = {
        "field": Ref(46),
        "value": document.dictionary(Ref(46), "the field")["V"],
        "looks": document.dictionary(document.dictionary(Ref(46), "the field")["AP"], "AP")["N"],
        "store": store,
        "proof": document.array(document.dictionary(store, "DSS")["Certs"], "Certs")[0],
    }
    found = numbers[what]
    assert isinstance(found, Ref)
    attacked = update(data, {found.number: NEXT})
    one = next(
        iter(verify(attacked, load_roots([house().roots_pem]), signed.BEGIN).signatures), None
    )
    assert one is None or one.state is State.INVALID
    assert one is None or one.changes.kind is Change.SUSPICIOUS
    if what in {"looks", "store", "proof"}:
        assert is_refused(attacked)


@KINDS
@pytest.mark.parametrize("generation", [0, 1])
def test_freed_and_used_again(generation: int, *, packed: bool) -> None:
    """The number comes back, as the same or the next generation, used by nothing."""
    freed = update(victim(packed), {UNUSED: NEXT})
    attacked = update(freed, {}, {UNUSED: FORGED}, {UNUSED: generation})
    one = judge(attacked)
    assert one.state is State.INVALID
    assert one.changes.kind is Change.SUSPICIOUS
    assert is_refused(attacked)


def test_freed_and_used_again_is_named() -> None:
    """By words that say what is wrong with it."""
    freed = update(victim(packed=False), {UNUSED: NEXT})
    attacked = update(freed, {}, {UNUSED: FORGED}, {UNUSED: 1})
    assert_seen(attacked, Part.DOCUMENT, "an object was freed, and its number is used again")


@KINDS
def test_freed_and_used_again_by_a_new_field(*, packed: bool) -> None:
    """The same as a field for a signature, which an update may bring."""
    rows = {10: _fields(b"60 1 R"), 9: _annotations(b"60 1 R")}
    more = b"<</Type/Annot/Subtype/Widget/FT/Sig/F 4/P 3 0 R/T(more)/Rect[0 0 0 0]>>"
    freed = update(victim(packed), {UNUSED: NEXT})
    attacked = update(freed, {}, {**rows, UNUSED: more}, {UNUSED: 1})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_freed_and_named_later(*, packed: bool) -> None:
    """A later update, allowed but for that, refers to what was freed."""
    info = {19: b"<</Title(Lettre)/Mine 60 0 R>>"}
    attacked = update(update(victim(packed), {UNUSED: NEXT}), {}, info)
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_named_in_between(*, packed: bool) -> None:
    """An update refers to it, the next one frees it and refers to it no more."""
    named = update(victim(packed), {}, {19: b"<</Title(Lettre)/Mine 60 0 R>>"})
    attacked = update(named, {UNUSED: NEXT}, {19: b"<</Title(Lettre)>>"})
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


@KINDS
def test_promised_freed_and_brought(*, packed: bool) -> None:
    """A page names what was never there; it is freed, then brought."""
    promise = (6, b"<</Type/Page/Parent 2 0 R/Contents[8 0 R 62 0 R]>>")
    freed = update(victim(packed, (promise,)), {62: NEXT})
    for attacked in (
        freed,
        update(freed, {}, {62: FORGED}, {62: 1}),
        update(freed, {}, {62: FORGED}),
    ):
        one = judge(attacked)
        assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
        assert is_refused(attacked)


def _freed_and_listed(data: bytes) -> bytes:
    """A classic table that both frees a number and says where it is."""
    return update(data, {UNUSED: NEXT}, {UNUSED: FORGED})


def _freed_and_hidden(data: bytes) -> bytes:
    """A freed number's object lies beside the table."""
    return update(data, {UNUSED: NEXT}, unlisted=b"60 0 obj\n" + FORGED + b"\nendobj\n")


def _freed_and_redrawn(data: bytes) -> bytes:
    """Beside what is harmless, the page's content is another one."""
    return update(data, {UNUSED: NEXT}, {8: FORGED})


def _one_of_two(data: bytes) -> bytes:
    """Beside an unused one, a used one."""
    return update(data, {UNUSED: NEXT, 38: NEXT})


def _dead(data: bytes) -> bytes:
    """Freed in a way that has no meaning in an update: the next generation is 0."""
    return update(data, {UNUSED: 0})


@pytest.mark.parametrize(
    "make",
    [
        _freed_and_listed,
        _freed_and_hidden,
        _freed_and_redrawn,
        _one_of_two,
        _dead,
        functools.partial(freeing.hybrid, number=61),
        functools.partial(freeing.hybrid, number=8),
    ],
    ids=["listed", "hidden", "redrawn", "one-of-two", "dead", "hybrid", "hybrid-drawn"],
)
def test_more_than_freed(make: Callable[[bytes], bytes]) -> None:
    """Other things with it, or said in other places, are as suspicious as they were."""
    attacked = make(victim(packed=False))
    one = judge(attacked)
    assert (one.state, one.changes.kind) == (State.INVALID, Change.SUSPICIOUS), one.detail
    assert is_refused(attacked)


def _fields(more: bytes) -> bytes:
    body = rich.objects()[10]
    return body.replace(b"78 0 R]", b"78 0 R " + more + b"]", 1)


def _annotations(more: bytes) -> bytes:
    return rich.objects()[9][:-1] + b" " + more + b"]"


def test_the_victims_are_valid() -> None:
    """Without an update there is nothing to see; a harmless one is drawn as before."""
    for packed in (False, True):
        data = victim(packed)
        assert judge(data).state is State.VALID
        assert redrawing.pictures(update(data, {60: NEXT, 61: NEXT})) == redrawing.pictures(data)
