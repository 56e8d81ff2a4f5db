"""What a signer does behind their link: open, consent, type the code, decline (P9 - P12)."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from paraphe.domain import text
from paraphe.domain.errors import InvalidError, NotFoundError
from paraphe.domain.evidence.events.happening import Browser
from paraphe.domain.evidence.events.signing import ConsentPage
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, endings, may_act
from paraphe.domain.requests.decision import Decision, find_recipient
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Mark, Recipient
from paraphe.domain.signing import code_attempts, phone_check, visible_marks
from paraphe.domain.signing import codes as code_rules
from paraphe.domain.signing.links import link_hash
from paraphe.domain.signing.visible_marks import Chosen
from paraphe.ports.delivery import Limits
from paraphe.ports.files import Files
from paraphe.ports.requests import Executions, RecipientRef, Requests
from paraphe.ports.signing import Codes
from paraphe.ports.system import Entropy
from paraphe.usecases.delivery.sending_budgets import Allowance
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.wake_execution import wake

CONSENT_VERSION = "2026-11"
MAX_REASON = 1000
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Visit:
    """Who stands before the page: the request and the recipient whose link it is."""

    request: SignatureRequest
    recipient: Recipient

    @property
    def ref(self) -> RecipientRef:
        """The recipient's reference."""
        return RecipientRef(self.request.firm_id, self.request.id, self.recipient.id)


def open_link(requests: Requests, token: str) -> Visit:
    """Find whose link this is. Changes nothing, however often it is called (P10).

    Raises:
        NotFoundError: `link_unknown`: it never existed, or was replaced by a newer one.

    """
    wanted = link_hash(token)
    ref = requests.by_link(wanted)
    if ref is None:
        raise _link_unknown()
    request = requests.load(ref.request)
    recipient = find_recipient(request, ref.recipient_id)
    if recipient.link_hash is None or not hmac.compare_digest(recipient.link_hash, wanted):
        raise _link_unknown()
    return Visit(request, recipient)


def _link_unknown() -> NotFoundError:
    return NotFoundError("link_unknown", "This link is not valid, or not any more.")


def check_link(request: SignatureRequest, visit: Visit) -> None:
    """Refuse a visit whose link a correction has replaced since the page was opened (P6)."""
    if find_recipient(request, visit.recipient.id).link_hash != visit.recipient.link_hash:
        raise _link_unknown()


def check_person(
    requests: Requests,
    visit: Visit,
    phone_digits: str | None,
    browser: Browser,
    now: datetime,
) -> SignatureRequest:
    """Ask for the last four digits of the person's mobile: mail scanners do not know them (P10).

    A try is counted, by a conditional write, before it is compared; see `phone_check`.

    Args:
        requests: the store.
        visit: from `open_link`.
        phone_digits: as typed; None for a browser that has passed before.
        browser: whose address and agent are kept with a try.
        now: the instant.

    Returns:
        The request as this call knows it by now.

    Raises:
        InvalidError: `phone_digits_wrong`. LockedError: `link_locked`.
        GoneError, ConflictError: see `may_act.check_may_act`.

    """
    if phone_digits is None:
        return visit.request
    typed = phone_check.read_digits(phone_digits)
    mine = visit.recipient.id
    seen = Browser(ip=browser.ip, user_agent=browser.user_agent)

    def count(request: SignatureRequest) -> Decision:
        check_link(request, visit)
        return phone_check.count_try(request, mine, typed, seen, now)

    counted = change(requests, visit.ref.request, count, visit.request)
    phone = find_recipient(counted, mine).phone
    if phone and hmac.compare_digest(phone[-len(typed) :], typed):
        return counted
    wrong = partial(phone_check.wrong_try, recipient_id=mine, typed=typed, now=now)
    told = change(requests, visit.ref.request, wrong, counted)
    raise phone_check.tell_wrong(find_recipient(told, mine), now)


@dataclass(frozen=True, slots=True)
class Consented:
    """What a signer gives to consent.

    Attributes:
        agreed: whether the box was ticked.
        phone_digits: the person check; None for a browser that has passed it.
        page: address, agent, pages seen.

    """

    agreed: bool
    phone_digits: str | None
    page: ConsentPage


@dataclass(frozen=True, slots=True)
class Entered:
    """What a signer gives to sign.

    Attributes:
        code: as typed.
        browser: address, agent, language.
        mark: how the visible mark shall look; None for name and date alone.
        phone_digits: the person check; None for a browser that has passed it.

    """

    code: str
    browser: Browser
    mark: Chosen | None = None
    phone_digits: str | None = None


def read_code(entered: str) -> str:
    """Return the six digits that somebody typed, without spaces.

    Raises:
        InvalidError: `code_malformed`; it does not count as a try.

    """
    typed = "".join(c for c in entered if not c.isspace())
    if len(typed) != CODE_DIGITS or not (typed.isascii() and typed.isdigit()):
        raise InvalidError("code_malformed", "The code has six digits.", field="code")
    return typed


def _keep_mark(files: Files, visit: Visit, mark: Chosen | None) -> Mark | None:
    if mark is None or not visible_marks.may_choose(visit.recipient):
        return None
    return mark.kept_as(files.store_mark(visit.ref, mark.content))


