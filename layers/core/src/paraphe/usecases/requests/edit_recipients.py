"""Recipients: add, change, remove in a draft; reorder, correct, replace while active (P6)."""

from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, draft_recipients, drafts, launch
from paraphe.domain.requests import changes as change_rules
from paraphe.domain.requests.decision import Decision, find_recipient
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.recipient import Placement, Recipient, RecipientState, Role
from paraphe.ports.delivery import Limits
from paraphe.ports.requests import Executions, RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.usecases.delivery.sending_budgets import Allowance, check_country
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import wake


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is and how they are reached; checked and normalised at the door."""

    name: str
    email: str
    phone: str | None
    locale: str


@dataclass(frozen=True, slots=True)
class RecipientChange:
    """What to change; None leaves as it is."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    locale: str | None = None
    order: int | None = None
    placements: tuple[Placement, ...] | None = None

    @property
    def corrects(self) -> bool:
        """Whether it says who the person is or how they are reached."""
        return any(v is not None for v in (self.name, self.email, self.phone, self.locale))

    def applied_to(self, recipient: Recipient) -> Recipient:
        """Return the recipient with the changes."""
        fields = ("name", "email", "phone", "locale", "order", "placements")
        changes = {f: getattr(self, f) for f in fields if getattr(self, f) is not None}
        return replace(recipient, **changes)


def _check_country(request: SignatureRequest, recipient: Recipient) -> None:
    """Refuse a signer's phone in a country to which the firm sends no codes."""
    if recipient.role is Role.SIGNER:
        check_country(request, recipient.phone)


def new_recipient(
    request: SignatureRequest,
    recipient_id: str,
    person: Person,
    *,
    role: Role,
    order: int,
    placements: tuple[Placement, ...],
) -> Recipient:
    """Return somebody, or the firm's seal, as a recipient of a draft.

    Raises:
        InvalidError: `phone_country_not_allowed`.

    """
    if role is Role.SEAL:
        return replace(launch.seal_recipient(request, recipient_id, order), placements=placements)
    recipient = Recipient(
        id=recipient_id,
        slot=recipient_id,
        role=role,
        order=order,
        name=person.name,
        email=person.email,
        phone=person.phone,
        locale=person.locale,
        placements=placements,
    )
    _check_country(request, recipient)
    return recipient


@dataclass(frozen=True, slots=True)
class RemoveRecipient:
    """Takes somebody out of a draft."""

    requests: Requests

    def __call__(
        self, principal: Principal, ref: RequestRef, recipient_id: str, now: datetime
    ) -> SignatureRequest:
        """Take somebody out of a draft.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError, NotFoundError: see `draft_recipients.remove_recipient`.

        """

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            return draft_recipients.remove_recipient(request, recipient_id, now, by)

        return change(self.requests, ref, decide)


@dataclass(frozen=True, slots=True)
class AddRecipient:
    """Adds somebody to a draft."""

    requests: Requests
    entropy: Entropy

    def __call__(
        self,
        principal: Principal,
        ref: RequestRef,
        person: Person,
        *,
        role: Role,
        order: int,
        placements: tuple[Placement, ...],
        now: datetime,
    ) -> Recipient:
        """Add somebody, or the firm's seal, to a draft.

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare`.
            ConflictError: not a draft. InvalidError: see `draft_recipients.check_recipient`;
                `phone_country_not_allowed`.

        """
        recipient_id = new_id("rcp", now, self.entropy(RANDOM_BYTES))

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.PREPARE, request)
            added = new_recipient(
                request, recipient_id, person, role=role, order=order, placements=placements
            )
            return draft_recipients.add_recipient(request, added, now, by)

        stored = change(self.requests, ref, decide)
        return find_recipient(stored, recipient_id)


@dataclass(frozen=True, slots=True)
class ChangeRecipient:
    """Changes somebody in a draft; corrects somebody in an active request."""

    requests: Requests
    executions: Executions
    limits: Limits

    def __call__(
        self,
        principal: Principal,
        ref: RequestRef,
        recipient_id: str,
        changes: RecipientChange,
        now: datetime,
    ) -> Recipient:
        """Change a draft's recipient, or reorder or correct one of an active request (P6).

        Raises:
            ForbiddenError: `not_permitted` without the capability `prepare` for a draft, `launch`
                from then on.
            GoneError, ConflictError, InvalidError: see `changes` and `draft_recipients`;
                `phone_country_not_allowed`.
            TooManyError: `too_many_mails`: who was invited gets a new link.

        """
        allowance = Allowance(self.limits, now)

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, acting.needed_to_change(request), request)
            recipient = find_recipient(request, recipient_id)
            after = changes.applied_to(recipient)
            if changes.phone is not None:
                _check_country(request, after)
            if request.state is RequestState.DRAFT:
                return draft_recipients.change_recipient(request, after, now, by)
            if changes.placements is not None:
                drafts.check_draft(request)
            decision: Decision | None = None
            if changes.order is not None and changes.order != recipient.order:
                decision = change_rules.reorder(request, recipient_id, changes.order, now, by)
            if changes.corrects:
                base = decision.request if decision else request
                corrected = change_rules.correct(base, recipient_id, after, now, by)
                earlier = decision.events if decision else ()
                decision = Decision(corrected.request, (*earlier, *corrected.events))
                if recipient.state is not RecipientState.WAITING:
                    allowance.mails(request, (after.email,))
            return decision or Decision(request)

        stored = change(self.requests, ref, decide)
        wake(self.requests, self.executions, stored, now)
        return find_recipient(stored, recipient_id)


@dataclass(frozen=True, slots=True)
class ReplaceRecipient:
    """Asks somebody else."""

    requests: Requests
    executions: Executions
    limits: Limits
    entropy: Entropy

    def __call__(
        self,
        principal: Principal,
        ref: RequestRef,
        recipient_id: str,
        person: Person,
        now: datetime,
    ) -> Recipient:
        """Ask somebody else in the place of a recipient who has not signed (P6).

        Raises:
            ForbiddenError: `not_permitted` without the capability `launch`.
            GoneError, ConflictError: see `change_rules.replace_recipient`.
            InvalidError: `phone_required`, `phone_country_not_allowed`.
            TooManyError: `too_many_mails`.

        """
        heir_id = new_id("rcp", now, self.entropy(RANDOM_BYTES))
        allowance = Allowance(self.limits, now)

        def decide(request: SignatureRequest) -> Decision:
            by = acting.allow(principal, Capability.LAUNCH, request)
            old = find_recipient(request, recipient_id)
            heir = Recipient(
                id=heir_id,
                slot=old.slot,
                role=old.role,
                order=old.order,
                name=person.name,
                email=person.email,
                phone=person.phone,
                locale=person.locale,
            )
            draft_recipients.check_recipient(request, heir)
            _check_country(request, heir)
            decision = change_rules.replace_recipient(request, recipient_id, heir, now, by)
            allowance.mails(request, (heir.email,))
            return decision

        stored = change(self.requests, ref, decide)
        wake(self.requests, self.executions, stored, now)
        return find_recipient(stored, heir_id)
