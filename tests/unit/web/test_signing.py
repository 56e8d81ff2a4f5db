"""From the consent to the signature, and what goes wrong on the way (P9, P11)."""

from datetime import timedelta

import pytest

from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import RecipientState
from tests.support.web_harness import Site
from tests.support.world import World, besides_tries
from tests.unit.web.conftest import Signer


def test_consent_then_code_signs(world: World, signer: Signer, site: Site) -> None:
    """The plain way, with a code typed in two groups."""
    answer = signer.consent()
    assert answer.status == 303
    assert answer.headers["location"] == f"../../{signer.link[1:]}"
    assert answer.headers["cache-control"] == "no-store"
    page = signer.look()
    assert 'autocomplete="one-time-code"' in page.body
    assert 'inputmode="numeric"' in page.body
    assert "5 essais restants." in page.body
    done = signer.send("code", {"code": f"{signer.code()[:3]} {signer.code()[3:]}"})
    assert done.status == 303
    assert world.load(signer.ref).state is RequestState.COMPLETING
    assert site.observer.counted == ["CodesRequested", "SignaturesAccepted"]
    assert site.observer.faults == []


def test_the_consent_is_kept_with_its_evidence(world: World, signer: Signer, site: Site) -> None:
    """The sentence as it was read, the address, the agent, cut and cleaned."""
    form = {"agreed": "yes", "phone_digits": signer.digits, "pages_seen": "1"}
    site.post(f"{signer.link}/consent?lang=en", form, headers={"user-agent": "Phone\x07" * 100})
    given = next(e for e in world.requests.events(signer.ref) if e.kind == "consent_given")
    assert given.data["ip"] == "192.0.2.7"
    assert given.data["consent_text"] == "I have read this document and I want to sign it."
    assert given.data["locale"] == "en"
    assert given.data["pages_seen"] == "1"
    assert given.data["pages"] == 1
    agent = str(given.data["user_agent"])
    assert len(agent) == 256
    assert agent.isprintable()


@pytest.mark.parametrize("said", ["", "2", "-1", "one", "99999999"])
def test_pages_that_cannot_have_been_shown_are_unknown(
    world: World, signer: Signer, site: Site, said: str
) -> None:
    """The document has one page: nothing else that a browser says is taken for a count (P19)."""
    form = {"agreed": "yes", "phone_digits": signer.digits, "pages_seen": said}
    site.post(f"{signer.link}/consent", form)
    events = {e.kind: e for e in world.requests.events(signer.ref)}
    assert events["consent_given"].data["pages_seen"] == "unknown"
    assert events["link_opened"].data["pages_seen"] == "unknown"
    assert "documents_viewed" not in events


def test_without_the_tick_nothing_happens_and_the_digits_are_kept(
    world: World, signer: Signer
) -> None:
    """No code without consent (P9)."""
    before = world.load(signer.ref)
    page = signer.send("consent", {"phone_digits": signer.digits})
    assert page.status == 422
    assert "Cochez la case pour continuer." in page.body
    assert 'aria-describedby="agreed-error"' in page.body
    assert f'value="{signer.digits}"' in page.body
    assert "<title>Erreur" in page.body
    assert world.load(signer.ref) == before


def test_wrong_digits_keep_the_tick(world: World, signer: Signer) -> None:
    """The fault stands at its field."""
    before = besides_tries(world.load(signer.ref))
    page = signer.send("consent", {"agreed": "yes", "phone_digits": "9999"})
    assert page.status == 422
    assert 'id="phone_digits-error"' in page.body
    assert " checked" in page.body
    assert besides_tries(world.load(signer.ref)) == before


def test_a_second_tap_on_consent_sends_no_second_code(world: World, signer: Signer) -> None:
    """One SMS."""
    form = {"agreed": "yes", "phone_digits": signer.digits}
    assert signer.send("consent", form).status == 303
    assert signer.send("consent", form).status == 303
    world.run_actor(signer.ref)
    assert len(world.sms.sent) == 1


def test_a_second_tap_on_sign_shows_the_signing_page(world: World, signer: Signer) -> None:
    """One signature."""
    signer.consent()
    form = {"code": signer.code()}
    assert signer.send("code", form).status == 303
    again = signer.send("code", form)
    assert again.status == 303
    assert "Votre signature est en cours" in signer.look().body
    world.run_actor(signer.ref)
    assert signer.send("code", form).status == 303
    assert len(world.signer.made) == 1


