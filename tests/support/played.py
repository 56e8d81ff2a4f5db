"""Whole requests, played in memory at fixed instants and with fixed chance, and what they store.

The trails that an earlier version stored lie in tests/unit/evidence/recorded. Only a new kind of
event, or a new story, is a reason to record one: `python -m tests.support.played NAME...`.
"""

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from paraphe.adapters.dynamodb.codec import Item
from paraphe.adapters.dynamodb.rows import event_item
from paraphe.domain.errors import ParapheError
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind
from paraphe.domain.requests.inspection import RefusalReason, Refused
from paraphe.domain.requests.recipient import DeliveryState, MarkKind, Placement, Role
from paraphe.domain.signing.visible_marks import Chosen
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.usecases import using
from paraphe.usecases.requests import edit_documents
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.edit_recipients import RecipientChange
from paraphe.usecases.signing.approve_in_browser import Approve, ConfirmReading, Said
from paraphe.usecases.signing.sign_in_browser import Consented, EnterCode, Entered, GiveConsent
from tests.support.as_before import AsBefore
from tests.support.fakes.evidence_making import FakeEvidenceMaker
from tests.support.fakes.files import Inspected
from tests.support.software import Software, do_everything
from tests.support.template_story import from_template
from tests.support.world import FIRM, World, accepted

RECORDED = Path(__file__).resolve().parents[1] / "unit" / "evidence" / "recorded"
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
TEN_YEARS = timedelta(days=3653)


class _Maker(FakeEvidenceMaker):
    """Seals every account with the same digest: its wording is not what is compared here."""

    def seal(self, evidence: Mapping[str, Any], now: datetime) -> tuple[bytes, str]:
        return super().seal(evidence, now)[0], "e" * 64


def platform() -> World:
    """Make a platform that plays the same story the same way each time."""
    return World(evidence_maker=_Maker(), requests=AsBefore())


def _step(world: World, ref: RequestRef, pause: timedelta) -> None:
    world.now += pause
    world.sweep()
    world.run_actor(ref)


def _sign_seen(world: World, ref: RequestRef, signer: str, mark: Chosen | None = None) -> None:
    """Sign as a browser does that says what it showed."""
    seen = Browser(ip="198.51.100.7", user_agent="Mozilla/5.0 (É)", locale="fr")
    page = ConsentPage(browser=seen, consent_text="J’accepte.", pages_seen="1", pages=2)
    digits = world.digits(ref, signer)
    using(GiveConsent, world)(
        world.visit(ref, signer),
        Consented(agreed=True, phone_digits=digits, page=page),
        world.now,
    )
    world.run_actor(ref)
    using(EnterCode, world)(
        world.visit(ref, signer), Entered(world.code(ref, signer), seen, mark), world.now
    )
    world.run_actor(ref)


def signed_in_order(world: World) -> None:
    """Two signers one after the other, a copy, two files; then all is forgotten and renewed."""
    archivist = world.evidence_maker.archivist
    archivist.ends = archivist.first = world.now + 20 * DAY
    ref = world.launched(people=(1, 2), copies=1, files=2)
    first, second = world.signer_ids(ref)
    _sign_seen(world, ref, first)
    world.now += HOUR
    world.sign(ref, second)
    archivist.ends = world.now + TEN_YEARS
    world.renew()
    _step(world, ref, 40 * DAY)
    _step(world, ref, TEN_YEARS)


def marked(world: World) -> None:
    """A visible mark that was chosen, and one that was not."""
    ref = world.draft(people=())
    document = world.load(ref).documents[0]
    at = Placement(document.id, 1, 50, 50, 200, 60)
    ids = [world.add_recipient(ref, order=1, number=n, placements=(at,)).id for n in (1,)]
    below = replace(at, y=200.0)
    ids.append(world.add_recipient(ref, order=2, number=2, placements=(below,)).id)
    world.launch(ref)
    world.run_actor(ref)
    _sign_seen(world, ref, ids[0], Chosen(MarkKind.TYPED, b"Z."))
    _sign_seen(world, ref, ids[1])


