"""A signer's own attestation behind their link (P19)."""

from paraphe.domain.requests.recipient import Role
from tests.support.web_harness import Site
from tests.support.world import World
from tests.unit.web.conftest import Signer


def test_the_completed_page_leads_to_it(world: World, signer: Signer) -> None:
    """It is offered once it is there, and leads to this signer's file only."""
    assert signer.look("/attestation").status == 409
    world.sign_all(signer.ref)
    page = signer.look()
    assert "Télécharger votre attestation de signature" in page.body
    answer = signer.look("/attestation")
    assert answer.status == 303
    assert f"/attestation-{signer.id}.pdf" in answer.headers["location"]


def test_a_copy_has_none(world: World, site: Site) -> None:
    """Who only got a copy has signed nothing."""
    ref = world.launched(copies=1)
    world.sign_all(ref)
    (copy,) = (r for r in world.load(ref).recipients if r.role is Role.CC)
    visit = Signer(site, ref, copy.id)
    assert "/attestation" not in visit.look().body
    assert visit.look("/attestation").status == 409
