"""Do what a call asks once, however often it is sent under its caller's key, and answer alike."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from paraphe.domain.errors import ConflictError, InvalidError, ParapheError, RaceLostError
from paraphe.ports.calls import Calls, KeptAnswer, KeptCall, Once, RepeatedCallError
from paraphe.ports.system import TransientError

ATTEMPTS = 8
# How often, and after how many seconds each, somebody else's answer is looked for.
LOOKS, PAUSE = 15, 0.2
# No function runs longer: what has no answer by then never gets one.
GIVEN_UP = timedelta(seconds=30)
# Characters of an answer that is kept: a row ends at 400 KB, and this is compressed.
LONGEST = 250_000


@dataclass(frozen=True, slots=True)
class Act:
    """What a call asks, as its door does it.

    Attributes:
        do: does it, within the terms of the call, and writes the answer.
        refusal: writes the answer that an error is.
        again: makes the answer of a call that has acted and whose answer is not kept.
        secret: whether the answer holds what is told once and never stored.

    """

    do: Callable[[], KeptAnswer]
    refusal: Callable[[ParapheError], KeptAnswer]
    again: Callable[[KeptCall], KeptAnswer]
    secret: bool = False


@dataclass(frozen=True, slots=True)
class ActOnce:
    """Acts, or gives the answer of the run that has acted."""

    calls: Calls

    def __call__(self, once: Once, act: Act, pause: Callable[[float], None]) -> KeptAnswer:
        """Act, unless it was done under this key.

        The transaction that acts decides who was first; the read before it only spares a repeated
        call its way there. What a rule refuses has no effect and leaves the key free; a refusal
        that has one (a wrong code counts) is kept as an answer is.

        Raises:
            InvalidError: `idempotency_key_reused`.
            ConflictError: `idempotency_in_progress`.
            ParapheError: what the act raises.

        """
        for _ in range(ATTEMPTS):
            found = self.calls.find(once)
            if found is not None:
                return self._given(once, found, act, pause)
            try:
                answer = act.do()
            except (RepeatedCallError, RaceLostError):
                pause(PAUSE / 4)  # another run is about to be first, or another writer was
                continue
            except ParapheError as error:
                found = self.calls.find(once)
                if found is None:
                    raise
                if found.run != once.run:
                    return self._given(once, found, act, pause)
                self._keep(once, act.refusal(error))
                raise
            self._keep_some(once, answer, act)
            return answer
        raise RaceLostError

    def _keep_some(self, once: Once, answer: KeptAnswer, act: Act) -> None:
        """Keep an answer, without its body if it is secret or long."""
        if not act.secret and len(answer.body or "") <= LONGEST:
            self._keep(once, answer)
            return
        found = self.calls.find(once)
        if found is not None:
            self._keep(once, replace(answer, body=None), found.made)

    def _keep(self, once: Once, answer: KeptAnswer, made: tuple[str, ...] = ()) -> bool:
        try:
            return self.calls.keep(once, answer, made)
        except TransientError:
            return False  # it was done: a repeated call has its answer made again

    def _given(
        self, once: Once, found: KeptCall, act: Act, pause: Callable[[float], None]
    ) -> KeptAnswer:
        if found.fingerprint != once.fingerprint:
            raise InvalidError(
                "idempotency_key_reused",
                "This Idempotency-Key was used for another call: take a new one for each.",
                parameter="Idempotency-Key",
            )
        if found.run == once.run:  # its own write, whose answer was lost on the way
            return self._again(once, found, act)
        given_up = once.at >= found.at + GIVEN_UP
        for _ in range(LOOKS):
            if found.answer is not None or given_up:
                break
            pause(PAUSE)
            found = self.calls.find(once) or found
        if found.answer is not None and found.answer.body is not None:
            return found.answer
        if found.answer is None and not given_up:
            raise ConflictError(
                "idempotency_in_progress",
                "The call that was sent first under this Idempotency-Key is not answered yet.",
                parameter="Idempotency-Key",
                retry_at=found.at + GIVEN_UP,
            )
        return self._again(once, found, act)

    def _again(self, once: Once, found: KeptCall, act: Act) -> KeptAnswer:
        """Make the answer again from what was made; of several that do, one is kept."""
        answer = act.again(found)
        first = replace(once, run=found.run, at=found.at)
        if act.secret or len(answer.body or "") > LONGEST or self._keep(first, answer):
            return answer
        kept = self.calls.find(once)
        told = kept.answer if kept else None
        return told if told is not None and told.body is not None else answer
