"""The pages of the evidence: in words, in both languages, in Paris time."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paraphe import domain
from paraphe.adapters.evidence import wording
from paraphe.adapters.evidence.event_words import EARLIER, STEPS
from paraphe.adapters.evidence.refusal_words import REFUSALS
from paraphe.domain import times
from paraphe.domain.evidence import account, events, statements
from paraphe.domain.evidence.account import About
from paraphe.domain.evidence.audit import SYSTEM, Actor, Event
from paraphe.domain.evidence.events import kinds
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests.inspection import RefusalReason
from paraphe.usecases import using
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import GiveConsent
from tests.support.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.ports.requests import RequestRef

ABOUT = About({"name": "paraphe", "version": "0.1.0"}, "2.25.1")


def _made() -> Iterator[str]:
    """The name of every class that a rule calls: what it makes, events among it."""
    rules = Path(domain.__file__).parent
    for path in sorted(rules.rglob("*.py")):
        if path.parent == Path(events.__file__).parent:
            continue
        # A class may be chosen first and called then: whatever a rule names counts.
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield from (node.id for node in ast.walk(tree) if isinstance(node, ast.Name))


def test_every_event_is_told_in_words() -> None:
    """No kind that a rule writes is left as a code word, and no words are left over."""
    assert set(STEPS) == set(kinds.WRITTEN.values())
    assert set(EARLIER) == set(kinds.EARLIER.values())


def test_every_kind_is_written_by_a_rule() -> None:
    """What only trails of earlier versions have is kept apart, and written by none."""
    made = set(_made())
    assert {kind.__name__ for kind in kinds.WRITTEN.values()} <= made
    assert not {kind.__name__ for kind in kinds.EARLIER.values()} & made


def _told() -> list[str]:
    world = World()
    ref = world.launched(people=(1, 2), copies=1)
    world.sign_all(ref)
    request = world.load(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    return [paragraph.text for paragraph in wording.paragraphs(told)]


def test_what_was_removed_is_told_with_the_consent() -> None:
    """P4, P19: the kinds, when that was allowed, and why the file was refused before."""
    world = World()
    ref = world.launched()
    request = world.load(ref)
    document = replace(request.documents[0], removed=("javascript", "open_action"))
    request = replace(request, documents=(document,))
    data = {"document": document.id}
    at = world.now
    refused = Event(
        ref.request_id, 1, at, "document_refused", SYSTEM, {**data, "reason": "javascript"}, "", ""
    )
    allowed = Event(ref.request_id, 2, at, "removal_allowed", Actor("sender", "x"), data, "", "")
    told = account.build(request, (refused, allowed), {}, ABOUT, world.now)
    assert told["documents"][0]["removed"] == {
        "kinds": ["javascript", "open_action"],
        "allowed_at": times.to_text(at),
    }
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert any("scripts, action exécutée à l’ouverture du fichier" in line for line in lines)
    assert any("as had been allowed in its sender’s name on" in line for line in lines)
    assert any("Retrait des scripts et actions autorisé" in line for line in lines)
    assert any("Document refusé (" in line and "scripts" in line for line in lines)


def test_that_an_e_mail_did_not_arrive_is_told_with_the_name() -> None:
    """P19: in both languages, of whom."""
    world = World()
    ref = world.launched()
    world.deliver()
    world.bounce(ref, world.mailer.sent[0])
    world.sign_all(ref)
    request = world.load(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert any("E-mail non remis (Signataire 0) – Paraphe" in line for line in lines)
    assert any("E-mail not delivered (Signataire 0) – Paraphe" in line for line in lines)


def test_every_refusal_is_told_in_words() -> None:
    """No reason is left as a code word, and no words are left over."""
    assert set(REFUSALS) == set(RefusalReason)


def test_it_is_told_in_french_and_then_in_english() -> None:
    """P25: both whole, French first."""
    lines = _told()
    french, english = lines.index("Dossier de preuve"), lines.index("Evidence file")
    assert french == 0 < english
    assert len(lines) == 2 * english
    assert any("Consentement donné" in line for line in lines[:english])
    assert any("Consent given" in line for line in lines[english:])


def test_people_read_names_and_the_time_of_paris() -> None:
    """P14: who signed is named, not numbered, and instants are labelled."""
    lines = _told()
    signed = [line for line in lines if line.startswith(("Signature de ", "Signature of "))]
    assert signed
    assert not [line for line in signed if "rcp_" in line]
    assert all("(UTC+0" in line for line in signed)


def _batch(*, confirmed: bool) -> list[str]:
    world = World()
    member, ref = world.member(Capability.SEAL), world.batch(files=2)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    if confirmed:
        world.confirm_seal(ref, member, world.seal_code(ref))
    else:
        world.cancel(ref)
    request = world.run_actor(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    return [paragraph.text for paragraph in wording.paragraphs(told)]


def test_p21_of_a_batch_the_pages_say_who_had_it_sealed() -> None:
    """P21, P23: a seal and no signature, whose code confirmed it, and no signer who saw it."""
    lines = _batch(confirmed=True)
    assert "Outcome: sealed by the firm" in lines
    assert any(line.startswith("Asked for: Claire Exemple (mbr_") for line in lines)
    assert any("to +33639980001; verified 20/03/2026" in line for line in lines)
    assert any(line.startswith("Confirmed by the code: ") for line in lines)
    assert sum(line.startswith("Seal of Cabinet Exemple") for line in lines) == 2
    assert not any(line.startswith("Signature of") or "signers" in line for line in lines)
    assert any("seal accepted" in line and "Claire Exemple" in line for line in lines)
    assert statements.BATCH_STATEMENT["en"] in lines


def test_of_a_batch_that_nobody_confirmed_nothing_is_claimed() -> None:
    """P21: canceled, not affixed, confirmed by nobody."""
    lines = _batch(confirmed=False)
    assert statements.UNCONFIRMED_STATEMENT["fr"] in lines
    assert any("not affixed" in line for line in lines)
    assert not any(line.startswith(("Confirmed by", "Affixed", "Seal of")) for line in lines)


def _seen(pages_seen: str, pages: int) -> tuple[World, RequestRef, dict[str, Any]]:
    """The account of a request whose signer's page said this of itself."""
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    visit = world.visit(ref, signer)
    using(GiveConsent, world)(
        visit,
        sign_in_browser.Consented(
            agreed=True,
            phone_digits=(visit.recipient.phone or "")[-4:],
            page=ConsentPage(
                browser=Browser(ip="192.0.2.7", user_agent="Phone"),
                pages_seen=pages_seen,
                pages=pages,
            ),
        ),
        world.now,
    )
    world.run_actor(ref)
    world.enter(ref, signer, world.code(ref, signer))
    request = world.run_actor(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    return world, ref, account.build(request, events, {}, ABOUT, world.now)


@pytest.mark.parametrize(
    ("seen", "french", "english"),
    [
        ("2", "Pages affichées, selon le navigateur\u00a0: 2 sur 3", "browser said: 2 of 3"),
        (
            "unknown",
            "Pages affichées\u00a0: inconnu sur 3 (le navigateur ne l’a pas indiqué)",
            "Pages shown: unknown of 3 (the browser did not say)",
        ),
    ],
)
def test_pages_seen_stand_in_the_pages_and_in_the_attestation(
    seen: str, french: str, english: str
) -> None:
    """What was measured, or that it was not: never more than that (P19)."""
    _, _, told = _seen(pages_seen=seen, pages=3)
    (person,) = told["recipients"]
    assert (person["consent"]["pages_seen"], person["consent"]["pages"]) == (seen, 3)
    for part in (told, account.excerpt(told, person["id"])):
        lines = [paragraph.text for paragraph in wording.paragraphs(part)]
        assert french in lines
        assert any(english in line for line in lines)


def test_nobody_is_said_to_have_viewed_what_no_page_showed() -> None:
    """Not even when nothing is known: a link was opened, by whoever held it (P19)."""
    _, _, told = _seen(pages_seen="unknown", pages=3)
    assert "documents_viewed" not in [event["kind"] for event in told["events"]]
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert not any("viewed" in line or "consulté" in line for line in lines)
    name = told["recipients"][0]["identity"]["name"]
    (opened,) = [line for line in lines if "Link opened by somebody who holds it" in line]
    assert opened.endswith(f"through the link of {name}")


def test_what_an_earlier_version_called_viewed_is_told_as_it_was_seen() -> None:
    """The trail keeps its word, and its hash; the pages say what was observed."""
    _, _, told = _seen(pages_seen="unknown", pages=3)
    for event in told["events"]:
        if event["kind"] == "link_opened":
            event["kind"] = "documents_viewed"
        if event["actor"]["kind"] == "client":
            event["actor"]["kind"] = "sender"
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert any("Link opened by somebody who holds it" in line for line in lines)
    assert not any("documents_viewed" in line for line in lines)
    assert any(line.endswith("in the name of Claire Exemple") for line in lines)
