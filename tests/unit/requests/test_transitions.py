"""The tables of allowed transitions, as data: what is not in them is refused."""

from collections.abc import Callable
from enum import StrEnum
from itertools import product
from typing import Any

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import transitions
from paraphe.domain.requests.model import ChallengeState, RequestState
from paraphe.domain.requests.recipient import RecipientState

# Written out once more on purpose: a change of a table has to be meant.
REQUEST = """
draft active          draft canceled
active completing     active declined     active expired     active canceled     active failed
completing completed  completing failed
failed active         failed completing   failed canceled     failed expired
"""
RECIPIENT = """
waiting notified      waiting expired     waiting replaced   waiting signing
notified viewed       notified declined   notified expired   notified replaced
viewed consented      viewed approved     viewed declined     viewed expired     viewed replaced
consented signing     consented declined  consented expired  consented replaced
signing signed
"""
CHALLENGE = """
pending sent          pending void        pending failed
sent used             sent void
"""


def _pairs(text: str) -> set[tuple[str, str]]:
    words = text.split()
    return set(zip(words[::2], words[1::2], strict=True))


def _cases() -> list[Any]:
    tables: list[tuple[type[StrEnum], Callable[[Any, Any], None], str]] = [
        (RequestState, transitions.check_request, REQUEST),
        (RecipientState, transitions.check_recipient, RECIPIENT),
        (ChallengeState, transitions.check_challenge, CHALLENGE),
    ]
    return [
        pytest.param(
            check,
            before,
            after,
            (str(before), str(after)) in _pairs(text),
            id=f"{states.__name__}-{before}-{after}",
        )
        for states, check, text in tables
        for before, after in product(states, states)
    ]


@pytest.mark.parametrize(("check", "before", "after", "allowed"), _cases())
def test_every_pair(
    check: Callable[[StrEnum, StrEnum], None], before: StrEnum, after: StrEnum, *, allowed: bool
) -> None:
    """Each pair of states is either in the table or refused with a conflict."""
    if allowed:
        check(before, after)
        return
    with pytest.raises(ConflictError) as refused:
        check(before, after)
    assert refused.value.code == "not_allowed_in_state"


@pytest.mark.parametrize("state", ["completed", "declined", "expired", "canceled"])
def test_p11_nothing_follows_an_end(state: str) -> None:
    """P11: no state follows an ended request's."""
    assert not transitions.REQUEST[RequestState(state)]


def test_p11_a_signature_cannot_be_undone() -> None:
    """P11: an accepted signature can only become a made one, and that is final."""
    assert transitions.RECIPIENT[RecipientState.SIGNING] == {RecipientState.SIGNED}
    assert not transitions.RECIPIENT[RecipientState.SIGNED]
