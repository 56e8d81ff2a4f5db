"""A member has a batch of documents sealed, with one code (P21, P22, P23)."""

from dataclasses import dataclass
from datetime import datetime

from paraphe.domain import sealing
from paraphe.domain.audit import Actor
from paraphe.domain.edit import Decision
from paraphe.domain.errors import ConflictError, RaceLostError
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.model import SignatureRequest
from paraphe.ports import Actors, Codes, Entropy, Members, RequestRef, Requests
from paraphe.usecases.committing import ATTEMPTS, change
from paraphe.usecases.sign_in_browser import read_code, tell_wrong
from paraphe.usecases.waking import start, wake


def ask_to_seal(
    requests: Requests,
    members: Members,
    actors: Actors,
    entropy: Entropy,
    ref: RequestRef,
    member_id: str,
    now: datetime,
    by: Actor | None = None,
) -> SignatureRequest:
    """Freeze the documents and have the code sent to the member; also sends another code (P9).

    The commit is the whole decision: what is lost between it and the actor, `sweep` finds.

    Raises:
        NotFoundError: no such request, or no such member, in this firm.
        ForbiddenError, InvalidError: see `sealing.authorise`.
        InvalidError, ConflictError, GoneError, TooManyError: see `sealing.ask`.

    """
    requests.load(ref)
    authorisation = sealing.authorise(members.member(ref.firm_id, member_id))
    challenge_id = new_id("otp", now, entropy(RANDOM_BYTES))
    command_id = new_id("cmd", now, entropy(RANDOM_BYTES))

    def decide(request: SignatureRequest) -> Decision:
        return sealing.ask(
            request, authorisation, challenge_id=challenge_id, command_id=command_id, now=now, by=by
        )

    request = change(requests, ref, decide)
    if not wake(requests, actors, request, now):
        start(actors, request)
    return request


def confirm_seal(  # noqa: PLR0913 - who asks, in whose name, with which code
    requests: Requests,
    members: Members,
    actors: Actors,
    codes: Codes,
    ref: RequestRef,
    member_id: str,
    *,
    code: str,
    now: datetime,
    by: Actor | None = None,
) -> SignatureRequest:
    """Accept the batch if the code is right; count the try if it is not (P9, P11).

    The member is read anew for every attempt to commit: a capability that was taken back before is
    missed here (P23). The same code again, after it was accepted, changes nothing.

    Raises:
        NotFoundError: no such request, or no such member, in this firm.
        InvalidError: `code_malformed` (not counted), `code_wrong` (counted).
        ForbiddenError, ConflictError, GoneError, LockedError: see `sealing.check_code`.

    """
    typed = read_code(code)
    for _ in range(ATTEMPTS):
        request = requests.load(ref)
        if _is_repeated(codes, request, member_id, typed):
            wake(requests, actors, request, now)
            return request
        decision, right = _try_code(codes, members, request, _Typed(member_id, typed, by), now)
        try:
            stored = requests.commit(request, decision)
        except RaceLostError:
            continue
        if right:
            wake(requests, actors, stored, now)
            return stored
        seal = sealing.batch_seal(stored)
        if seal is None:
            raise ConflictError("not_a_batch", "This request was launched to be signed.")
        tell_wrong(stored, seal.id)
    raise RaceLostError


def _is_repeated(codes: Codes, request: SignatureRequest, member_id: str, typed: str) -> bool:
    used = sealing.confirmed(request, member_id)
    return used is not None and codes.matches(
        used.id, used.documents_digest, typed, used.code_mac or ""
    )


@dataclass(frozen=True, slots=True)
class _Typed:
    """A code as it was given, in whose name, and by whom."""

    member_id: str
    code: str
    by: Actor | None


def _try_code(
    codes: Codes, members: Members, request: SignatureRequest, typed: _Typed, now: datetime
) -> tuple[Decision, bool]:
    member = members.member(request.firm_id, typed.member_id)
    challenge = sealing.check_code(request, member, now)
    mac = challenge.code_mac or ""
    if codes.matches(challenge.id, challenge.documents_digest, typed.code, mac):
        return sealing.accept(request, member, now, typed.by), True
    return sealing.wrong_code(request, challenge.id, member.id, now, typed.by), False
