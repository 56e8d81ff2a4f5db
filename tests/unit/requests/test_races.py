"""Two at once: another writer is let in between a load and its commit."""

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from paraphe.domain.errors import (
    ConflictError,
    GoneError,
    InvalidError,
    LockedError,
    ParapheError,
    RaceLostError,
)
from paraphe.domain.requests import endings
from paraphe.domain.requests.actor import Next, Step
from paraphe.domain.requests.model import ChallengeState, RequestState
from paraphe.ports.requests import RequestRef
from paraphe.ports.system import TransientError
from paraphe.usecases.optimistic_commit import ATTEMPTS, change
from paraphe.usecases.requests import close_request
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _with_code(world: World, people: tuple[int, ...] = (1,)) -> tuple[RequestRef, str]:
    ref = world.launched(people=people)
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    world.run_actor(ref)
    return ref, signer


def test_p9_two_taps_on_sign_are_one_signature(world: World) -> None:
    """P9, P11: the slower tap finds the code used."""
    ref, signer = _with_code(world)
    code = world.code(ref, signer)
    world.requests.between = [lambda: _do(world.enter, ref, signer, code)]
    with pytest.raises(ConflictError, match="already_signing"):
        world.enter(ref, signer, code)
    assert world.kinds(ref).count("signature_accepted") == 1
    assert len(world.load(ref).commands) == 1
    world.run_actor(ref)
    assert len(world.load(ref).documents[0].revisions) == 1


def _do(act: Callable[..., object], *args: object) -> None:
    act(*args)


def test_p9_parallel_wrong_codes_are_all_counted(world: World) -> None:
    """P9: five at once are five; the sixth, right or wrong, is too late."""
    ref, signer = _with_code(world)
    right = world.code(ref, signer)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    outcomes: list[str] = []

    def guess() -> None:
        try:
            world.enter(ref, signer, wrong)
        except (InvalidError, LockedError) as answer:
            outcomes.append(answer.code)

    world.requests.between = [guess, guess, guess, guess]
    guess()
    assert sorted(outcomes) == ["code_void"] + ["code_wrong"] * 4
    challenge = world.load(ref).challenges[0]
    assert (challenge.tries, challenge.state) == (5, ChallengeState.VOID)
    with pytest.raises(LockedError, match="code_void"):
        world.enter(ref, signer, right)


def test_p9_the_right_code_loses_against_the_fifth_wrong_one(world: World) -> None:
    """P9: the commit decides who was first."""
    ref, signer = _with_code(world)
    right = world.code(ref, signer)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    def five_wrong() -> None:
        for _ in range(5):
            with suppress(InvalidError, LockedError):
                world.enter(ref, signer, wrong)

    world.requests.between = [five_wrong]
    with pytest.raises(LockedError, match="code_void"):
        world.enter(ref, signer, right)
    assert world.load(ref).state is RequestState.ACTIVE


def _sign(world: World, ref: RequestRef, signer: str) -> None:
    world.enter(ref, signer, world.code(ref, signer))


def _cancel(world: World, ref: RequestRef, _: str) -> None:
    world.cancel(ref)


def _decline(world: World, ref: RequestRef, signer: str) -> None:
    world.decline(ref, signer)


def _expire(world: World, ref: RequestRef, _: str) -> None:
    late = (world.load(ref).deadline or world.now) + timedelta(seconds=1)
    change(world.requests, ref, lambda r: endings.expire(r, late))


RIVALS = {"completing": _sign, "canceled": _cancel, "declined": _decline, "expired": _expire}


@pytest.mark.parametrize("first", RIVALS)
@pytest.mark.parametrize("second", RIVALS)
def test_p11_of_two_rivals_the_first_commit_wins(world: World, first: str, second: str) -> None:
    """P11, P12, P14: sign, cancel, decline and expire at once: one end, and it stays."""
    ref, signer = _with_code(world)
    world.requests.between = [lambda: RIVALS[first](world, ref, signer)]
    with suppress(ParapheError):
        RIVALS[second](world, ref, signer)
    assert world.load(ref).state == first
    request = world.run_actor(ref)
    assert request.state == ("completed" if first == "completing" else first)
    assert bool(request.documents[0].revisions) == (first == "completing")


