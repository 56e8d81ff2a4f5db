"""Choosing how the visible mark looks: offered, kept, frozen, told (P8, P11, P16)."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.evidence.events.signing import SignatureAccepted
from paraphe.domain.requests.recipient import MarkKind, Placement, Role
from paraphe.domain.signing import visible_marks
from paraphe.domain.trust.signatures import Raster, Strokes, Typed
from tests.unit.web.conftest import Signer

if TYPE_CHECKING:
    from paraphe.domain.trust.signatures import Look
    from tests.support.web_harness import Site
    from tests.support.world import World

STROKES = "10,20 300,40 590,290;5,5"
PIXELS = visible_marks.raster_bytes(Raster(400, 160, bytes((10, 20, 250, 255)) * 64_000))
CHOICES: list[tuple[dict[str, str], bytes, Look]] = [
    ({"mark": "typed", "typed": "Z. Ł."}, "Z. Ł.".encode(), Typed("Z. Ł.")),
    (
        {"mark": "drawn", "strokes": STROKES},
        STROKES.encode(),
        Strokes((((10, 20), (300, 40), (590, 290)), ((5, 5),))),
    ),
    (
        {"mark": "image", "picture": base64.b64encode(PIXELS).decode()},
        PIXELS,
        Raster(400, 160, PIXELS[8:]),
    ),
]


@pytest.fixture
def placed(world: World, site: Site) -> Signer:
    """A signer whose signature shows on the first of two documents."""
    ref = world.draft(people=(), files=2)
    document = world.load(ref).documents[0]
    at = Placement(document.id, 1, 50, 50, 200, 60)
    made = world.add_recipient(ref, order=1, placements=(at,))
    world.launch(ref)
    world.run_actor(ref)
    return Signer(site, ref, made.id)


@pytest.mark.parametrize(("form", "content", "look"), CHOICES)
def test_a_choice_is_stored_frozen_told_and_drawn(
    world: World, placed: Signer, form: dict[str, str], content: bytes, look: Look
) -> None:
    """Bytes before the pointer, kind and hash in the trail, drawn where it shows."""
    placed.consent()
    assert placed.send("code", {"code": placed.code(), **form}).status == 303
    digest = hashlib.sha256(content).hexdigest()
    kept = world.recipient(placed.ref, placed.id).mark
    assert kept is not None
    assert (kept.kind, kept.sha256) == (MarkKind(form["mark"]), digest)
    assert kept.key.startswith(f"active/{placed.ref.firm_id}/{placed.ref.request_id}/marks/")
    assert world.files.objects[kept.key] == content
    told = next(e for e in world.requests.events(placed.ref) if e.kind == "signature_accepted")
    accepted = told.as_a(SignatureAccepted)
    assert accepted is not None
    assert (accepted.mark, accepted.mark_sha256) == (form["mark"], digest)
    assert form.get("typed", "nothing") not in str(told.data)
    world.run_actor(placed.ref)
    assert sorted(world.signer.looks, key=str) == sorted([look, None], key=str)
    assert kept.key not in world.files.objects  # erased with the request's files


def test_nothing_chosen_is_name_and_date(world: World, placed: Signer) -> None:
    """The default; the trail says so."""
    placed.consent()
    placed.send("code", {"code": placed.code(), "mark": "name", "typed": "Zoé"})
    assert world.recipient(placed.ref, placed.id).mark is None
    told = next(e for e in world.requests.events(placed.ref) if e.kind == "signature_accepted")
    assert told.data["mark"] == "name"
    assert not [key for key in world.files.objects if "/marks/" in key]


def test_a_wrong_code_keeps_the_choice_and_stores_nothing(world: World, placed: Signer) -> None:
    """All of it is in the form again."""
    placed.consent()
    wrong = "000000" if placed.code() != "000000" else "000001"
    form = {"mark": "drawn", "strokes": STROKES, "typed": "Z. Ł.", "picture": "abcd"}
    page = placed.send("code", {"code": wrong, **form})
    assert page.status == 422
    for value in (STROKES, "Z. Ł.", "abcd"):
        assert f'value="{value}"' in page.body
    assert 'value="drawn" checked' in page.body
    assert '<details class="look" open' in page.body
    assert not [key for key in world.files.objects if "/marks/" in key]


def test_a_bad_choice_is_said_at_once_and_costs_no_try(world: World, placed: Signer) -> None:
    """Before the code is looked at."""
    placed.consent()
    before = world.load(placed.ref)
    page = placed.send("code", {"code": placed.code(), "mark": "drawn", "strokes": "DROP"})
    assert page.status == 422
    assert 'id="mark-error"' in page.body
    assert "Ce dessin n’a pas pu être lu." in page.body
    assert 'value="drawn" checked aria-describedby="mark-error"' in page.body
    assert world.load(placed.ref) == before


def test_a_second_click_changes_nothing(world: World, placed: Signer) -> None:
    """P11: frozen with the acceptance, whatever is posted later."""
    placed.consent()
    code = placed.code()
    placed.send("code", {"code": code, "mark": "typed", "typed": "Z."})
    first = world.recipient(placed.ref, placed.id).mark
    for later in ({"mark": "typed", "typed": "Other"}, {"mark": "drawn", "strokes": "DROP"}):
        assert placed.send("code", {"code": code, **later}).status == 303
    assert world.recipient(placed.ref, placed.id).mark == first


def test_a_posted_form_that_is_far_too_large_is_not_read(world: World, placed: Signer) -> None:
    """The page says what it misses; nothing is stored."""
    placed.consent()
    form = {"code": placed.code(), "mark": "image", "picture": "A" * 600_000}
    assert placed.send("code", form).status == 422
    assert world.recipient(placed.ref, placed.id).mark is None


def test_who_has_no_placement_sees_and_sends_none_of_it(world: World, signer: Signer) -> None:
    """P8: the signature is invisible."""
    signer.consent()
    assert "data-look" not in signer.look().body
    form = {"code": signer.code(), "mark": "typed", "typed": "Z."}
    assert signer.send("code", form).status == 303
    assert world.recipient(signer.ref, signer.id).mark is None
    told = next(e for e in world.requests.events(signer.ref) if e.kind == "signature_accepted")
    assert "mark" not in told.data


def test_the_choice_is_offered_in_the_readers_language(placed: Signer) -> None:
    """With the code, French first."""
    placed.consent()
    assert "L’apparence de votre signature" in placed.look().body
    assert "How your signature looks" in placed.look("?lang=en").body
    assert 'maxlength="60"' in placed.look().body


def test_a_new_code_asks_again(world: World, placed: Signer) -> None:
    """The choice goes with the code that accepts."""
    placed.consent()
    world.now += timedelta(minutes=31)
    assert "data-look" not in placed.look().body
    placed.consent()
    placed.send("code", {"code": placed.code(), "mark": "typed", "typed": "Z."})
    kept = world.recipient(placed.ref, placed.id).mark
    assert kept is not None
    assert kept.kind is MarkKind.TYPED


def test_a_seal_has_no_choice(world: World) -> None:
    """The firm's stamp is the firm's."""
    ref = world.draft()
    signer = world.load(ref).recipients[0]
    assert signer.role is Role.SIGNER
    assert not visible_marks.may_choose(signer)
