"""P9, P10: ten thousand guesses at once, from many threads."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock

import pytest

from paraphe.domain.errors import ParapheError
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests.model import MAX_CODES, ChallengeState, NoticeKind
from paraphe.domain.signing import code_attempts
from paraphe.ports.requests import RequestRef
from tests.support.fakes import FakeCodes
from tests.support.world import World

GUESSES = 10_000


@dataclass
class CountingCodes(FakeCodes):
    """Counts how often each code is compared."""

    compared: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def matches(self, challenge_id: str, documents_digest: str, code: str, mac: str) -> bool:
        """Keep `Codes.matches`."""
        with self.lock:
            self.compared[challenge_id] += 1
        return super().matches(challenge_id, documents_digest, code, mac)


@pytest.fixture
def codes() -> CountingCodes:
    """Codes that count their comparisons."""
    return CountingCodes()


@pytest.fixture
def world(codes: CountingCodes) -> World:
    """A platform with them."""
    return World(codes=codes)


def _at_once(act: Callable[[str], object], guesses: Iterable[str]) -> Counter[str]:
    def answer(guess: str) -> str:
        try:
            act(guess)
        except ParapheError as error:
            return error.code
        return "passed"

    with ThreadPoolExecutor(32) as pool:
        return Counter(pool.map(answer, guesses))


def _wrong(code: str, count: int) -> list[str]:
    return [f"{(int(code) + 1 + n) % 1_000_000:06d}" for n in range(count)]


def test_p9_ten_thousand_codes_at_once_are_five_comparisons(
    world: World, codes: CountingCodes
) -> None:
    """P9: of each of the five codes that a signer can have."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    for _ in range(MAX_CODES):
        world.now += timedelta(minutes=1)
        world.consent(ref, signer)
        world.run_actor(ref)
        wrong = _wrong(world.code(ref, signer), GUESSES // MAX_CODES)
        said = _at_once(lambda code: world.enter(ref, signer, code), wrong)
        assert said["passed"] == 0
    assert set(codes.compared.values()) == {code_attempts.MAX_TRIES}
    assert len(codes.compared) == MAX_CODES
    assert {c.state for c in world.load(ref).challenges} == {ChallengeState.VOID}


def test_p22_a_batch_s_code_is_compared_five_times(world: World, codes: CountingCodes) -> None:
    """P9, P22: the member's code is no easier."""
    member, ref = world.member(Capability.SEAL), world.batch()
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    wrong = _wrong(world.seal_code(ref), 2_000)
    said = _at_once(lambda code: world.confirm_seal(ref, member, code), wrong)
    assert said["passed"] == 0
    assert set(codes.compared.values()) == {code_attempts.MAX_TRIES}


def test_p9_the_right_code_among_thousands_counts_if_it_was_among_the_five(
    world: World, codes: CountingCodes
) -> None:
    """P9, P11: either it was, and the signature is accepted once; or the code is void."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.consent(ref, signer)
    world.run_actor(ref)
    right = world.code(ref, signer)
    guesses = [code for wrong in _wrong(right, 500) for code in (wrong, right)]
    said = _at_once(lambda code: world.enter(ref, signer, code), guesses)
    assert max(codes.compared.values()) <= code_attempts.MAX_TRIES
    assert said["passed"] == world.kinds(ref).count("signature_accepted") <= 1
    state = world.load(ref).challenges[0].state
    assert state is (ChallengeState.USED if said["passed"] else ChallengeState.VOID)


@pytest.mark.parametrize("door", ["consent", "decline"])
def test_p10_ten_thousand_digits_at_once_are_five_tries(world: World, door: str) -> None:
    """P10: all numbers but the right one, at the same moment."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    right = world.digits(ref, signer)
    wrong = [f"{n:04d}" for n in range(GUESSES) if f"{n:04d}" != right]
    said = _at_once(lambda digits: _type(world, door, ref, signer, digits), wrong)
    assert said["passed"] == 0
    assert set(said) <= {"phone_digits_wrong", "link_locked", "concurrent_change"}
    tries = world.recipient(ref, signer).digit_tries
    assert tries is not None
    assert len(tries.typed) == len(tries.wrong) == 5
    assert Counter(world.kinds(ref))["phone_digits_tried"] == 5
    assert [n.kind for n in world.notices(ref)].count(NoticeKind.LINK_LOCKED) == 1


def _type(world: World, door: str, ref: RequestRef, signer: str, digits: str) -> None:
    if door == "consent":
        world.consent(ref, signer, digits)
    else:
        world.decline(ref, signer, digits=digits)
