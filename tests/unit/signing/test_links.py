"""P9, P10, P12: what can be done behind a link, and what cannot."""

from datetime import timedelta

import pytest

from paraphe.domain.errors import InvalidError, LockedError, NotFoundError
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.evidence.events.signing import NO_PAGE
from paraphe.ports.requests import RecipientRef, RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import RecipientChange
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import (
    Consented,
    Decline,
    EnterCode,
    Entered,
    GiveConsent,
    Visit,
)
from tests.support.world import World, besides_tries


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


@pytest.fixture
def ref(world: World) -> RequestRef:
    """A launched request for two signers, one after the other."""
    return world.launched(people=(1, 2))


@pytest.fixture
def visit(world: World, ref: RequestRef) -> Visit:
    """The first signer before the page."""
    return world.visit(ref, world.signer_ids(ref)[0])


def _consent(world: World, visit: Visit, digits: str, *, agreed: bool = True) -> None:
    using(GiveConsent, world)(
        visit, Consented(agreed=agreed, phone_digits=digits, page=NO_PAGE), world.now
    )


def test_p10_opening_a_link_changes_nothing(world: World, ref: RequestRef) -> None:
    """P10: however often it is opened, by whomever."""
    before, trail = world.load(ref), world.requests.events(ref)
    for _ in range(20):
        world.visit(ref, world.signer_ids(ref)[0])
    assert world.load(ref) == before
    assert world.requests.events(ref) == trail


@pytest.mark.parametrize("digits", ["", "1", "00000", "9999", "+33639980000", "\u0660" * 4])
def test_p10_a_scanner_that_posts_forms_changes_nothing(
    world: World, ref: RequestRef, visit: Visit, digits: str
) -> None:
    """P10: the box is ticked and the form posted, but the phone's last digits are not known."""
    before = besides_tries(world.load(ref))
    with pytest.raises(InvalidError, match="phone_digits_wrong") as refused:
        _consent(world, visit, digits)
    assert refused.value.field == "phone_digits"
    with pytest.raises(InvalidError, match="phone_digits_wrong"):
        using(Decline, world)(visit, reason="x", phone_digits=digits, browser=UNSEEN, now=world.now)
    assert besides_tries(world.load(ref)) == before


def test_p9_the_box_has_to_be_ticked(world: World, ref: RequestRef, visit: Visit) -> None:
    """P9: no tick, no code."""
    before = world.load(ref)
    with pytest.raises(InvalidError, match="consent_missing"):
        _consent(world, visit, "0000", agreed=False)
    assert world.load(ref) == before


@pytest.mark.parametrize("digits", ["0000", " 00 00 ", "00-00"])
def test_p10_the_signer_knows_their_phone(world: World, visit: Visit, digits: str) -> None:
    """P10: people write digits in their own ways."""
    _consent(world, visit, digits)
    assert len(world.load(visit.ref.request).commands) == 1


def test_an_unknown_link(world: World, ref: RequestRef) -> None:
    """A token that never existed, one of another generation, one that a correction replaced."""
    signer = world.signer_ids(ref)[0]
    token_of = RecipientRef(ref.firm_id, ref.request_id, signer)
    old = world.links.token(token_of, 1)
    world.change(ref, signer, RecipientChange(name="Autre"))
    for token in (
        "",
        "x" * 43,
        world.links.token(token_of, 3),
        old,
        world.links.token(token_of, 2),
    ):
        with pytest.raises(NotFoundError, match="link_unknown"):
            sign_in_browser.open_link(world.requests, token)
    world.run_actor(ref)
    new = world.links.token(token_of, 2)
    assert sign_in_browser.open_link(world.requests, new).recipient.id == signer


def test_an_index_that_lags_behind_does_not_decide(
    world: World, ref: RequestRef, visit: Visit
) -> None:
    """A GSI finds, it never decides: the replaced link is unknown though the index still has it."""
    old = visit.recipient.link_hash or ""
    world.requests.stale_links[old] = visit.ref
    world.change(ref, visit.recipient.id, RecipientChange(name="Autre"))
    for _ in range(2):
        with pytest.raises(NotFoundError, match="link_unknown"):
            sign_in_browser.open_link(world.requests, world.links.token(visit.ref, 1))
        world.run_actor(ref)


def test_p5_a_link_before_its_turn_does_not_exist(world: World, ref: RequestRef) -> None:
    """P5: nobody can open a link that was not sent yet."""
    second = world.signer_ids(ref)[1]
    with pytest.raises(NotFoundError, match="link_unknown"):
        world.visit(ref, second)


