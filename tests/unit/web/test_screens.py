"""What a link shows, state by state."""

from dataclasses import replace
from datetime import timedelta

from paraphe.domain.requests import failures
from paraphe.domain.requests.recipient import Role
from paraphe.domain.signing.links import link_hash
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import ReplaceRecipient
from tests.support.web_harness import Site
from tests.support.world import World, person


def test_the_documents_come_with_pictures_texts_consent_and_deadline(
    world: World, site: Site
) -> None:
    """The page of a signer in turn."""
    ref = world.draft(files=2)
    world.add_document(ref, "annexe.pdf", pages=3)
    world.launch(ref)
    world.run_actor(ref)
    page = site.get(site.link(ref, world.signer_ids(ref)[0]))
    assert page.status == 200
    assert page.body.count("<img ") == 5
    assert page.body.count('loading="lazy"') == 5
    assert 'width="595" height="842"' in page.body
    assert page.body.count("Texte de la page") == 5
    assert "J’ai lu ces 3 documents et je veux les signer." in page.body
    assert "4 avril 2026 à 11:30 (heure de Paris)" in page.body  # P14: summer time by then
    assert "img-src 'self' https://documents.test;" in page.headers["content-security-policy"]


def test_text_of_pages_is_shown_as_text(world: World, site: Site) -> None:
    """A stranger's PDF cannot put markup into our page."""
    ref = world.launched()
    for key in [k for k in world.files.objects if k.endswith(".json")]:
        world.files.objects[key] = b"<script>alert(1)</script>"
    page = site.get(site.link(ref, world.signer_ids(ref)[0]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.body
    assert "<script>alert" not in page.body


def test_many_pages_are_read_in_parts(world: World, site: Site) -> None:
    """40 at once; the rest on pages of their own."""
    ref = world.draft(files=0)
    world.add_document(ref, "long.pdf", pages=95)
    world.launch(ref)
    world.run_actor(ref)
    link = site.link(ref, world.signer_ids(ref)[0])
    first = site.get(link)
    assert first.body.count("<img ") == 40
    document = world.load(ref).documents[0]
    assert f"/read/{document.id}?page=41" in first.body
    last = site.get(f"{link}/read/{document.id}?page=81")
    assert last.status == 200
    assert last.body.count("<img ") == 15
    assert "Page 95 sur 95" in last.body
    odd = site.get(f"{link}/read/{document.id}?page=0x41")
    assert "Page 1 sur 95" in odd.body
    assert site.get(f"{link}/read/doc_00000000nothere").status == 404


def test_waiting_for_the_code_looks_again_by_itself(world: World, site: Site) -> None:
    """Soon at first, then less often."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    page = site.get(site.link(ref, signer))
    assert page.status == 200
    assert "Votre code est en route" in page.body
    assert 'http-equiv="refresh" content="2; url=' in page.body
    world.now += timedelta(minutes=2)
    assert 'http-equiv="refresh" content="15; url=' in site.get(site.link(ref, signer)).body


def test_signing_then_signed_then_everybody_has(world: World, site: Site) -> None:
    """One link through the whole life of a request (P17)."""
    ref = world.launched(people=(1, 2))
    one, two = world.signer_ids(ref)
    link = site.link(ref, one)
    world.accept(ref, one)
    assert "Votre signature est en cours" in site.get(link).body
    world.run_actor(ref)
    assert "1 personne doit encore signer." in site.get(link).body
    world.sign(ref, two)
    page = site.get(link)
    assert page.status == 200
    assert "Tout le monde a signé" in page.body
    assert "20 avril 2026 à 11:30 (heure de Paris)" in page.body
    document = world.load(ref).documents[0]
    answer = site.get(f"{link}/documents/{document.id}")
    assert answer.status == 303
    assert answer.headers["location"].startswith("https://documents.test/retained/")
    assert "lettre-0-signed.pdf" in answer.headers["location"]


def test_who_gets_a_copy_can_download_at_the_end(world: World, site: Site) -> None:
    """A cc recipient has a link, too (P17)."""
    ref = world.launched(copies=1)
    world.sign_all(ref)
    copy = next(r for r in world.load(ref).recipients if r.role is Role.CC)
    page = site.get(site.link(ref, copy.id))
    assert page.status == 200
    assert "Les documents signés" in page.body
    assert f"/documents/{world.load(ref).documents[0].id}" in page.body


def test_nothing_can_be_downloaded_before_the_end(world: World, site: Site) -> None:
    """No partly signed file ever leaves (P12)."""
    ref = world.launched(people=(1, 2))
    one = world.signer_ids(ref)[0]
    world.sign(ref, one)
    document = world.load(ref).documents[0]
    answer = site.get(f"{site.link(ref, one)}/documents/{document.id}")
    assert answer.status == 409
    assert "location" not in answer.headers
    assert "quand tout le monde aura signé" in answer.body


def test_from_the_end_of_retention_on_everything_is_410(world: World, site: Site) -> None:
    """To the millisecond (P16)."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.sign_all(ref)
    link = site.link(ref, signer)
    until = world.load(ref).retention_until
    assert until is not None
    document = world.load(ref).documents[0]
    world.now = until - timedelta(milliseconds=1)
    assert site.get(f"{link}/documents/{document.id}").status == 303
    world.now = until
    assert site.get(f"{link}/documents/{document.id}").status == 410
    page = site.get(link)
    assert page.status == 410
    assert "Les documents ont été effacés" in page.body


def test_the_deadline_itself_is_too_late(world: World, site: Site) -> None:
    """To the millisecond, before and after the actor has noticed (P14)."""
    ref = world.launched()
    link = site.link(ref, world.signer_ids(ref)[0])
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - timedelta(milliseconds=1)
    assert site.get(link).status == 200
    world.now = deadline
    page = site.get(link)
    assert page.status == 410
    assert "Le délai pour signer est dépassé" in page.body
    world.run_actor(ref)
    assert site.get(link).status == 410


def test_declined_by_another_tells_neither_who_nor_why(world: World, site: Site) -> None:
    """That is for the sender (P12)."""
    ref = world.launched(people=(1, 1))
    one, two = world.signer_ids(ref)
    world.decline(ref, two, "Le montant est faux")
    page = site.get(site.link(ref, one))
    assert page.status == 410
    assert "La demande est close" in page.body
    assert "montant" not in page.body
    assert world.recipient(ref, two).name not in page.body
    mine = site.get(site.link(ref, two))
    assert mine.status == 200
    assert "Vous avez refusé de signer" in mine.body


def test_canceled(world: World, site: Site) -> None:
    """Nothing is left to do."""
    ref = world.launched()
    link = site.link(ref, world.signer_ids(ref)[0])
    world.cancel(ref)
    page = site.get(link)
    assert page.status == 410
    assert "L’expéditeur a annulé la demande" in page.body


def test_failed_says_that_nothing_is_lost(world: World, site: Site) -> None:
    """A failed request can be resumed."""
    ref = world.launched()
    before = world.load(ref)
    world.requests.commit(before, failures.fail(before, "sign", world.now))
    page = site.get(site.link(ref, world.signer_ids(ref)[0]))
    assert page.status == 200
    assert "Rien n’est perdu" in page.body


def test_not_your_turn(world: World, site: Site) -> None:
    """The documents are not shown before (P5)."""
    ref = world.launched(people=(1, 2))
    early = world.signer_ids(ref)[1]
    _give_link(world, ref, early, site)
    page = site.get(site.link(ref, early))
    assert page.status == 200
    assert "Ce n’est pas encore votre tour" in page.body
    assert "<img" not in page.body


def _give_link(world: World, ref: RequestRef, recipient_id: str, site: Site) -> None:
    """Store the hash of a link that is not sent yet, as a reordering after the mail leaves it."""
    request = world.load(ref)
    token = site.link(ref, recipient_id).removeprefix("/s/")
    changed = tuple(
        replace(r, link_hash=link_hash(token)) if r.id == recipient_id else r
        for r in request.recipients
    )
    world.requests.stored[ref] = replace(request, recipients=changed)


def test_replaced(world: World, site: Site) -> None:
    """The old link says so, and shows nothing (P6)."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    link = site.link(ref, signer)
    using(ReplaceRecipient, world)(world.principal, ref, signer, person(7), world.now)
    page = site.get(link)
    assert page.status == 410
    assert "Une autre personne signe à votre place" in page.body


def test_a_link_that_never_existed(site: Site) -> None:
    """Nothing is known of its reader but the browser's language."""
    page = site.get("/s/never-was")
    assert page.status == 404
    assert "Ce lien ne fonctionne pas" in page.body
    english = site.get("/s/never-was", headers={"accept-language": "en-GB,en;q=0.9"})
    assert "This link does not work" in english.body
