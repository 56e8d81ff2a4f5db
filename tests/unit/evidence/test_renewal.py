"""Archive time-stamps of what is kept, renewed before their certificates end."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from paraphe.domain.evidence import archive_renewal
from paraphe.domain.evidence.audit import first_break
from paraphe.domain.requests.model import RequestState
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from tests.support.world import World

YEAR = timedelta(days=365)
Signed = tuple[World, RequestRef]


def _ending_in(world: World, days: int) -> None:
    archivist = world.evidence_maker.archivist
    archivist.ends = archivist.first = world.now + timedelta(days=days)


@pytest.fixture
def signed() -> Signed:
    """A completed request of two people and two documents; the service's certificate ends soon."""
    world = World()
    _ending_in(world, 20)
    ref = world.launched(people=(1, 1), files=2)
    world.sign_all(ref)
    assert world.load(ref).state is RequestState.COMPLETED
    return world, ref


def _renewed(world: World, ref: RequestRef) -> list[dict[str, object]]:
    return [dict(e.data) for e in world.requests.events(ref) if e.kind == "archive_renewed"]


def _new_certificate(world: World, life: timedelta = 10 * YEAR) -> datetime:
    world.evidence_maker.archivist.ends = world.now + life
    return world.now + life


def test_it_is_due_180_to_90_days_before_the_end_each_in_its_turn(signed: Signed) -> None:
    """Spread by the request's id, always on the same day."""
    world, ref = signed
    request = replace(world.load(ref), proven_until=world.now + YEAR)
    found = {archive_renewal.due_at(replace(request, id=f"sr_{n}")) for n in range(50)}
    early, late = world.now + YEAR - archive_renewal.MARGIN, world.now + YEAR - timedelta(days=90)
    assert all(at is not None and early <= at < late for at in found)
    assert len(found) == 50
    assert archive_renewal.due_at(replace(request, proven_until=None)) is None


def test_originals_and_evidence_get_a_newer_time_stamp(signed: Signed) -> None:
    """New bytes first, then the pointer and an event; each file continues the one before."""
    world, ref = signed
    before, evidence = world.load(ref), dict(world.evidence_files.objects)
    assert before.proven_until == world.evidence_maker.archivist.ends
    ends = _new_certificate(world)
    tally = world.renew()
    assert (tally.renewed, tally.failed, tally.late, tally.waiting) == (1, [], 0, 0)
    after = world.load(ref)
    assert after.proven_until == ends
    for old, new in zip(before.documents, after.documents, strict=True):
        assert old.retained_key is not None
        assert new.retained_key is not None
        assert new.retained_key != old.retained_key
        content = world.files.objects[new.retained_key]
        assert content.startswith(world.files.objects[old.retained_key])
        assert hashlib.sha256(content).hexdigest() == new.held_sha256 != new.current_sha256
    grown = [k for k, v in world.evidence_files.objects.items() if v != evidence[k]]
    assert sorted(k.rpartition("/")[2] for k in grown) == sorted(
        ["evidence.json", "evidence.pdf", *(f"attestation-{r.id}.pdf" for r in after.recipients)]
    )
    assert all(world.evidence_files.objects[k].startswith(evidence[k]) for k in grown)
    assert set(world.evidence_files.years.values()) == {10}
    (event,) = _renewed(world, ref)
    assert event["documents"] == [d.id for d in after.documents]
    assert event["sha256"] == [d.held_sha256 for d in after.documents]
    assert (event["evidence_files"], event["late"]) == (4, False)
    events = world.requests.events(ref)
    assert first_break(events, count=after.audit_seq, head=after.audit_head) is None


def test_a_second_run_changes_nothing(signed: Signed) -> None:
    """Neither the same day nor, while the certificate is young, a year later."""
    world, ref = signed
    _new_certificate(world)
    world.renew()
    version, files = world.load(ref).version, dict(world.evidence_files.objects)
    for later in (timedelta(0), timedelta(days=1), YEAR):
        world.now += later
        assert world.renew().renewed == 0
    assert world.load(ref).version == version
    assert world.evidence_files.objects == files


def test_nothing_is_stamped_that_gains_nothing(signed: Signed) -> None:
    """The service still has the old certificate: waiting, urgent in the last 30 days."""
    world, ref = signed
    files = dict(world.files.objects)
    tally = world.renew()
    assert (tally.renewed, tally.waiting, tally.urgent) == (0, 1, 1)
    assert world.files.objects == files
    assert not _renewed(world, ref)
    assert world.renew().waiting == 0  # looked at again the next day
    world.now += timedelta(days=1)
    assert world.renew().waiting == 1


def test_waiting_is_not_urgent_yet() -> None:
    """Three months before the end there is time."""
    world = World()
    _ending_in(world, 89)
    world.sign_all(world.launched())
    tally = world.renew()
    assert (tally.waiting, tally.urgent) == (1, 0)


def test_a_certificate_that_has_ended_is_told_not_skipped(signed: Signed) -> None:
    """Without a newer one it is urgent every day; with one it is stamped, and said to be late."""
    world, ref = signed
    world.now += timedelta(days=21)
    tally = world.renew()
    assert (tally.waiting, tally.urgent) == (1, 1)
    _new_certificate(world)
    world.now += timedelta(days=1)
    tally = world.renew()
    assert (tally.renewed, tally.late) == (1, 1)
    assert _renewed(world, ref)[0]["late"] is True