def test_p6_a_page_that_was_open_during_a_correction_is_dead(
    world: World, ref: RequestRef, visit: Visit
) -> None:
    """P6: who read the wrong address' mail cannot go on after the correction."""
    world.consent(ref, visit.recipient.id)
    world.run_actor(ref)
    stale = world.visit(ref, visit.recipient.id)
    code = world.code(ref, visit.recipient.id)
    world.change(ref, visit.recipient.id, RecipientChange(email="juste@client.test"))
    world.run_actor(ref)
    before = world.load(ref)
    with pytest.raises(NotFoundError, match="link_unknown"):
        _consent(world, stale, "0000")
    with pytest.raises(NotFoundError, match="link_unknown"):
        _enter(world, stale, code)
    with pytest.raises(NotFoundError, match="link_unknown"):
        using(Decline, world)(stale, reason="x", phone_digits="0000", browser=UNSEEN, now=world.now)
    assert world.load(ref) == before


def _enter(world: World, visit: Visit, code: str) -> None:
    using(EnterCode, world)(visit, Entered(code, UNSEEN), world.now)


@pytest.mark.parametrize("code", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "-12345"])
def test_p9_what_is_no_code_is_not_counted(
    world: World, ref: RequestRef, visit: Visit, code: str
) -> None:
    """P9: a slip of the thumb costs no try."""
    world.consent(ref, visit.recipient.id)
    world.run_actor(ref)
    before = world.load(ref)
    with pytest.raises(InvalidError, match="code_malformed"):
        _enter(world, visit, code)
    assert world.load(ref) == before


def test_p9_a_code_with_spaces_is_the_code(world: World, ref: RequestRef, visit: Visit) -> None:
    """P9: some phones paste it in two halves."""
    world.consent(ref, visit.recipient.id)
    world.run_actor(ref)
    code = world.code(ref, visit.recipient.id)
    _enter(world, visit, f" {code[:3]} {code[3:]}\n")
    assert world.recipient(ref, visit.recipient.id).state == "signing"


def test_p9_wrong_codes_are_told_and_counted(world: World, ref: RequestRef, visit: Visit) -> None:
    """P9: "n tries left", then the code is void, then another one works."""
    signer = visit.recipient.id
    world.consent(ref, signer)
    world.run_actor(ref)
    wrong = f"{(int(world.code(ref, signer)) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        with pytest.raises(InvalidError, match=f"code_wrong: Wrong code; {left} tries left"):
            _enter(world, visit, wrong)
    for _ in range(2):
        with pytest.raises(LockedError, match="code_void"):
            _enter(world, visit, wrong)
    with pytest.raises(LockedError, match="code_void"):
        _enter(world, visit, world.code(ref, signer))
    world.sign(ref, signer)
    assert world.recipient(ref, signer).state == "signed"


def test_p9_another_signers_code_is_wrong(world: World) -> None:
    """P9: a code belongs to its signer."""
    ref = world.launched(people=(1, 1))
    first, second = world.signer_ids(ref)
    for signer in (first, second):
        world.consent(ref, signer)
        world.run_actor(ref)
    with pytest.raises(InvalidError, match="code_wrong"):
        world.enter(ref, first, world.code(ref, second))


def test_p9_another_requests_code_is_wrong(world: World) -> None:
    """P9: a code belongs to its documents."""
    refs = [world.launched(), world.launched()]
    for ref in refs:
        world.consent(ref, world.signer_ids(ref)[0])
        world.run_actor(ref)
    with pytest.raises(InvalidError, match="code_wrong"):
        world.enter(
            refs[0], world.signer_ids(refs[0])[0], world.code(refs[1], world.signer_ids(refs[1])[0])
        )


@pytest.mark.parametrize(
    ("reason", "code"),
    [("", "reason_missing"), (" \n", "reason_missing"), ("x" * 1001, "reason_too_long")],
)
def test_p12_declining_takes_a_reason(
    world: World, ref: RequestRef, visit: Visit, reason: str, code: str
) -> None:
    """P12: one of at most 1,000 characters."""
    before = world.load(ref)
    with pytest.raises(InvalidError, match=code) as refused:
        world.decline(ref, visit.recipient.id, reason)
    assert refused.value.field == "reason"
    assert world.load(ref) == before


def test_p13_a_signer_can_take_their_time(world: World, ref: RequestRef) -> None:
    """P13: consent on the first day, a new code on the last: nothing but the deadline hurries."""
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    world.run_actor(ref)
    world.now += timedelta(days=14, hours=23)
    world.sign(ref, signer)
    assert world.recipient(ref, signer).state == "signed"
    assert world.kinds(ref).count("consent_given") == 1
