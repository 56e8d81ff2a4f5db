"""Many guesses at once, on the real store: what is compared is bounded (P9, P10)."""

from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.delivery.budgets import Budget
from paraphe.domain.errors import ParapheError
from paraphe.domain.evidence import audit
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import MAX_CODES, ChallengeState
from paraphe.domain.requests.recipient import RecipientState
from paraphe.domain.signing import code_attempts, phone_check
from tests.support.fakes import FakeCodes
from tests.support.world import START, World

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from paraphe.adapters.delivery.send_counters import DynamoLimits
    from paraphe.adapters.requests.request_store import DynamoRequests
    from paraphe.ports.requests import RequestRef

GUESSES = 300
THREADS = 24


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
def world(requests: DynamoRequests, limits: DynamoLimits) -> World:
    """A platform whose requests and limits lie in the embedded DynamoDB."""
    made = World()
    made.codes = CountingCodes()
    made.entropy = os.urandom  # type: ignore[assignment] # ids of its own: the store is shared
    made.requests = requests  # type: ignore[assignment] # the real one
    made.limits = limits  # type: ignore[assignment] # the real one
    return made


def _launched(world: World) -> tuple[RequestRef, str]:
    ref = world.draft()
    world.launch(ref)
    world.run_actor(ref)
    return ref, world.signer_ids(ref)[0]


def _at_once(act: Callable[[str], object], guesses: Iterable[str]) -> Counter[str]:
    """Let many threads try; return the answers by their code."""

    def answer(guess: str) -> str:
        try:
            act(guess)
        except ParapheError as error:
            return error.code
        return "passed"

    with ThreadPoolExecutor(THREADS) as pool:
        return Counter(pool.map(answer, guesses))


def test_p9_however_many_codes_are_typed_at_once_five_are_compared(world: World) -> None:
    """P9: of each code; in all 25 of a signer, whose sixth code is refused."""
    ref, signer = _launched(world)
    for _ in range(MAX_CODES):
        world.now += timedelta(minutes=1)
        world.consent(ref, signer)
        world.run_actor(ref)
        right = int(world.code(ref, signer))
        wrong = [f"{(right + 1 + n) % 1_000_000:06d}" for n in range(GUESSES // MAX_CODES)]
        said = _at_once(lambda code: world.enter(ref, signer, code), wrong)
        assert "passed" not in said
    codes = world.codes
    assert isinstance(codes, CountingCodes)
    assert len(codes.compared) == MAX_CODES
    assert set(codes.compared.values()) == {code_attempts.MAX_TRIES}
    assert {c.state for c in world.load(ref).challenges} == {ChallengeState.VOID}
    kinds = Counter(world.kinds(ref))
    assert kinds["code_tried"] == kinds["code_wrong"] == MAX_CODES * code_attempts.MAX_TRIES
    world.now += timedelta(minutes=1)
    with pytest.raises(ParapheError, match="too_many_codes"):
        world.consent(ref, signer)
    request, events = world.load(ref), world.requests.events(ref)
    assert audit.first_break(events, count=request.audit_seq, head=request.audit_head) is None


def test_p9_the_right_code_among_many_signs_once(world: World) -> None:
    """P9, P11: two hundred taps at once are one signature."""
    ref, signer = _launched(world)
    world.consent(ref, signer)
    world.run_actor(ref)
    right = world.code(ref, signer)
    said = _at_once(lambda code: world.enter(ref, signer, code), [right] * 200)
    assert said["passed"] == 1
    assert world.kinds(ref).count("signature_accepted") == 1
    assert find_recipient(world.load(ref), signer).state is RecipientState.SIGNING


def test_p10_however_many_digits_are_guessed_at_once_five_are_tried(world: World) -> None:
    """P10: then the link is locked, the trail has each try, and the sender gets one mail."""
    ref, signer = _launched(world)
    right = world.digits(ref, signer)
    wrong = [f"{n:04d}" for n in range(GUESSES + 1) if f"{n:04d}" != right][:GUESSES]
    said = _at_once(lambda digits: world.decline(ref, signer, digits=digits), wrong)
    assert said["passed"] == 0
    assert said["phone_digits_wrong"] + said["link_locked"] + said["concurrent_change"] == GUESSES
    recipient = find_recipient(world.load(ref), signer)
    assert recipient.digit_tries is not None
    assert len(recipient.digit_tries.typed) == len(recipient.digit_tries.wrong) == 5
    assert phone_check.locked_until(recipient, world.now) == world.now + timedelta(minutes=15)
    kinds = Counter(world.kinds(ref))
    assert kinds["phone_digits_tried"] == kinds["phone_digits_wrong"] == 5
    with pytest.raises(ParapheError, match="link_locked"):
        world.consent(ref, signer)  # the right ones come too late, for a time
    world.now += timedelta(minutes=15)
    world.consent(ref, signer)


def test_a_budget_is_never_overdrawn(limits: DynamoLimits) -> None:
    """Whoever comes at once; and what is refused takes from no budget."""
    small = Budget("F#frm_1#2026-03-20#SMS#TO#a", 7, START + timedelta(days=1))
    large = Budget("F#frm_1#2026-03-20#SMS", 1000, START + timedelta(days=1))
    with ThreadPoolExecutor(THREADS) as pool:
        refused = list(pool.map(lambda _: limits.take((large, small)), range(100)))
    assert refused.count(None) == 7
    assert refused.count(small) == 93
    rest = Budget(large.key, 1000, large.ends_at, 993)
    assert limits.take((rest,)) is None
    assert limits.take((large,)) == large
    never = Budget("F#frm_1#2026-03-20#MAIL", 3, large.ends_at, 4)
    assert limits.take((never,)) == never
