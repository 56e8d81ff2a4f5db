"""The firm's seal on a batch of documents: one member, one code, no signers (P21, P22, P23).

A batch is a request of 1 to 50 documents. The member who may seal asks for it, which freezes the
documents and has one code sent to their phone; the code, bound to the digest of all documents,
confirms it. What follows is the seal's turn as in every request.
"""

from datetime import datetime

from paraphe.domain.errors import ConflictError, ForbiddenError, InvalidError, TooManyError
from paraphe.domain.evidence.audit import MEMBER, Actor, Person
from paraphe.domain.evidence.events.signing import CodeRequested, SealAccepted, SealRequested
from paraphe.domain.firms import member as members
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests import launch, may_act
from paraphe.domain.requests.decision import Decision, Edit, nothing
from paraphe.domain.requests.model import (
    Challenge,
    ChallengeState,
    RequestState,
    SignatureRequest,
)
from paraphe.domain.requests.recipient import (
    DECIDING,
    Authorisation,
    Recipient,
    RecipientState,
    Role,
)
from paraphe.domain.signing import code_attempts, codes
from paraphe.domain.signing.code_attempts import Trial

_ACCEPTED = frozenset({RecipientState.SIGNING, RecipientState.SIGNED})


def authorise(member: Member, *, delegated: bool = False) -> Authorisation:
    """Return what is kept of the member who has a batch sealed.

    Who acts under a delegation (`delegated`) was asked for that capability already.

    Raises:
        ForbiddenError: `not_permitted`: without the capability `seal` (P23).
        InvalidError: `member_phone_required`: the code has nowhere to go (P9).

    """
    _check_may(member, delegated=delegated)
    if not member.phone:
        raise InvalidError(
            "member_phone_required",
            "This member has no mobile phone: the code is sent to it.",
            field="member",
        )
    return Authorisation(member.id, member.name, member.phone, Capability.SEAL)


def _check_may(member: Member, *, delegated: bool) -> None:
    if delegated:
        members.check_active(member)
    else:
        members.check_may(member, Capability.SEAL)


def batch_seal(request: SignatureRequest) -> Recipient | None:
    """Return the seal that a member has affixed directly, or None: the request is no such batch."""
    return next((r for r in request.recipients if r.authorised_by is not None), None)


def ask(
    request: SignatureRequest,
    authorisation: Authorisation,
    *,
    challenge_id: str,
    command_id: str,
    now: datetime,
    by: Actor | None = None,
) -> Decision:
    """Have a draft sealed, or another code sent; a second click while one is on its way is none.

    Another member who may seal can take over: the code of the one before is void then.

    Args:
        request: as stored.
        authorisation: who asks, from `authorise`.
        challenge_id: id for the new code.
        command_id: id for the actor's command.
        now: the instant.
        by: the software that asks in the member's name.

    Raises:
        InvalidError: `no_documents`, `documents_not_ready`, `has_signers`, `several_seals`,
            `no_seal`, or a visible seal that the pages cannot hold.
        ConflictError: `not_a_batch`, `already_signing`, `already_signed`, `request_<state>`.
        GoneError: it ended, or its deadline has passed (P14).
        TooManyError: `too_soon`, `too_many_codes` (P9).

    """
    edit = Edit(request, now)
    actor, member = _asked(authorisation.member_id, by)
    if request.state is RequestState.DRAFT:
        seal = _freeze(edit, actor, member)
    else:
        seal = check_may_seal(request, now)
    last = codes.newest_challenge(request, seal.id)
    if last is not None and last.state is ChallengeState.PENDING:
        if _is_by(seal, authorisation.member_id):
            return nothing(request)
        raise TooManyError("too_soon", "A code is on its way to another member.")
    codes.check_another_code(seal, last, now)
    if seal.authorised_by != authorisation:
        edit.recipient(seal.id, authorised_by=authorisation)
        asked = SealRequested(
            recipient=seal.id,
            name=authorisation.name,
            capability=str(authorisation.capability),
            member=member,
        )
        edit.event(asked, actor)
    codes.ask_for_code(edit, seal.id, challenge_id=challenge_id, command_id=command_id)
    edit.event(CodeRequested(challenge=challenge_id, member=member), actor)
    return edit.decision()


def _asked(member_id: str, by: Actor | None) -> tuple[Actor, str | None]:
    """Return who asks or types, and in which member's name if it is software."""
    if by is None:
        return Actor(MEMBER, member_id), None
    return by, None if by.kind == MEMBER else member_id