@pytest.mark.parametrize("loser", ["canceled", "declined", "completing"])
def test_the_loser_is_told_what_happened(world: World, loser: str) -> None:
    """A lost race ends in a clear answer about the new state, not in "try again"."""
    ref, signer = _with_code(world)
    world.requests.between = [lambda: _expire(world, ref, signer)]
    with pytest.raises(GoneError, match="request_expired"):
        RIVALS[loser](world, ref, signer)


def test_p11_the_document_of_a_request_canceled_meanwhile_is_not_signed(world: World) -> None:
    """P11, P12: the file was made, nothing points to it, and it is erased with the rest."""
    ref, signer = _with_code(world, people=(1, 2))
    _sign(world, ref, signer)
    world.requests.between = [lambda: _do(world.cancel, ref)]
    request = world.run_actor(ref)
    assert world.signer.made
    assert request.state is RequestState.CANCELED
    assert not request.documents[0].revisions
    world.run_actor(ref)
    assert {key.split("/")[0] for key in world.files.objects} == {"retained"}


def test_p11_two_executions_never_sign_over_each_other(world: World) -> None:
    """P11: a signature made on an older revision is not pointed to; it is made again on top."""
    ref = world.launched(people=(1, 1))
    for signer in world.signer_ids(ref):
        world.consent(ref, signer)
        world.run_actor(ref)
    for signer in world.signer_ids(ref):
        world.enter(ref, signer, world.code(ref, signer))
    request = world.load(ref)
    document = request.documents[0].id
    steps = [Step(Next.SIGN, command_id=c.id, document_ids=(document,)) for c in request.commands]
    world.requests.between = [lambda: _do(world.apply, ref, steps[0])]
    with pytest.raises(TransientError, match="another signature was stored first"):
        world.apply(ref, steps[1])
    world.apply(ref, steps[1])
    request = world.run_actor(ref)
    assert request.state is RequestState.COMPLETED
    content = world.files.objects[request.documents[0].retained_key or ""]
    assert [content.count(signer.encode()) > 0 for signer in world.signer_ids(ref)] == [True, True]


def test_p6_a_correction_during_the_invitation(world: World) -> None:
    """P6: the link of the corrected recipient is the one that gets stored."""
    ref = world.draft()
    world.launch(ref)
    signer = world.signer_ids(ref)[0]
    correction = RecipientChange(email="juste@client.test")
    world.requests.between = [lambda: _do(world.change, ref, signer, correction)]
    world.run_actor(ref)
    assert world.visit(ref, signer).recipient.email == "juste@client.test"
    assert world.deliver() == 1
    assert world.mailer.sent[0].to_address == "juste@client.test"


def test_p16_a_draft_launched_under_the_sweep_stays_active(world: World) -> None:
    """P16: giving up a draft and launching it at once: the launch was first."""
    ref = world.draft()
    world.now += timedelta(days=31)
    world.requests.between = [lambda: _do(world.launch, ref)]
    tally = world.sweep()
    assert tally.failed == []
    assert world.load(ref).state is RequestState.ACTIVE


def test_p17_two_closings_at_once_tell_everybody_once(world: World) -> None:
    """P17: a second run beside the first finds part of the messages owed."""
    ref = world.launched(people=(1,), copies=50)
    world.accept(ref, world.signer_ids(ref)[0])
    world.run_actor(ref, until=Next.COMPLETE)
    change(world.requests, ref, lambda r: endings.complete(r, world.now))
    close = (world.requests, world.files, world.links, ref, world.now)
    world.requests.between = [lambda: _do(close_request.close_request, *close)]
    close_request.close_request(*close)
    told = [n.recipient_id for n in world.notices(ref) if n.kind == "completed"]
    assert len(told) == 52
    assert len(set(told)) == 52


def test_who_loses_every_race_is_told_to_try_again(world: World) -> None:
    """After 12 lost races the caller gets a conflict; nothing was written for them."""
    ref = world.launched(people=(1, 3))
    second = world.signer_ids(ref)[1]

    def touch() -> None:
        world.requests.between, waiting = [], world.requests.between
        world.change(ref, second, RecipientChange(order=world.load(ref).version))
        world.requests.between = waiting

    world.requests.between = [touch] * ATTEMPTS
    with pytest.raises(RaceLostError, match="concurrent_change"):
        world.relaunch(ref)
    assert "request_relaunched" not in world.kinds(ref)
    assert world.kinds(ref).count("recipient_reordered") == ATTEMPTS
