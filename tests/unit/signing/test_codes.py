"""P9, P11, P14: consent, codes, and what makes a signature count."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError, GoneError, LockedError, TooManyError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.happening import UNSEEN
from paraphe.domain.evidence.events.signing import NO_PAGE
from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests import may_act
from paraphe.domain.requests.model import (
    ChallengeState,
    CommandKind,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import RecipientState
from paraphe.domain.signing import code_attempts, codes
from tests.support.world import FIRM, MILLISECOND, World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _with_code(world: World) -> tuple[SignatureRequest, str]:
    """Return a request whose first signer has just been sent a code."""
    ref = world.launched(people=(1, 2))
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    return world.run_actor(ref), signer


def _accept(request: SignatureRequest, signer: str, world: World) -> SignatureRequest:
    counted = _count(request, signer, world)
    trial, _ = codes.counted(counted, signer)
    return codes.accept_signature(
        counted, signer, trial=trial, command_id="cmd_00000001", browser=UNSEEN, now=world.now
    ).request


def _count(request: SignatureRequest, signer: str, world: World) -> SignatureRequest:
    challenge = codes.check_code(request, signer, world.now)
    return code_attempts.count_try(
        request, challenge, world.now, Actor("recipient", signer)
    ).request


def test_p9_the_code_is_sent_only_after_consent(world: World) -> None:
    """P9: no tick, no SMS; then one, to the phone that the sender gave."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    assert world.sms.sent == []
    with pytest.raises(ConflictError, match="no_code"):
        codes.check_code(world.load(ref), signer, world.now)
    world.consent(ref, signer)
    world.run_actor(ref)
    code = world.code(ref, signer)
    assert [phone for phone, _ in world.sms.sent] == [world.recipient(ref, signer).phone]
    assert code in world.sms.sent[0][1]


def test_p9_neither_code_nor_link_is_stored(world: World) -> None:
    """P9: what is stored of a code is a keyed hash, of a link a hash."""
    request, signer = _with_code(world)
    challenge = codes.newest_challenge(request, signer)
    assert challenge is not None
    assert challenge.code_mac is not None
    assert world.codes.make(challenge.id) not in repr(request)
    assert world.codes.make(challenge.id) not in repr(world.requests.trails)


@pytest.mark.parametrize("minutes", [30, 10])
def test_p9_a_code_works_for_its_minutes_from_sending(minutes: int) -> None:
    """P9: 30 minutes from sending (10 is a firm setting); at the very end it is too old."""
    world = World()
    world.firms.save(Firm(FIRM.id, FIRM.name, otp_minutes=minutes))
    request, signer = _with_code(world)
    end = world.now + timedelta(minutes=minutes)
    assert codes.check_code(request, signer, end - MILLISECOND).state is ChallengeState.SENT
    with pytest.raises(GoneError, match="code_expired"):
        codes.check_code(request, signer, end)


def test_p9_the_minutes_run_from_sending_not_from_asking(world: World) -> None:
    """P9: an SMS service that was away for an hour does not eat up the signer's time."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    world.now += timedelta(hours=1)
    world.run_actor(ref)
    assert codes.check_code(world.load(ref), signer, world.now).sent_at == world.now


def test_p9_a_code_works_once(world: World) -> None:
    """P9: a used code is used."""
    request, signer = _with_code(world)
    accepted = _accept(request, signer, world)
    challenge = codes.newest_challenge(accepted, signer)
    assert challenge is not None
    assert challenge.state is ChallengeState.USED
    with pytest.raises(ConflictError, match="already_signing"):
        codes.check_code(accepted, signer, world.now)


def test_p9_five_wrong_tries_void_a_code(world: World) -> None:
    """P9: the fifth wrong try voids it, even for the right code; another code can be asked for."""
    request, signer = _with_code(world)
    for number in range(1, 6):
        assert codes.check_code(request, signer, world.now).tries == number - 1
        trial, _ = codes.counted(_count(request, signer, world), signer)
        assert trial.number == number
        request = _count(request, signer, world)
        decision = code_attempts.wrong_code(request, trial, world.now, Actor("recipient", signer))
        assert decision.events[0].data["tries"] == number
        assert decision.events[0].data["void"] is (number == 5)
        request = decision.request
    with pytest.raises(LockedError, match="code_void"):
        _accept(request, signer, world)
    again = _ask(request, signer, world, 2)
    assert again.commands[-1].kind is CommandKind.ISSUE_OTP


def test_p9_a_sixth_try_is_refused_before_it_is_compared(world: World) -> None:
    """P9: five were counted and none was answered, as after a crash: there is no sixth."""
    request, signer = _with_code(world)
    for _ in range(5):
        request = _count(request, signer, world)
    challenge = codes.newest_challenge(request, signer)
    assert challenge is not None
    assert (challenge.state, challenge.tries) == (ChallengeState.SENT, 5)
    with pytest.raises(LockedError, match="code_void"):
        codes.check_code(request, signer, world.now)
    sixth = code_attempts.Trial(challenge.id, 6)
    with pytest.raises(LockedError, match="code_void"):
        codes.check_code(request, signer, world.now, sixth)
    fifth = code_attempts.Trial(challenge.id, 5)
    assert codes.check_code(request, signer, world.now, fifth) == challenge


def test_p9_a_try_of_a_code_that_was_replaced_meanwhile_counts_for_nothing(world: World) -> None:
    """P9: it was counted and compared; before it is accepted another code was asked for."""
    request, signer = _with_code(world)
    counted = _count(request, signer, world)
    trial, _ = codes.counted(counted, signer)
    world.now += timedelta(minutes=1)
    asked = _ask(counted, signer, world, 2)
    command = asked.commands[-1].id
    sent = codes.code_sent(
        asked, command, code_mac="mac", sent_to="+33", sent_at=world.now, now=world.now
    ).request
    with pytest.raises(LockedError, match="code_void"):
        codes.check_code(sent, signer, world.now, trial)


def _ask(request: SignatureRequest, signer: str, world: World, number: int) -> SignatureRequest:
    return codes.consent(
        request,
        signer,
        challenge_id=f"otp_0000000{number}",
        command_id=f"cmd_0000000{number}",
        version="1",
        page=NO_PAGE,
        now=world.now,
    ).request


def test_p9_at_most_five_codes(world: World) -> None:
    """P9: the sixth code of a signer in a request is refused, however far apart they are."""
    request, signer = _with_code(world)
    for number in range(2, 6):
        world.now += timedelta(hours=1)
        request = _ask(request, signer, world, number)
        command = request.commands[-1].id
        request = codes.code_sent(
            request,
            command,
            code_mac="mac",
            sent_to="+33639980000",
            sent_at=world.now,
            now=world.now,
        ).request
    world.now += timedelta(hours=1)
    with pytest.raises(TooManyError, match="too_many_codes"):
        _ask(request, signer, world, 6)
    states = [c.state for c in request.challenges]
    assert states == [ChallengeState.VOID] * 4 + [ChallengeState.SENT]


def test_p9_another_code_only_after_thirty_seconds(world: World) -> None:
    """P9: impatient clicks do not use up the five codes."""
    request, signer = _with_code(world)
    world.now += timedelta(seconds=30) - MILLISECOND
    with pytest.raises(TooManyError, match="too_soon"):
        _ask(request, signer, world, 2)
    world.now += MILLISECOND
    assert len(_ask(request, signer, world, 2).challenges) == 2


def test_p9_a_click_while_the_code_is_on_its_way_changes_nothing(world: World) -> None:
    """P9: two taps on the box ask for one code."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    request = world.consent(ref, signer)
    again = world.consent(ref, signer)
    assert (again.challenges, again.commands) == (request.challenges, request.commands)
    assert len(request.challenges) == 1
    assert world.recipient(ref, signer).codes_requested == 1


