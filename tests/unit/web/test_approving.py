"""The pages of who approves and who only reads; without scripts, in both languages."""

import pytest

from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from tests.support.web_harness import Site
from tests.support.world import World, besides_tries
from tests.unit.web.conftest import Signer
from tests.unit.web.test_scanners import scan


@pytest.fixture
def approver(world: World, site: Site) -> Signer:
    """An approver whose turn it is; a signer comes after."""
    return _asked(world, site, Role.APPROVER)


@pytest.fixture
def viewer(world: World, site: Site) -> Signer:
    """A viewer who was given the link."""
    return _asked(world, site, Role.VIEWER)


def _asked(world: World, site: Site, role: Role) -> Signer:
    ref = world.draft(people=(2,))
    made = world.add_recipient(ref, order=1, number=7, role=role)
    world.launch(ref)
    world.run_actor(ref)
    return Signer(site, ref, made.id)


def test_an_approver_reads_and_approves(world: World, approver: Signer, site: Site) -> None:
    """One form: the sentence, the digits, a button that names the act; no code, no box."""
    page = approver.look()
    assert page.status == 200
    assert "vous demande d’approuver 1 document." in page.body
    assert "J’ai lu ce document et je l’approuve." in page.body
    assert "Approuver le document</button>" in page.body
    assert "SMS" not in page.body
    answer = approver.send("approve", {"phone_digits": approver.digits, "pages_seen": "1"})
    assert (answer.status, site.observer.counted) == (303, ["ApprovalsGiven"])
    world.run_actor(approver.ref)
    event = next(e for e in world.requests.events(approver.ref) if e.kind == "approval_given")
    assert event.actor.id == approver.id
    assert event.data["consent_text"] == "J’ai lu ce document et je l’approuve."
    assert event.data["documents_digest"] == world.load(approver.ref).documents_digest
    assert (event.data["pages_seen"], event.data["ip"]) == ("1", "192.0.2.7")
    after = approver.look()
    assert "Vous avez approuvé" in after.body
    assert "1 personne doit encore signer." in after.body
    again = approver.send("approve", {"phone_digits": approver.digits})
    assert again.status == 303
    assert approver.look("/decline").status == 303
    world.sign_all(approver.ref)
    assert "Télécharger lettre-0" in approver.look().body


def test_an_approver_declines_in_their_own_words(world: World, approver: Signer) -> None:
    """P12: the request ends; the page speaks of approving."""
    form = approver.look("/decline")
    assert "Refuser d’approuver" in form.body
    answer = approver.send("decline", {"reason": "Montant faux.", "phone_digits": approver.digits})
    assert answer.status == 303
    assert world.load(approver.ref).state is RequestState.DECLINED
    assert "Vous avez refusé d’approuver" in approver.look().body


def test_wrong_digits_are_told_at_their_field(world: World, approver: Signer) -> None:
    """P10: nothing is approved."""
    page = approver.send("approve", {"phone_digits": "9999"})
    assert page.status == 422
    assert 'id="phone_digits-error"' in page.body
    assert world.recipient(approver.ref, approver.id).state is RecipientState.NOTIFIED


@pytest.mark.parametrize("role", [Role.APPROVER, Role.VIEWER])
@pytest.mark.parametrize("junk", ["", "0001", "123456"])
def test_p10_a_scanner_changes_nothing(world: World, site: Site, role: Role, junk: str) -> None:
    """P10: it follows every link and posts every form."""
    asked = _asked(world, site, role)
    before = besides_tries(world.load(asked.ref))
    assert scan(site, asked.link, junk) >= 1
    assert besides_tries(world.load(asked.ref)) == before


def test_a_viewer_reads_and_may_say_so(world: World, viewer: Signer, site: Site) -> None:
    """Nobody waits for it; it is said once."""
    page = viewer.look()
    assert "vous donne 1 document à lire." in page.body
    assert "Ce n’est pas obligatoire" in page.body
    assert "/decline" not in page.body
    assert viewer.look("/decline").status == 303
    assert viewer.send("reading", {"phone_digits": viewer.digits}).status == 303
    assert site.observer.counted == ["ReadingsConfirmed"]
    assert world.recipient(viewer.ref, viewer.id).state is RecipientState.VIEWED
    after = viewer.look()
    assert "Vous avez confirmé votre lecture" in after.body
    assert "<form" not in after.body
    document = world.load(viewer.ref).documents[0]
    assert viewer.look(f"/read/{document.id}").status == 200


@pytest.mark.parametrize("act", ["consent", "code", "approve"])
def test_a_viewer_posts_what_is_not_theirs(world: World, viewer: Signer, act: str) -> None:
    """By hand, from another page: refused, with where things stand."""
    before = world.load(viewer.ref)
    form = {"agreed": "yes", "code": "123456", "phone_digits": viewer.digits}
    answer = viewer.send(act, form)
    assert answer.status == 409
    assert besides_tries(world.load(viewer.ref)) == besides_tries(before)


def test_in_english(approver: Signer) -> None:
    """The switch of languages."""
    page = approver.look("?lang=en")
    assert "asks you to approve 1 document." in page.body
    assert "I have read this document and I approve it." in page.body
