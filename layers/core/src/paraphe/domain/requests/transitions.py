"""Which state may follow which, as data (docs/RULES.md, "Words")."""

from collections.abc import Mapping

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests.model import ChallengeState as C
from paraphe.domain.requests.model import RequestState as R
from paraphe.domain.requests.recipient import RecipientState as P

REQUEST: Mapping[R, frozenset[R]] = {
    R.DRAFT: frozenset({R.ACTIVE, R.CANCELED}),
    R.ACTIVE: frozenset({R.COMPLETING, R.DECLINED, R.EXPIRED, R.CANCELED, R.FAILED}),
    R.COMPLETING: frozenset({R.COMPLETED, R.FAILED}),
    R.COMPLETED: frozenset(),
    R.DECLINED: frozenset(),
    R.EXPIRED: frozenset(),
    R.CANCELED: frozenset(),
    R.FAILED: frozenset({R.ACTIVE, R.COMPLETING, R.CANCELED, R.EXPIRED}),
}

RECIPIENT: Mapping[P, frozenset[P]] = {
    # A seal is not invited: it goes from waiting to signing (P21).
    P.WAITING: frozenset({P.NOTIFIED, P.SIGNING, P.EXPIRED, P.REPLACED}),
    P.NOTIFIED: frozenset({P.VIEWED, P.DECLINED, P.EXPIRED, P.REPLACED}),
    # An approver needs no code: from having opened the link to having approved.
    P.VIEWED: frozenset({P.CONSENTED, P.APPROVED, P.DECLINED, P.EXPIRED, P.REPLACED}),
    P.CONSENTED: frozenset({P.SIGNING, P.DECLINED, P.EXPIRED, P.REPLACED}),
    P.SIGNING: frozenset({P.SIGNED}),
    P.SIGNED: frozenset(),
    P.APPROVED: frozenset(),
    P.DECLINED: frozenset(),
    P.EXPIRED: frozenset(),
    P.REPLACED: frozenset(),
}

CHALLENGE: Mapping[C, frozenset[C]] = {
    C.PENDING: frozenset({C.SENT, C.VOID, C.FAILED}),
    C.SENT: frozenset({C.USED, C.VOID}),
    C.USED: frozenset(),
    C.VOID: frozenset(),
    C.FAILED: frozenset(),
}


def check_request(before: R, after: R) -> None:
    """Refuse a step that the table does not hold.

    Raises:
        ConflictError: `not_allowed_in_state`.

    """
    if after not in REQUEST[before]:
        raise ConflictError(
            "not_allowed_in_state", f"A request that is {before} cannot become {after}."
        )


def check_recipient(before: P, after: P) -> None:
    """Refuse a step that the table does not hold.

    Raises:
        ConflictError: `not_allowed_in_state`.

    """
    if after not in RECIPIENT[before]:
        raise ConflictError(
            "not_allowed_in_state", f"A recipient who is {before} cannot become {after}."
        )


def check_challenge(before: C, after: C) -> None:
    """Refuse a step that the table does not hold.

    Raises:
        ConflictError: `not_allowed_in_state`.

    """
    if after not in CHALLENGE[before]:
        raise ConflictError(
            "not_allowed_in_state", f"A code that is {before} cannot become {after}."
        )