def test_after_erasing_only_the_evidence_is_renewed(signed: Signed) -> None:
    """P16: what is erased stays erased; the evidence lives on."""
    world, ref = signed
    world.now += timedelta(days=32)
    world.sweep()
    assert world.load(ref).purged_at is not None
    _new_certificate(world)
    world.renew()
    (event,) = _renewed(world, ref)
    assert (event["documents"], event["evidence_files"]) == ([], 4)
    assert not [k for k in world.files.objects if ref.request_id in k]


def test_nothing_is_stored_just_before_the_erasing(signed: Signed) -> None:
    """P16: in the last day the originals are left alone, so that no file comes behind it."""
    world, ref = signed
    until = world.load(ref).retention_until
    assert until is not None
    world.now = until - timedelta(hours=23)
    _new_certificate(world)
    world.renew()
    (event,) = _renewed(world, ref)
    assert (event["documents"], event["evidence_files"]) == ([], 4)


def test_a_service_that_is_down_is_asked_again_the_next_day(signed: Signed) -> None:
    """The run fails visibly, and nothing is lost or moved."""
    world, ref = signed
    _new_certificate(world)
    world.evidence_maker.archivist.outages = 1
    with pytest.raises(TransientError):
        world.renew()
    assert not _renewed(world, ref)
    assert world.renew().renewed == 1


def test_one_request_s_fault_never_stops_the_others(signed: Signed) -> None:
    """It is told, and looked at again the next day, behind the others."""
    world, ref = signed
    other = world.launched()
    world.sign_all(other)
    key = world.load(ref).documents[0].retained_key
    assert key is not None
    kept = world.files.objects[key]
    world.files.objects[key] = b"something else"
    _new_certificate(world)
    tally = world.renew()
    assert (tally.renewed, tally.failed) == (1, ["hash_mismatch"])
    assert not _renewed(world, ref)
    world.files.objects[key] = kept
    assert world.renew().renewed == 0
    world.now += timedelta(days=1)
    assert world.renew().renewed == 1


def test_a_crash_before_the_pointer_is_made_good(signed: Signed) -> None:
    """The files that nothing names are erased with the rest; the step runs again."""
    world, ref = signed
    _new_certificate(world)

    def crash() -> None:
        raise MemoryError

    world.requests.between.append(crash)
    tally = world.renew()
    assert tally.failed == ["MemoryError"]
    assert not _renewed(world, ref)
    world.now += timedelta(days=1)
    assert world.renew().renewed == 1
    assert [d.retained_sha256 is not None for d in world.load(ref).documents] == [True, True]


def test_two_runs_at_once_point_once(signed: Signed) -> None:
    """The slower one finds other files than it started from, and points to nothing."""
    world, ref = signed
    _new_certificate(world)
    inner: list[int] = []

    def other_run() -> None:
        world.requests.schedule_renewal(ref, world.now)  # it was not seen that this one has it
        inner.append(world.renew().renewed)

    world.requests.between.append(other_run)
    world.renew()
    assert inner == [1]
    pointed = [event["documents"] for event in _renewed(world, ref)]
    assert [len(p) for p in pointed if p] == [2]  # type: ignore[arg-type] # a list of ids
    for document in world.load(ref).documents:
        content = world.files.objects[document.retained_key or ""]
        assert hashlib.sha256(content).hexdigest() == document.held_sha256


def test_what_one_run_has_begun_another_leaves_alone(signed: Signed) -> None:
    """Claimed before it is looked at: what ends the whole run is not the next one's first."""
    world, ref = signed
    _new_certificate(world)

    def killed() -> None:
        raise KeyboardInterrupt

    world.requests.between.append(killed)
    with pytest.raises(KeyboardInterrupt):
        world.renew()
    assert world.renew().renewed == 0
    world.now += timedelta(days=1)
    assert world.renew().renewed == 1
    assert _renewed(world, ref)


def test_what_time_does_not_allow_is_left_for_the_next_run(signed: Signed) -> None:
    """Ended in order, counted, found again."""
    world, _ = signed
    world.sign_all(world.launched())
    _new_certificate(world)
    tally = world.renew(runs=1)
    assert (tally.renewed, tally.left) == (1, 1)
    assert world.renew().renewed == 1


def test_after_ten_years_nothing_is_left_to_renew(signed: Signed) -> None:
    """The lifecycle rules erase; the renewal stops asking."""
    world, ref = signed
    world.now += 11 * YEAR
    _new_certificate(world)
    assert world.renew().renewed == 0
    assert world.requests.renewals[ref] is None


def test_a_renewal_adds_no_years(signed: Signed) -> None:
    """Seven years on, a renewed file is kept for three more."""
    world, _ = signed
    _new_certificate(world, 7 * YEAR)
    world.renew()
    world.now += 7 * YEAR - timedelta(days=60)
    _new_certificate(world)
    assert world.renew().renewed == 1
    assert set(world.evidence_files.years.values()) == {4}


def test_a_declined_request_has_only_its_evidence_renewed() -> None:
    """P12: partly signed files never leave, and are not stamped at their end."""
    world = World()
    _ending_in(world, 20)
    ref = world.launched(people=(1, 2))
    world.sign(ref, world.signer_ids(ref)[0])
    world.decline(ref, world.signer_ids(ref)[1], "non")
    world.run_actor(ref)
    _new_certificate(world)
    assert world.renew().renewed == 1
    (event,) = _renewed(world, ref)
    assert event["documents"] == []
