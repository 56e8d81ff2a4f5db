"""Answer a person who asks a firm for their data, or for its erasure (GDPR Art. 15, 17, 20)."""

import base64
import binascii
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.requests.personal_data import (
    Asked,
    DataAnswer,
    Fate,
    Held,
    Record,
    Subject,
)
from paraphe.ports.acting import Invitations
from paraphe.ports.bulk import BulkLaunches
from paraphe.ports.contacts import Contacts
from paraphe.ports.firms import Members
from paraphe.ports.requests import Requests
from paraphe.ports.templates import Templates
from paraphe.usecases.requests import look_for_person as firm
from paraphe.usecases.requests import look_in_requests
from paraphe.usecases.requests.look_for_person import FoundPage, Looking

# A call looks so often, and stops once it has found so much.
LOOKS, ENOUGH = 12, 25


@dataclass(frozen=True, slots=True)
class AnswerDataRequest:
    """Looks for a person in everything that a firm holds, one bounded look after the other."""

    contacts: Contacts
    invitations: Invitations
    members: Members
    templates: Templates
    bulk_launches: BulkLaunches
    requests: Requests

    def __call__(
        self,
        principal: Principal,
        asked: Asked,
        subject: Subject,
        cursor: str | None,
        now: datetime,
    ) -> DataAnswer:
        """Export what is held, or erase what may be erased; both may be repeated as one likes.

        Raises:
            ForbiddenError: `not_permitted` without the capability `manage`.
            InvalidError: `bad_cursor`, `cursor_of_another_list`.

        """
        principal.check_may(Capability.MANAGE)
        looking = Looking(principal, subject, now)
        digest = _digest(looking, asked)
        place, position = _read(cursor, digest) if cursor is not None else (0, None)
        records: list[Record] = []
        fates: list[Fate] = []
        places = self._places()
        for _ in range(LOOKS):
            page = places[place](looking, position)
            for found in page.found:
                if asked is Asked.EXPORT:
                    records.append(found.record)
                elif asked is Asked.ERASE:
                    fates.append(found.erase())
            position = page.position
            place += position is None
            if place == len(places):
                return DataAnswer(tuple(records), tuple(fates))
            if len(records) + len(fates) >= ENOUGH:
                break
        return DataAnswer(tuple(records), tuple(fates), _cursor(digest, place, position))

    def _places(self) -> tuple[Callable[[Looking, str | None], FoundPage], ...]:
        """Return where to look, in the order of `Held`."""
        by_kind: dict[Held, Callable[[Looking, str | None], FoundPage]] = {
            Held.CONTACT: lambda who, at: firm.in_contacts(self.contacts, who, at),
            Held.INVITATION: lambda who, at: firm.in_invitations(self.invitations, who, at),
            Held.MEMBER: lambda who, at: firm.in_members(self.members, who, at),
            Held.TEMPLATE: lambda who, at: firm.in_templates(self.templates, who, at),
            Held.BULK_ROW: lambda who, at: look_in_requests.in_bulk_launches(
                self.bulk_launches, who, at
            ),
            Held.RECIPIENT: lambda who, at: look_in_requests.in_received(self.requests, who, at),
            Held.SENDER: lambda who, at: look_in_requests.in_sent(self.requests, who, at),
        }
        return tuple(by_kind[kind] for kind in Held)


def _digest(looking: Looking, asked: Asked) -> str:
    """Return what tells look-ups apart: a cursor of one means nothing in another."""
    who = looking.subject
    named = [looking.firm_id, asked, (who.email or "").casefold(), who.name, who.phone]
    return hashlib.sha256(json.dumps(named).encode()).hexdigest()[:12]


def _cursor(digest: str, place: int, position: str | None) -> str:
    text = json.dumps([digest, place, position])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, digest: str) -> tuple[int, str | None]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        told = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError):
        told = None
    match told:
        case [str(whose), bool(), _]:
            whose = ""
        case [str(whose), int(place), str() | None as position] if 0 <= place < len(Held):
            if whose == digest:
                return place, position
            raise InvalidError(
                "cursor_of_another_list",
                "This cursor goes on with another person or another kind: leave it out.",
                field="cursor",
            )
    raise InvalidError(
        "bad_cursor", "This cursor was not given here: take `next_cursor`.", field="cursor"
    )