def test_a_wrong_code_tells_the_tries_left_and_is_not_shown_again(signer: Signer) -> None:
    """Everything is kept but the code."""
    signer.consent()
    wrong = "000000" if signer.code() != "000000" else "000001"
    page = signer.send("code", {"code": wrong})
    assert page.status == 422
    assert "Il vous reste 4 essais." in page.body
    assert 'aria-describedby="code-error code-tries"' in page.body
    assert f'value="{wrong}"' not in page.body


def test_a_code_that_cannot_be_one_is_not_a_try(signer: Signer) -> None:
    """Mistyping is not guessing."""
    signer.consent()
    page = signer.send("code", {"code": "12a"})
    assert page.status == 422
    assert "Le code comporte 6 chiffres." in page.body
    assert "5 essais restants." in page.body


def test_five_wrong_tries_lock_the_code_and_a_new_one_works(world: World, signer: Signer) -> None:
    """The right code comes too late (P9)."""
    signer.consent()
    right = signer.code()
    wrong = "000000" if right != "000000" else "000001"
    statuses = [signer.send("code", {"code": wrong}).status for _ in range(5)]
    assert statuses == [422, 422, 422, 422, 423]
    locked = signer.send("code", {"code": right})
    assert locked.status == 423
    assert "Ce code ne fonctionne plus" in locked.body
    world.now += timedelta(minutes=1)
    assert signer.send("consent", {"agreed": "yes"}).status == 303
    world.run_actor(signer.ref)
    assert signer.send("code", {"code": signer.code()}).status == 303
    assert world.recipient(signer.ref, signer.id).state is RecipientState.SIGNING


def test_an_old_code_is_gone(world: World, signer: Signer) -> None:
    """After 30 minutes, to the millisecond (P9)."""
    signer.consent()
    code = signer.code()
    world.now += timedelta(minutes=30)
    page = signer.send("code", {"code": code})
    assert page.status == 410
    assert "Votre code a expiré" in page.body
    assert "Recevoir un nouveau code" in page.body


def test_another_code_too_soon_then_at_most_five(world: World, signer: Signer) -> None:
    """30 seconds between two, five in all (P9)."""
    signer.consent()
    early = signer.send("consent", {"agreed": "yes"})
    assert early.status == 429
    assert "moins de 30 secondes" in early.body
    for _ in range(4):
        world.now += timedelta(minutes=1)
        assert signer.send("consent", {"agreed": "yes"}).status == 303
        world.run_actor(signer.ref)
    assert len(world.sms.sent) == 5
    world.now += timedelta(minutes=1)
    refused = signer.send("consent", {"agreed": "yes"})
    assert refused.status == 429
    assert "5 l’ont déjà été" in refused.body
    assert "Envoyer un autre code" not in refused.body
    assert signer.send("code", {"code": signer.code()}).status == 303


def test_with_the_last_code_too_old_only_the_sender_can_help(world: World, signer: Signer) -> None:
    """The page does not offer what cannot be."""
    signer.consent()
    for _ in range(4):
        world.now += timedelta(minutes=1)
        signer.send("consent", {"agreed": "yes"})
        world.run_actor(signer.ref)
    world.now += timedelta(minutes=31)
    page = signer.look()
    assert "Plus de code possible" in page.body
    assert "claire@cabinet.test" in page.body
    assert "Recevoir un nouveau code" not in page.body


def test_a_phone_that_is_refused(world: World, signer: Signer) -> None:
    """The signer is told whom to ask."""
    world.sms.refused.add(world.recipient(signer.ref, signer.id).phone or "")
    signer.consent()
    page = signer.look()
    assert "Le SMS n’a pas pu être envoyé" in page.body


def test_out_of_turn_a_posted_form_is_refused(world: World, site: Site) -> None:
    """The form was open when the request ended."""
    ref = world.launched(people=(1, 1))
    one = Signer(site, ref, world.signer_ids(ref)[0])
    one.consent()
    code = one.code()
    world.cancel(ref)
    page = one.send("code", {"code": code})
    assert page.status == 410
    assert "L’expéditeur a annulé la demande" in page.body
    assert one.consent().status == 410


def test_a_code_of_one_link_does_not_work_on_another(world: World, site: Site) -> None:
    """Nor does a field of the form choose whose it is."""
    ref = world.launched(people=(1, 1))
    one, two = (Signer(site, ref, i) for i in world.signer_ids(ref))
    one.consent()
    two.consent()
    page = two.send("code", {"code": one.code()})
    assert page.status == 422
    assert world.recipient(ref, two.id).state is RecipientState.CONSENTED
    other = one.send("code", {"code": one.code(), "token": two.link})
    assert other.status == 303
    assert world.recipient(ref, two.id).state is RecipientState.CONSENTED
