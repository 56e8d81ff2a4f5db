"""P10: the last four digits of the phone cannot be guessed, and nobody stays locked out."""

from datetime import datetime, timedelta

import pytest

from paraphe.domain.errors import GoneError, InvalidError, LockedError
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.requests.model import NoticeKind
from paraphe.domain.signing import phone_check
from paraphe.ports.requests import RequestRef
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import MILLISECOND, World

WRONG = ("9991", "9992", "9993", "9994", "9995", "9996")


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


@pytest.fixture
def ref(world: World) -> RequestRef:
    """A launched request of one signer."""
    return world.launched()


def _signer(world: World, ref: RequestRef) -> str:
    return world.signer_ids(ref)[0]


def _try(world: World, ref: RequestRef, digits: str) -> str:
    """Type digits to decline; return the answer's code."""
    try:
        world.decline(ref, _signer(world, ref), digits=digits)
    except (InvalidError, LockedError) as error:
        return error.code
    return "passed"


def _lock(world: World, ref: RequestRef, digits: tuple[str, ...] = WRONG[:5]) -> datetime:
    """Type five wrong ones; return when the lock ends."""
    answers = [_try(world, ref, one) for one in digits]
    assert answers == ["phone_digits_wrong"] * 4 + ["link_locked"]
    until = phone_check.locked_until(world.recipient(ref, _signer(world, ref)), world.now)
    assert until is not None
    return until


def test_p10_five_wrong_tries_lock_the_link_for_a_time(world: World, ref: RequestRef) -> None:
    """P10: then not even the right ones pass, and nothing more is written down."""
    until = _lock(world, ref)
    assert until == world.now + timedelta(minutes=15)
    before = world.load(ref)
    for digits in (WRONG[5], world.digits(ref, _signer(world, ref))):
        with pytest.raises(LockedError, match="link_locked") as locked:
            world.decline(ref, _signer(world, ref), digits=digits)
        assert locked.value.retry_at == until
    with pytest.raises(LockedError, match="link_locked"):
        world.consent(ref, _signer(world, ref))
    assert world.load(ref) == before
    world.now = until - MILLISECOND
    assert _try(world, ref, WRONG[5]) == "link_locked"
    world.now = until
    assert world.consent(ref, _signer(world, ref)).commands


def test_p10_every_try_stands_in_the_trail_before_it_is_answered(
    world: World, ref: RequestRef
) -> None:
    """P10, P19: first that it was typed, then that it was wrong; the fifth says it locks."""
    _lock(world, ref)
    trail = [e for e in world.requests.events(ref) if e.kind.startswith("phone_digits")]
    assert [e.kind for e in trail] == ["phone_digits_tried", "phone_digits_wrong"] * 5
    assert [e.data["tries"] for e in trail[::2]] == [1, 2, 3, 4, 5]
    assert [e.data["locked"] for e in trail[1::2]] == [False] * 4 + [True]
    said = repr([dict(e.data) for e in trail])
    assert not any(digits in said for digits in WRONG)


def test_p10_the_right_digits_begin_anew(world: World, ref: RequestRef) -> None:
    """P10: who slips four times and then knows it has five tries again in another browser."""
    for digits in WRONG[:4]:
        _try(world, ref, digits)
    world.consent(ref, _signer(world, ref))
    assert world.recipient(ref, _signer(world, ref)).digit_tries is None


def test_p10_the_same_digits_again_are_no_new_try(world: World, ref: RequestRef) -> None:
    """P10: a scanner that posts one number everywhere, or a double tap, locks nobody out."""
    assert {_try(world, ref, "1234") for _ in range(50)} == {"phone_digits_wrong"}
    tries = world.recipient(ref, _signer(world, ref)).digit_tries
    assert tries is not None
    assert (tries.typed, tries.wrong) == (("1234",), ("1234",))
    assert world.kinds(ref).count("phone_digits_tried") == 1


@pytest.mark.parametrize("digits", ["", "1", "12345", "abcd", "\u0661\u0662\u0663\u0664"])
def test_p10_what_is_no_four_digits_is_not_counted(
    world: World, ref: RequestRef, digits: str
) -> None:
    """P10: it tells nothing, so it costs nothing."""
    before = world.load(ref)
    with pytest.raises(InvalidError, match="phone_digits_wrong"):
        phone_check.read_digits(digits)
    assert world.load(ref) == before


def test_p10_a_try_counted_and_never_answered_counts(world: World, ref: RequestRef) -> None:
    """P10: as after a crash between both writes. The right one that was cut off still passes."""
    signer = _signer(world, ref)
    request = world.load(ref)
    right = world.digits(ref, signer)
    for digits in (*WRONG[:4], right):
        decision = phone_check.count_try(request, signer, digits, UNSEEN, world.now)
        request = world.requests.commit(request, decision)
    assert _try(world, ref, WRONG[5]) == "link_locked"
    assert world.consent(ref, signer).commands


def test_p10_each_lock_is_longer_up_to_a_day(world: World, ref: RequestRef) -> None:
    """P10: in the 15 days of a request no more than some 80 of 10,000 numbers can be tried."""
    began, tried, lasted = world.now, 0, []
    guesses = iter(f"{n:04d}" for n in range(1, 10_000))
    deadline = world.load(ref).deadline
    assert deadline is not None
    while world.now < deadline:
        until = _lock(world, ref, tuple(next(guesses) for _ in range(5)))
        tried += 5
        lasted.append(until - world.now)
        world.now = until
    assert lasted[:4] == list(phone_check.LOCKS)
    assert set(lasted[4:]) == {timedelta(hours=24)}
    assert tried <= 90
    assert world.now - began >= timedelta(days=15)
    with pytest.raises(GoneError, match="request_expired"):
        _try(world, ref, next(guesses))


def test_p10_the_sender_gets_one_mail_a_lock(world: World, ref: RequestRef) -> None:
    """P10: to them, not to the signer; and none when the signer has passed since."""
    world.deliver()
    until = _lock(world, ref)
    assert [n.kind for n in world.notices(ref)].count(NoticeKind.LINK_LOCKED) == 1
    for digits in ("0101", "0102"):
        _try(world, ref, digits)
    assert world.deliver() == 1
    mail = world.mailer.sent[-1]
    assert mail.to_address == world.load(ref).sender.email
    world.now = until
    _lock(world, ref, ("0001", "0002", "0003", "0004", "0005"))
    assert [n.kind for n in world.notices(ref)].count(NoticeKind.LINK_LOCKED) == 2
    world.now += timedelta(hours=1)
    world.consent(ref, _signer(world, ref))
    assert world.deliver() == 0


def test_p6_a_correction_opens_a_locked_link(world: World, ref: RequestRef) -> None:
    """P6, P10: the new link has never been guessed at."""
    _lock(world, ref)
    signer = _signer(world, ref)
    world.change(ref, signer, RecipientChange(phone="+33639980042"))
    world.run_actor(ref)
    assert world.consent(ref, signer).commands


def test_p10_a_lock_of_one_does_not_lock_another(world: World) -> None:
    """P10: it is the link's."""
    ref = world.launched(people=(1, 1))
    _lock(world, ref)
    assert world.consent(ref, world.signer_ids(ref)[1]).commands