def _freeze(edit: Edit, actor: Actor, member: str | None) -> Recipient:
    request = edit.request
    launch.check_documents(request)
    if any(r.role in DECIDING or r.role is Role.VIEWER for r in request.recipients):
        raise InvalidError(
            "has_signers",
            "Somebody is to sign, approve or read: launch it, with a seal among the recipients.",
        )
    seals = [r for r in request.recipients if r.role is Role.SEAL]
    if len(seals) > 1:
        raise InvalidError("several_seals", "One seal is affixed: take the others out.")
    seal = seals[0] if seals else launch.add_seal(edit, 1)
    # The member has the code or asks for another: nobody is reminded.
    edit.set(reminder_days=())
    launch.freeze(edit, actor, member)
    return seal


def check_may_seal(request: SignatureRequest, now: datetime) -> Recipient:
    """Return the seal of a batch that waits for its code.

    Raises:
        ConflictError: `not_a_batch`, `already_signing`, `already_signed`, `request_<state>`.
        GoneError: it ended, or its deadline has passed (P14).

    """
    seal = batch_seal(request)
    if seal is not None and seal.state in _ACCEPTED:
        raise ConflictError(f"already_{seal.state}", "This batch is confirmed already.")
    may_act.check_open(request, now)
    if seal is None:
        raise ConflictError("not_a_batch", "This request was launched to be signed.")
    return seal


def check_may_get_code(request: SignatureRequest, recipient_id: str, now: datetime) -> None:
    """Refuse a code to who may not act: a signer out of turn, a batch that is over.

    Raises:
        GoneError, ConflictError: as `may_act.check_may_sign`, `check_may_seal`.

    """
    seal = batch_seal(request)
    if seal is not None and seal.id == recipient_id:
        check_may_seal(request, now)
    else:
        may_act.check_may_sign(request, recipient_id, now)


def confirmed(request: SignatureRequest, member_id: str) -> Challenge | None:
    """Return the code by which this member has confirmed the batch, if they have."""
    seal = batch_seal(request)
    if seal is None or seal.state not in _ACCEPTED or not _is_by(seal, member_id):
        return None
    used = (c for c in request.challenges if c.recipient_id == seal.id)
    return next((c for c in used if c.state is ChallengeState.USED), None)


def _is_by(seal: Recipient, member_id: str) -> bool:
    return seal.authorised_by is not None and seal.authorised_by.member_id == member_id


def check_code(
    request: SignatureRequest,
    member: Member,
    now: datetime,
    trial: Trial | None = None,
    *,
    delegated: bool = False,
) -> Challenge:
    """Return the challenge that a code typed now by this member is tried against.

    Raises:
        ForbiddenError: `not_permitted` without the capability (any more); `not_your_code` when
            the code was sent to another member.
        GoneError, ConflictError, LockedError: as `check_may_seal`, `codes.check_challenge`.

    """
    seal = check_may_seal(request, now)
    _check_may(member, delegated=delegated)
    if not _is_by(seal, member.id):
        raise ForbiddenError("not_your_code", "The code was sent to another member.")
    return codes.check_challenge(request, seal.id, now, trial)


def count_try(
    request: SignatureRequest, challenge: Challenge, member_id: str, now: datetime, by: Actor | None
) -> Decision:
    """Count a try before it is compared (P9)."""
    return code_attempts.count_try(request, challenge, now, *_asked(member_id, by))


def wrong_code(
    request: SignatureRequest, trial: Trial, member_id: str, now: datetime, by: Actor | None
) -> Decision:
    """Write down that a counted try was wrong; the fifth voids the code (P9)."""
    return code_attempts.wrong_code(request, trial, now, *_asked(member_id, by))


def accept(
    request: SignatureRequest,
    member: Member,
    trial: Trial,
    now: datetime,
    by: Actor | None = None,
) -> Decision:
    """Accept the right code: from here the batch is sealed and nothing can stop it (P11, P14).

    Raises:
        ForbiddenError, GoneError, ConflictError, LockedError: as `check_code`.

    """
    delegated = isinstance(by, Person) and by.delegation is not None
    challenge = check_code(request, member, now, trial, delegated=delegated)
    edit = Edit(request, now)
    edit.challenge(challenge.id, state=ChallengeState.USED)
    edit.recipient(challenge.recipient_id, state=RecipientState.SIGNING, accepted_at=now)
    actor, in_the_name_of = _asked(member.id, by)
    accepted = SealAccepted(
        recipient=challenge.recipient_id,
        challenge=challenge.id,
        documents_digest=challenge.documents_digest,
        tries=challenge.tries - 1,
        name=member.name,
        capability=str(Capability.SEAL),
        member=in_the_name_of,
    )
    edit.event(accepted, actor)
    edit.become(RequestState.COMPLETING)
    return edit.decision()
