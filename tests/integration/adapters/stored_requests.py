"""Requests as the tests of the table store them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests import drafts
from paraphe.domain.requests.model import Sender, SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.requests import RequestRef

if TYPE_CHECKING:
    from paraphe.adapters.requests.request_store import DynamoRequests

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SENDER = Sender("usr_1", "Claire", "claire@example.org")
numbers = itertools.count(1)


def ref() -> RequestRef:
    """A request of a firm, both new."""
    number = next(numbers)
    return RequestRef(f"frm_{number}", f"sr_{number}")


def draft(requests: DynamoRequests, of: RequestRef, at: datetime = NOW) -> SignatureRequest:
    """Store a draft."""
    decision = drafts.create(
        Firm(of.firm_id, "Cabinet"),
        of.request_id,
        drafts.NewRequest("Bilan", "", SENDER),
        at,
    )
    return requests.commit(None, decision)


def signer(number: int) -> Recipient:
    """Somebody who signs."""
    return Recipient(
        f"rcp_{number}", f"s{number}", Role.SIGNER, 1, "N", "n@example.org", "+33600000000"
    )
