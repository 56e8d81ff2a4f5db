"""Numbers set free after a signature: harmless only when nothing leads, or ever led, to them."""

from __future__ import annotations

import io

import pytest

from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.trust_anchors import load_roots
from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import Ref
from paraphe.domain.trust.verdict import Change, Part, State
from tests.support import redrawing, rich, signed, strange_pdfs
from tests.support.freeing import CONTAINER, LENGTH, NEVER, NEXT, TABLE, update
from tests.unit.trust.attacks.freed import (
    GAPS,
    KINDS,
    UNUSED,
    assert_harmless,
    assert_seen,
    house,
    is_refused,
    judge,
    victim,
)


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


def test_the_victims_are_valid() -> None:
    """Without an update there is nothing to see; a harmless one is drawn as before."""
    for packed in (False, True):
        data = victim(packed)
        assert judge(data).state is State.VALID
        assert redrawing.pictures(update(data, {60: NEXT, 61: NEXT})) == redrawing.pictures(data)