def declined(world: World) -> None:
    """The second declines; then the people are forgotten."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    _sign_seen(world, ref, first)
    world.decline(ref, second, "Mon avocat s’y oppose : « non ».")
    world.run_actor(ref)
    _step(world, ref, 40 * DAY)


def expired(world: World) -> None:
    """Nobody signs; a reminder goes out before."""
    ref = world.launched(people=(1, 1))
    _step(world, ref, 9 * DAY)
    _step(world, ref, 7 * DAY)


def relaunched(world: World) -> None:
    """Reminded, relaunched, canceled."""
    ref = world.launched()
    world.now += 2 * HOUR
    world.remind(ref)
    world.now += 2 * HOUR
    world.relaunch(ref)
    world.run_actor(ref)
    world.now += HOUR
    world.cancel(ref)
    world.run_actor(ref)


def corrected(world: World) -> None:
    """Corrected after consent, then signed."""
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.consent(ref, signer)
    world.run_actor(ref)
    world.change(ref, signer, RecipientChange(phone="+33639980042"))
    world.run_actor(ref)
    world.sign_all(ref)


def replaced(world: World) -> None:
    """Put in another order, replaced, signed."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.change(ref, second, RecipientChange(order=3))
    world.replace(ref, first)
    world.run_actor(ref)
    world.sign_all(ref)


def sealed(world: World) -> None:
    """A batch that two members ask for, with a wrong code; then forgotten."""
    ref = world.batch(files=2, copies=1)
    member, other = world.member(Capability.SEAL), world.member(Capability.SEAL, name="Paul")
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    world.now += MINUTE
    world.ask_to_seal(ref, other)
    world.run_actor(ref)
    right = world.seal_code(ref)
    _refused(lambda: world.confirm_seal(ref, other, _wrong(right)))
    world.confirm_seal(ref, other, right)
    world.run_actor(ref)
    _step(world, ref, 40 * DAY)


def failed(world: World) -> None:
    """Stopped by a fault, resumed by its sender; by another, resumed by itself; then replaced."""
    ref = world.launched()
    for refused in (True, False):
        execution = world.execution(ref)
        assert execution is not None
        world.fail(execution, refused=refused)
        if refused:
            world.resume(ref)
        _step(world, ref, 10 * MINUTE)
    (signer,) = world.signer_ids(ref)
    world.consent(ref, signer)
    world.kill(ref)
    _step(world, ref, HOUR)
    world.enter(ref, signer, world.code(ref, signer))
    world.run_actor(ref)


def bounced(world: World) -> None:
    """Mails that fail, a reminder, a relaunch and a due reminder that leave people out."""
    ref = world.launched(people=(1, 1, 1))
    world.deliver()
    sent = list(world.mailer.sent)
    assert world.bounce(ref, sent[0])
    assert world.bounce(ref, sent[1], DeliveryState.COMPLAINED)
    world.now += 2 * HOUR
    world.remind(ref)
    world.now += 2 * HOUR
    world.relaunch(ref)
    world.run_actor(ref)
    _step(world, ref, 9 * DAY)


def guessed(world: World) -> None:
    """Wrong digits until the link is locked, wrong codes until one is void, a phone refused."""
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    for number in range(5):
        _refused(partial(world.consent, ref, signer, f"{5000 + number}"))
    world.now += HOUR
    phone = world.recipient(ref, signer).phone or ""
    world.sms.refused.add(phone)
    world.consent(ref, signer)
    world.run_actor(ref)
    world.sms.refused.clear()
    world.now += HOUR
    world.consent(ref, signer)
    world.run_actor(ref)
    wrong = _wrong(world.code(ref, signer))
    for _ in range(5):
        _refused(lambda: world.enter(ref, signer, wrong))
    world.now += HOUR
    world.sign(ref, signer)