def test_p9_a_code_is_for_these_documents_only(world: World) -> None:
    """P9: a challenge bound to another digest is refused."""
    request, signer = _with_code(world)
    other = replace(request, documents_digest="0" * 64)
    with pytest.raises(GoneError, match="code_of_other_documents"):
        codes.check_code(other, signer, world.now)


def test_p9_a_refused_phone_is_written_down(world: World) -> None:
    """P9: the sender has to correct the phone; the signer is told that no code was sent."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.sms.refused.add(world.recipient(ref, signer).phone or "")
    world.consent(ref, signer)
    world.run_actor(ref)
    assert world.requests.events(ref)[-1].data["reason"] == "phone_refused"
    with pytest.raises(ConflictError, match="no_code"):
        codes.check_code(world.load(ref), signer, world.now)
    assert world.consent(ref, signer).commands


def test_p11_an_accepted_signature_stays(world: World) -> None:
    """P11: from acceptance on there is no declining, consenting or correcting for this signer."""
    request, signer = _with_code(world)
    accepted = _accept(request, signer, world)
    with pytest.raises(ConflictError, match="already_signing"):
        may_act.check_may_sign(accepted, signer, world.now)


def test_p11_the_last_acceptance_cannot_be_stopped(world: World) -> None:
    """P11: with the last accepted signature the request is `completing`."""
    ref = world.launched(people=(1, 1))
    first, second = world.signer_ids(ref)
    assert world.accept(ref, first).state is RequestState.ACTIVE
    request = world.accept(ref, second)
    assert request.state is RequestState.COMPLETING
    with pytest.raises(ConflictError, match="request_completing"):
        world.cancel(ref)
    world.now = (request.deadline or world.now) + timedelta(days=1)
    assert world.run_actor(ref).state is RequestState.COMPLETED


def test_p14_accepted_a_millisecond_before_the_deadline_counts(world: World) -> None:
    """P14: accepted at deadline - 1 ms, applied after it, and it counts."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - MILLISECOND
    world.accept(ref, signer)
    world.now = deadline + timedelta(minutes=3)
    request = world.run_actor(ref)
    assert request.state is RequestState.COMPLETED
    assert request.recipients[0].accepted_at == deadline - MILLISECOND


def test_p14_at_the_deadline_it_is_refused(world: World) -> None:
    """P14: the same code, one millisecond later, signs nothing."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - MILLISECOND
    world.consent(ref, signer)
    world.run_actor(ref)
    before = world.load(ref)
    world.now = deadline
    with pytest.raises(GoneError, match="request_expired"):
        world.enter(ref, signer, world.code(ref, signer))
    assert world.load(ref) == before
    world.now += timedelta(seconds=1)  # the workflow waits whole seconds
    assert world.run_actor(ref).state is RequestState.EXPIRED


def test_p14_accepted_in_time_but_others_too_late(world: World) -> None:
    """P14: an accepted signature is applied after the deadline, and then the request expires."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    deadline = world.load(ref).deadline
    assert deadline is not None
    world.now = deadline - MILLISECOND
    world.accept(ref, first)
    world.now = deadline
    request = world.run_actor(ref)
    assert request.state is RequestState.EXPIRED
    assert world.recipient(ref, first).state is RecipientState.SIGNED
    assert world.recipient(ref, second).state is RecipientState.EXPIRED
