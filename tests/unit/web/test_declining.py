"""Declining, with a reason (P12)."""

from paraphe.domain.requests.model import RequestState
from tests.support.web_harness import Site
from tests.support.world import World, besides_tries
from tests.unit.web.conftest import Signer


def test_declining_ends_the_request(world: World, signer: Signer, site: Site) -> None:
    """A second time, or a look at the form, finds it ended."""
    page = signer.look("/decline")
    assert page.status == 200
    assert "Refuser définitivement" in page.body
    answer = signer.send("decline", {"reason": "Montant faux.", "phone_digits": signer.digits})
    assert answer.status == 303
    request = world.load(signer.ref)
    assert request.state is RequestState.DECLINED
    assert request.recipients[0].decline_reason == "Montant faux."
    assert site.observer.counted == ["RequestsDeclined"]
    assert "Vous avez refusé de signer" in signer.look().body
    assert signer.look("/decline").status == 303
    assert signer.send("decline", {"reason": "Encore", "phone_digits": signer.digits}).status == 410


def test_what_was_typed_is_kept(world: World, signer: Signer) -> None:
    """Each fault stands at its field, and changes nothing."""
    before = besides_tries(world.load(signer.ref))
    page = signer.send("decline", {"reason": "Un <b>motif</b>", "phone_digits": "9999"})
    assert page.status == 422
    assert "Un &lt;b&gt;motif&lt;/b&gt;</textarea>" in page.body
    assert 'id="phone_digits-error"' in page.body
    missing = signer.send("decline", {"reason": "  ", "phone_digits": signer.digits})
    assert missing.status == 422
    assert "Indiquez pourquoi vous ne voulez pas signer." in missing.body
    long = signer.send("decline", {"reason": "x" * 1001, "phone_digits": signer.digits})
    assert long.status == 422
    assert "1\u00a0000 caractères au plus." in long.body
    assert besides_tries(world.load(signer.ref)) == before


def test_who_has_signed_cannot_decline(world: World, signer: Signer) -> None:
    """A signature cannot be undone (P11)."""
    world.accept(signer.ref, signer.id)
    assert signer.look("/decline").status == 303
    answer = signer.send("decline", {"reason": "Non", "phone_digits": signer.digits})
    assert answer.status == 303
    assert world.load(signer.ref).state is RequestState.COMPLETING
