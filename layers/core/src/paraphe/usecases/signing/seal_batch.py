"""A member has a batch of documents sealed, with one code (P21, P22, P23)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from paraphe.domain.errors import ConflictError, ForbiddenError
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting
from paraphe.domain.requests.decision import Decision, nothing
from paraphe.domain.requests.model import Challenge, SignatureRequest
from paraphe.domain.signing import batch_seal, code_attempts
from paraphe.domain.signing import codes as code_rules
from paraphe.domain.signing.code_attempts import Trial
from paraphe.ports.delivery import Limits
from paraphe.ports.firms import Members
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.ports.signing import Codes
from paraphe.ports.system import Entropy
from paraphe.usecases.delivery.sending_budgets import Allowance, check_country
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import start, wake
from paraphe.usecases.signing.sign_in_browser import read_code


def _unless(
    repeated: Callable[[SignatureRequest], bool], rule: Callable[[SignatureRequest], Decision]
) -> Callable[[SignatureRequest], Decision]:
    """Make a rule change nothing where it would refuse what was done before."""

    def decide(request: SignatureRequest) -> Decision:
        try:
            return rule(request)
        except ConflictError:
            if not repeated(request):
                raise
            return nothing(request)

    return decide


def _counted(request: SignatureRequest) -> tuple[Trial, Challenge]:
    seal = batch_seal.batch_seal(request)
    if seal is None:
        raise ConflictError("not_a_batch", "This request was launched to be signed.")
    return code_rules.counted(request, seal.id)


def _is_repeated(codes: Codes, request: SignatureRequest, member_id: str, typed: str) -> bool:
    used = batch_seal.confirmed(request, member_id)
    return used is not None and _matches(codes, used, typed)


def _matches(codes: Codes, challenge: Challenge, typed: str) -> bool:
    mac = challenge.code_mac or ""
    return codes.matches(challenge.id, challenge.documents_digest, typed, mac)


def _member(members: Members, principal: Principal, member_id: str) -> Member:
    """Return the member who has a batch sealed: software names one, a member is it themselves.

    Raises:
        ForbiddenError: `not_permitted`: a member names another. NotFoundError: no such member.

    """
    if principal.kind is PrincipalKind.MEMBER and principal.id != member_id:
        raise ForbiddenError("not_permitted", "A member has a batch sealed with their own code.")
    return members.member(principal.firm_id, member_id)


@dataclass(frozen=True, slots=True)
class AskToSeal:
    """Has a code sent to the member who wants a batch sealed."""

    requests: Requests
    members: Members
    executions: Executions
    limits: Limits
    entropy: Entropy

    def __call__(
        self, principal: Principal, ref: RequestRef, member_id: str, now: datetime
    ) -> SignatureRequest:
        """Freeze the documents and have the code sent to the member; also sends another code (P9).

        The commit is the whole decision: what is lost between it and the actor, `sweep` finds.

        Raises:
            NotFoundError: no such request, or no such member, in this firm.
            ForbiddenError: `not_permitted` without the capability `seal`.
            ForbiddenError, InvalidError: see `batch_seal.authorise`.
            InvalidError: `phone_country_not_allowed`. TooManyError: `too_many_sms`.
            InvalidError, ConflictError, GoneError, TooManyError: see `batch_seal.ask`.

        """
        allowance = Allowance(self.limits, now)
        challenge_id = new_id("otp", now, self.entropy(RANDOM_BYTES))
        command_id = new_id("cmd", now, self.entropy(RANDOM_BYTES))

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.SEAL, request)
            member = _member(self.members, principal, member_id)
            delegated = principal.on_behalf is not None
            authorisation = batch_seal.authorise(member, delegated=delegated)
            check_country(request, authorisation.phone, field="member")
            decision = batch_seal.ask(
                request,
                authorisation,
                challenge_id=challenge_id,
                command_id=command_id,
                now=now,
                by=by,
            )
            if not decision.changes_nothing:
                allowance.sms(request, authorisation.phone)
            return decision

        request = change(self.requests, ref, decide)
        if not wake(self.requests, self.executions, request, now):
            start(self.executions, request)
        return request


@dataclass(frozen=True, slots=True)
class ConfirmSeal:
    """Accepts a batch if the code is right."""

    requests: Requests
    members: Members
    executions: Executions
    codes: Codes

    def __call__(
        self, principal: Principal, ref: RequestRef, member_id: str, *, code: str, now: datetime
    ) -> SignatureRequest:
        """Accept the batch if the code is right (P9, P11).

        A try is counted before it is compared, as a signer's is. The member is read anew for every
        attempt to commit: a capability that was taken back before is missed here (P23). The same
        code again, after it was accepted, changes nothing.

        Raises:
            NotFoundError: no such request, or no such member, in this firm.
            InvalidError: `code_malformed` (not counted), `code_wrong` (counted).
            ForbiddenError: `not_permitted` without the capability `seal`.
            ForbiddenError, ConflictError, GoneError, LockedError: see `batch_seal.check_code`.

        """
        typed = read_code(code)

        def repeated(request: SignatureRequest) -> bool:
            return _is_repeated(self.codes, request, member_id, typed)

        def count(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.SEAL, request)
            member = _member(self.members, principal, member_id)
            delegated = principal.on_behalf is not None
            challenge = batch_seal.check_code(request, member, now, delegated=delegated)
            return batch_seal.count_try(request, challenge, member_id, now, by)

        request = change(self.requests, ref, _unless(repeated, count))
        if not repeated(request):
            trial, challenge = _counted(request)
            if not _matches(self.codes, challenge, typed):
                by = acting.actor_of(principal)
                wrong = partial(
                    batch_seal.wrong_code, trial=trial, member_id=member_id, now=now, by=by
                )
                change(self.requests, ref, wrong, request)
                raise code_attempts.tell_wrong(trial)

            def accept(request: SignatureRequest) -> Decision:
                by = acting.allow(principal, Capability.SEAL, request)
                member = _member(self.members, principal, member_id)
                return batch_seal.accept(request, member, trial, now, by)

            request = change(self.requests, ref, _unless(repeated, accept), request)
        wake(self.requests, self.executions, request, now)
        return request