def _read_reason(reason: str) -> str:
    try:
        said = text.lines(reason)
    except text.UnreadableError as error:
        raise InvalidError("reason_unreadable", str(error), field="reason") from None
    if not said:
        raise InvalidError("reason_missing", "Say why you decline.", field="reason")
    if len(said) > MAX_REASON:
        raise InvalidError("reason_too_long", "At most 1,000 characters.", field="reason")
    return said


@dataclass(frozen=True, slots=True)
class GiveConsent:
    """Takes a signer's consent, and has the code sent."""

    requests: Requests
    executions: Executions
    limits: Limits
    entropy: Entropy

    def __call__(self, visit: Visit, consented: Consented, now: datetime) -> SignatureRequest:
        """Take the consent; the actor then sends the code. Also asks for another code (P9).

        Args:
            visit: from `open_link`.
            consented: what was ticked and typed.
            now: the instant.

        Raises:
            InvalidError: `consent_missing`, `phone_digits_wrong`.
            LockedError: `link_locked`.
            TooManyError: `too_many_sms`.
            GoneError, ConflictError, TooManyError: see `code_rules.consent`.

        """
        may_act.check_may_sign(visit.request, visit.recipient.id, now)
        if not consented.agreed:
            raise InvalidError("consent_missing", "Tick the box to go on.", field="agreed")
        known = check_person(
            self.requests, visit, consented.phone_digits, consented.page.browser, now
        )
        challenge_id = new_id("otp", now, self.entropy(RANDOM_BYTES))
        command_id = new_id("cmd", now, self.entropy(RANDOM_BYTES))
        allowance = Allowance(self.limits, now)

        def decide(request: SignatureRequest) -> Decision:
            check_link(request, visit)
            decision = code_rules.consent(
                request,
                visit.recipient.id,
                challenge_id=challenge_id,
                command_id=command_id,
                version=CONSENT_VERSION,
                page=consented.page,
                now=now,
            )
            if not decision.changes_nothing and not request.is_test:
                allowance.sms(request, find_recipient(request, visit.recipient.id).phone)
            return decision

        request = change(self.requests, visit.ref.request, decide, known)
        wake(self.requests, self.executions, request, now)
        return request


@dataclass(frozen=True, slots=True)
class EnterCode:
    """Accepts a signature if the code is right."""

    requests: Requests
    executions: Executions
    codes: Codes
    entropy: Entropy
    files: Files

    def __call__(self, visit: Visit, entered: Entered, now: datetime) -> SignatureRequest:
        """Accept the signature if the code is right (P9, P11).

        A try is counted, by a conditional write, before KMS compares it: however many come at once,
        five are compared. How the visible mark looks is stored once the code is known to be right,
        and frozen by the write that accepts the signature.

        Raises:
            InvalidError: `code_malformed` (not counted), `phone_digits_wrong`, `code_wrong`.
            LockedError: `code_void` from the fifth wrong try on; `link_locked`.
            GoneError, ConflictError: see `code_rules.check_code`.

        """
        typed = read_code(entered.code)
        mine = visit.recipient.id
        if entered.phone_digits is not None:
            # What cannot be signed now costs no try of the digits.
            code_rules.check_code(visit.request, mine, now)
        known = check_person(self.requests, visit, entered.phone_digits, entered.browser, now)
        by = acting.signer(visit.request, mine)

        def count(request: SignatureRequest) -> Decision:
            check_link(request, visit)
            return code_attempts.count_try(
                request, code_rules.check_code(request, mine, now), now, by
            )

        known = change(self.requests, visit.ref.request, count, known)
        trial, challenge = code_rules.counted(known, mine)
        if not self.codes.matches(
            challenge.id, challenge.documents_digest, typed, challenge.code_mac or ""
        ):
            wrong = partial(code_attempts.wrong_code, trial=trial, now=now, by=by)
            change(self.requests, visit.ref.request, wrong, known)
            raise code_attempts.tell_wrong(trial)
        kept = _keep_mark(self.files, visit, entered.mark)
        command_id = new_id("cmd", now, self.entropy(RANDOM_BYTES))

        def accept(request: SignatureRequest) -> Decision:
            check_link(request, visit)
            return code_rules.accept_signature(
                request,
                mine,
                trial=trial,
                command_id=command_id,
                browser=entered.browser,
                now=now,
                mark=kept,
            )

        request = change(self.requests, visit.ref.request, accept, known)
        wake(self.requests, self.executions, request, now)
        return request


@dataclass(frozen=True, slots=True)
class Decline:
    """Ends a request because a signer or an approver declines."""

    requests: Requests
    executions: Executions

    def __call__(
        self,
        visit: Visit,
        *,
        reason: str,
        phone_digits: str | None,
        browser: Browser,
        now: datetime,
    ) -> SignatureRequest:
        """End the request because they decline, with a reason (P12).

        Raises:
            InvalidError: `reason_missing`, `reason_too_long`, `reason_unreadable`,
                `phone_digits_wrong`.
            LockedError: `link_locked`.
            GoneError, ConflictError: see `endings.decline`.

        """
        may_act.check_may_decline(visit.request, visit.recipient.id, now)
        said = _read_reason(reason)
        known = check_person(self.requests, visit, phone_digits, browser, now)

        def decide(request: SignatureRequest) -> Decision:
            check_link(request, visit)
            return endings.decline(request, visit.recipient.id, said, now)

        request = change(self.requests, visit.ref.request, decide, known)
        wake(self.requests, self.executions, request, now)
        return request