def drafted(world: World) -> None:
    """A file with scripts, refused and then allowed; a draft that nobody launches."""
    ref = world.draft(people=(1,), files=0)
    documents = using(EditDocuments, world)
    made, _ = documents.add(
        world.principal, ref, "actif.pdf", world.now, remove_active_content=True
    )
    documents.renew_upload(world.principal, ref, made.id, world.now, remove_active_content=False)
    kinds = (RefusalReason.JAVASCRIPT, RefusalReason.OPEN_ACTION)
    without = replace(accepted(b"pdf", 2), original_sha256="0" * 64, removed=kinds)
    refused = Refused(RefusalReason.JAVASCRIPT, "Or allow it.", without=without)
    world.uploads.inspected[ref, made.id] = Inspected(refused, b"pdf", b"pdf")
    upload = UploadRef(ref.firm_id, ref.request_id, made.id, "")
    for allowed in (False, True):
        documents.renew_upload(
            world.principal, ref, made.id, world.now, remove_active_content=allowed
        )
        edit_documents.record_upload(world.requests, world.files, world.uploads, upload, world.now)
    documents.remove(world.principal, ref, made.id, world.now)
    _step(world, ref, 32 * DAY)
    _step(world, ref, 40 * DAY)


def approved(world: World) -> None:
    """An approver, then a signer; a viewer says that they have read; then all is forgotten."""
    ref = world.draft(people=(2,))
    approver = world.add_recipient(ref, order=1, number=1, role=Role.APPROVER).id
    viewer = world.add_recipient(ref, order=1, number=2, role=Role.VIEWER).id
    world.launch(ref)
    world.run_actor(ref)
    seen = Browser(ip="198.51.100.7", user_agent="Mozilla/5.0 (É)", locale="fr")
    page = ConsentPage(browser=seen, consent_text="J’approuve.", pages_seen="1", pages=2)
    said = Said(world.digits(ref, viewer), page)
    using(ConfirmReading, world)(world.visit(ref, viewer), said, world.now)
    said = Said(world.digits(ref, approver), page)
    using(Approve, world)(world.visit(ref, approver), said, world.now)
    world.run_actor(ref)
    _sign_seen(world, ref, world.signer_ids(ref)[0])
    _step(world, ref, 40 * DAY)


def by_software(world: World) -> None:
    """Every operation of the API, in the sender's and a member's name."""
    world.now = datetime(2026, 3, 20, 9, 30, 0, 123_000, tzinfo=UTC)
    do_everything(Software(world))


def by_members(world: World) -> None:
    """Prepared by staff under a delegation, launched by a deputy, canceled; then forgotten."""
    everything = frozenset(Capability)
    staff = Principal(FIRM.id, PrincipalKind.MEMBER, "mbr_00000002", "Léa Petit", everything)
    standing = OnBehalf("dlg_00000001", "mbr_00000001", "Claire Martin")
    deputy = OnBehalf("dlg_00000002", "mbr_00000001", "Claire Martin", is_absence=True)
    world.principal = replace(staff, on_behalf=standing)
    ref = world.draft()
    world.principal = replace(staff, on_behalf=deputy)
    world.launch(ref)
    world.run_actor(ref)
    world.principal = replace(staff, id="mbr_00000001", name="Claire Martin")
    world.cancel(ref)
    world.run_actor(ref)
    _step(world, ref, 40 * DAY)


STORIES: dict[str, Callable[[World], None]] = {
    story.__name__: story
    for story in (
        *(signed_in_order, marked, declined, expired, relaunched, corrected, replaced),
        *(sealed, failed, bounced, guessed, drafted, approved, from_template),
        *(by_software, by_members),
    )
}


def text(name: str) -> str:
    """Play a story and return what it stores: an item of the table on each line, in order."""
    world = platform()
    STORIES[name](world)
    items = [event_item(event) for trail in world.requests.trails.values() for event in trail]
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def recorded(name: str) -> list[Item]:
    """Return the items of a story as an earlier version stored them."""
    lines = (RECORDED / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def _refused(act: Callable[[], object]) -> None:
    try:
        act()
    except ParapheError:
        return
    raise AssertionError("this was to be refused")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or STORIES:
        (RECORDED / f"{wanted}.jsonl").write_text(text(wanted), encoding="utf-8")
