"""P16: what the table forgets of people, and what stays verifiable (docs/RETENTION.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from paraphe.contracts.evidence.trail import Trail
from paraphe.contracts.requests.answers import RequestOut
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests import actor
from paraphe.domain.requests.model import RequestState
from paraphe.usecases import using
from paraphe.usecases.evidence.anchor_heads import Ports as AnchorPorts
from paraphe.usecases.evidence.anchor_heads import anchor
from paraphe.usecases.evidence.check_heads import Fault, Report, check_heads
from paraphe.usecases.evidence.read_evidence import kept_events
from paraphe.usecases.signing import sign_in_browser
from paraphe.usecases.signing.sign_in_browser import EnterCode, GiveConsent
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from paraphe.ports.requests import RequestRef

DAY = timedelta(days=1)
IP, AGENT, REASON = "198.51.100.7", "Mozilla/5.0 (Canari)", "Mon avocat s’y oppose."
# Names, addresses, phones, address and browser of somebody who acts, and their own words.
PERSONAL = ("Signataire", "client.test", "+3363998", "Claire", "cabinet.test", IP, AGENT, REASON)


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _watched(world: World, ref: RequestRef, recipient_id: str) -> None:
    """Consent and sign from a known address with a known browser."""
    browser = Browser(ip=IP, user_agent=AGENT)
    visit = world.visit(ref, recipient_id)
    using(GiveConsent, world)(
        visit,
        sign_in_browser.Consented(
            agreed=True,
            phone_digits=(visit.recipient.phone or "")[-4:],
            page=ConsentPage(browser=browser),
        ),
        world.now,
    )
    world.run_actor(ref)
    using(EnterCode, world)(
        world.visit(ref, recipient_id),
        sign_in_browser.Entered(world.code(ref, recipient_id), browser),
        world.now,
    )
    world.run_actor(ref)


def _completed(world: World) -> RequestRef:
    ref = world.launched(people=(1, 2), copies=1, files=2)
    for signer in world.signer_ids(ref):
        _watched(world, ref, signer)
    assert world.load(ref).closed
    return ref


def _declined(world: World) -> RequestRef:
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    _watched(world, ref, first)
    world.decline(ref, second, REASON)
    world.run_actor(ref)
    return ref


def _sealed(world: World) -> RequestRef:
    ref = world.batch(copies=1)
    member = world.member(Capability.SEAL)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    world.confirm_seal(ref, member, world.seal_code(ref))
    world.run_actor(ref)
    return ref


def _failed(world: World) -> RequestRef:
    ref = world.launched()
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    return ref


def _abandoned(world: World) -> RequestRef:
    return world.draft(people=(1, 2), copies=1)


def _everything(world: World, ref: RequestRef) -> str:
    return repr((world.load(ref), world.requests.events(ref)))


def _pass(world: World, days: int) -> None:
    """Let days pass; the sweep runs each night, the executions work, the heads are written down."""
    for _ in range(days):
        world.now = (world.now + DAY).replace(hour=1, minute=10)
        world.stamper.at = world.now
        world.sweep()
        for ref in list(world.requests.stored):
            world.run_actor(ref)
        anchor(AnchorPorts(world.chain_heads, world.head_files, world.stamper), world.now)


MAKE = (_completed, _declined, _sealed, _failed, _abandoned)


@pytest.mark.parametrize("make", MAKE, ids=lambda make: make.__name__)
def test_p16_47_days_after_the_launch_nobody_is_known(world: World, make: object) -> None:
    """15 days to the deadline, 31 of retention, one more: the table knows ids and hashes."""
    assert callable(make)
    ref = make(world)
    before = _everything(world, ref)
    assert "Claire" in before
    days = 31 + 31 + 1 if make is _abandoned else 47
    _pass(world, days)
    request = world.load(ref)
    assert request.purged_at is not None
    assert request.forgotten_at is not None
    after = _everything(world, ref)
    assert [known for known in PERSONAL if known in after] == []
    assert not re.search(r"\+33\d|@", after)
    assert request.title == "Lettre de mission"  # by which the firm finds its evidence


@pytest.mark.parametrize("make", [_completed, _declined])
def test_p19_evidence_and_chain_stay_verifiable(world: World, make: object) -> None:
    """P19: the chain holds by its hashes; with the evidence file every event is recomputed."""
    assert callable(make)
    ref = make(world)
    whole = world.requests.events(ref)
    _pass(world, 47)
    request, events = world.load(ref), world.requests.events(ref)
    whole_trail = partial(audit.first_break, count=request.audit_seq, head=request.audit_head)
    assert [(e.seq, e.hash) for e in events[: len(whole)]] == [(e.seq, e.hash) for e in whole]
    assert whole_trail(events, forgotten=True) is None
    assert Trail.of(request, events).chain.holds
    told = kept_events(world.requests, world.evidence_files, ref)
    restored = audit.restored(events, told)
    assert whole_trail(restored) is None  # digests of everything, the people included
    assert IP in repr(restored)
    assert whole_trail(events) is not None  # withheld counts only where it is expected


def _check(world: World, *, with_evidence: bool = True) -> Report:
    later = world.now + DAY
    judge = world.stamper.judge
    if not with_evidence:
        return check_heads(world.requests, world.head_files, judge, FIRM.id, later)
    return check_heads(
        world.requests,
        world.head_files,
        judge,
        FIRM.id,
        later,
        lambda ref: kept_events(world.requests, world.evidence_files, ref),
    )


def test_p19_heads_are_checked_against_the_evidence(world: World) -> None:
    """A stripped event is looked up; what was changed in it, or in the file, still shows."""
    ref = _completed(world)
    _pass(world, 47)
    assert _check(world).findings == ()
    assert [f.fault for f in _check(world, with_evidence=False).findings] == [Fault.REWRITTEN]
    trail = world.requests.trails[ref]
    at = next(n for n, e in enumerate(trail) if e.withheld)
    kept = trail[at]
    trail[at] = replace(kept, hash=kept.hash[::-1])
    assert [f.fault for f in _check(world).findings] == [Fault.REWRITTEN]
    trail[at] = kept
    # Whoever hides another change behind "withheld" is told by the digest of that event.
    other = next(n for n, e in enumerate(trail) if e.kind == "request_launched")
    trail[other] = replace(trail[other], data={}, withheld=("documents",))
    assert _check(world).findings == ()  # the evidence has it, as it was
    trail[other] = replace(trail[other], hash="0" * 64)
    assert [f.fault for f in _check(world).findings] == [Fault.REWRITTEN]
    key = world.load(ref).evidence_key
    assert key is not None
    world.evidence_files.objects[key] += b" "
    assert [f.fault for f in _check(world).findings] == [Fault.REWRITTEN]


def test_a_request_of_many_is_forgotten_in_batches(world: World) -> None:
    """One commit holds so many items; a crash in between is made good by the next run."""
    ref = world.launched(people=(1,) * 60, copies=60)
    world.cancel(ref)
    world.run_actor(ref)
    world.now += 31 * DAY

    def crash() -> None:
        raise SystemExit

    world.requests.between = [lambda: None, lambda: None, crash]
    with pytest.raises(SystemExit):
        world.sweep()
    assert world.load(ref).purged_at is not None
    assert world.load(ref).forgotten_at is None
    assert "client.test" in _everything(world, ref)
    assert world.sweep().forgotten == 1
    assert "client.test" not in _everything(world, ref)
    assert world.requests.largest <= 100
    assert world.kinds(ref).count("personal_data_erased") == 16


def test_without_evidence_the_table_is_the_account(world: World) -> None:
    """It could not be made in a month: erased are the documents only, the people with ten years."""
    ref = world.launched()
    world.cancel(ref)
    world.run_actor(ref, until=actor.Next.EVIDENCE)
    world.kill(ref)
    ended = world.now
    world.executions.refuses = True
    _pass(world, 40)
    request = world.load(ref)
    assert request.purged_at is not None
    assert request.evidence_key is None
    assert "client.test" in _everything(world, ref)
    world.executions.refuses = False
    world.now = ended + timedelta(days=3653)
    world.sweep()
    assert "client.test" not in _everything(world, ref)


def test_titles_go_with_the_evidence(world: World) -> None:
    """After ten years nothing is left that says what it was about."""
    ref = _completed(world)
    _pass(world, 40)
    world.now = (world.load(ref).ended_at or world.now) + timedelta(days=3653)
    world.sweep()
    request = world.load(ref)
    assert request.title == ""
    assert {d.name for d in request.documents} == {""}
    assert actor.due(request) is None


def test_what_is_forgotten_can_still_be_listed_and_shown(world: World) -> None:
    """The API answers; nobody is in the answer."""
    ref = _completed(world)
    _pass(world, 47)
    shown = RequestOut.of(world.load(ref))
    assert shown.state is RequestState.COMPLETED
    assert {r.name for r in shown.recipients} == {""}
    trail = Trail.of(world.load(ref), world.requests.events(ref))
    assert {"ip", "user_agent"} <= {name for event in trail.events for name in event.withheld}


def test_a_mail_that_comes_a_month_late_is_not_sent(world: World) -> None:
    """Redriven from the dead letters when nobody is known any more."""
    ref = _completed(world)
    _pass(world, 47)
    world.mailer.sent.clear()
    world.delivered = 0
    world.deliver()
    assert world.notices(ref)
    assert world.mailer.sent == []


def test_the_retention_table_names_every_kind_of_data() -> None:
    """docs/RETENTION.md says for each kind where it is, how long, and what enforces it."""
    text = (Path(__file__).parents[3] / "docs" / "RETENTION.md").read_text(encoding="utf-8")
    for kind in ("E-mail", "Phone", "Name", "IP address", "User agent", "Decline reason", "Title"):
        assert re.search(rf"^\| {kind}", text, re.MULTILINE), kind
