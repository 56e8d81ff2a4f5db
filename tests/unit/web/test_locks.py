"""What people see when guesses or costs are bounded: until when, and what they can do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import RecipientState
from tests.support.web_harness import Site
from tests.support.world import FIRM, World
from tests.unit.web.conftest import Signer


def _lock(signer: Signer, what: str = "decline") -> list[int]:
    form = {"reason": "x", "agreed": "yes"}
    return [signer.send(what, {**form, "phone_digits": f"999{n}"}).status for n in range(5)]


@pytest.mark.parametrize("what", ["consent", "decline"])
def test_a_locked_link_says_until_when_and_what_to_do(
    world: World, signer: Signer, what: str
) -> None:
    """In French, in Paris time, with the sender's address; the documents can still be read."""
    assert _lock(signer, what) == [422, 422, 422, 422, 423]
    form = {"reason": "x", "agreed": "yes", "phone_digits": signer.digits}
    page = signer.send(what, form)
    assert page.status == 423
    assert "Ce lien est bloqué pour un temps" in page.body
    assert "20 mars 2026 à 10:45 (heure de Paris)" in page.body
    assert "claire@cabinet.test" in page.body
    assert 'name="phone_digits"' not in page.body
    assert "<img src=" in page.body
    looked = signer.look()
    assert (looked.status, "bloqué" in looked.body) == (200, True)
    assert "bloqué" not in signer.look("/decline").body
    assert 'name="reason"' not in signer.look("/decline").body
    assert world.load(signer.ref).state is RequestState.ACTIVE
    assert world.sms.sent == []


def test_in_english_too(world: World, signer: Signer) -> None:
    """By the switch."""
    _lock(signer)
    page = signer.look("?lang=en")
    assert "This link is locked for a time" in page.body
    assert "20 March 2026 at 10:45 (Paris time)" in page.body
    assert world.load(signer.ref).state is RequestState.ACTIVE


def test_after_the_lock_the_signer_goes_on(world: World, signer: Signer) -> None:
    """Nothing is lost."""
    _lock(signer)
    world.now += timedelta(minutes=15)
    assert 'name="phone_digits"' in signer.look().body
    assert signer.consent().status == 303
    assert signer.send("code", {"code": signer.code()}).status == 303


def test_who_has_begun_is_not_locked_out_by_somebody_else(
    world: World, signer: Signer, site: Site
) -> None:
    """The browser that passed is known: a robot with the same link cannot stop it."""
    signer.consent()
    robot = Signer(site, signer.ref, signer.id)
    assert _lock(robot)[-1] == 423
    assert robot.send("code", {"code": signer.code(), "phone_digits": signer.digits}).status == 423
    assert "bloqué" not in signer.look().body
    assert signer.send("code", {"code": signer.code()}).status == 303
    assert world.recipient(signer.ref, signer.id).state is RecipientState.SIGNING


def test_guessing_the_digits_costs_no_try_of_the_code(
    world: World, signer: Signer, site: Site
) -> None:
    """Nor does a code that cannot be one cost a try of the digits."""
    signer.consent()
    robot = Signer(site, signer.ref, signer.id)
    robot.send("code", {"code": signer.code(), "phone_digits": "9991"})
    assert world.load(signer.ref).challenges[0].tries == 0
    before = world.load(signer.ref)
    assert robot.send("code", {"code": "12", "phone_digits": "9992"}).status == 422
    assert world.load(signer.ref) == before


def test_a_number_gets_so_many_sms_a_day(world: World, site: Site) -> None:
    """Over all requests; the page says from when on, and what to do meanwhile."""
    for _ in range(Sending().sms_per_number):
        ref = world.launched()
        assert Signer(site, ref, world.signer_ids(ref)[0]).consent().status == 303
    ref = world.launched()
    late = Signer(site, ref, world.signer_ids(ref)[0])
    page = late.send("consent", {"agreed": "yes", "phone_digits": late.digits})
    assert page.status == 429
    assert "Le nombre maximal de SMS du jour est atteint" in page.body
    assert "21 mars 2026 à 01:00 (heure de Paris)" in page.body
    assert len(world.sms.sent) == Sending().sms_per_number
    assert world.recipient(ref, late.id).state is RecipientState.NOTIFIED
    assert "code_requested" not in world.kinds(ref)
    world.now += timedelta(days=1)
    assert late.consent().status == 303


def test_a_firm_sends_so_many_sms_a_day(world: World, site: Site) -> None:
    """Its own setting; another click while a code is on its way takes none."""
    world.firms.save(replace(FIRM, sending=Sending(sms_per_day=1)))
    ref = world.launched(people=(1, 1))
    first, second = (Signer(site, ref, signer) for signer in world.signer_ids(ref))
    form = {"agreed": "yes", "phone_digits": first.digits}
    assert [first.send("consent", form).status for _ in range(3)] == [303] * 3
    world.run_actor(ref)
    form = {"agreed": "yes", "phone_digits": second.digits}
    assert second.send("consent", form).status == 429
    assert len(world.sms.sent) == 1


def test_a_reason_that_hides_something_is_told(signer: Signer) -> None:
    """What was typed stays in the field; nothing is declined."""
    page = signer.send("decline", {"reason": "Non\u202e", "phone_digits": signer.digits})
    assert page.status == 422
    assert "caractères invisibles" in page.body
    missing = signer.send("decline", {"reason": "\u200b\u200b", "phone_digits": signer.digits})
    assert "Indiquez pourquoi" in missing.body
