"""P2, P23: staff are invited by e-mail; the link works once, for a week, and is stored nowhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from deliver.handler import handle
from paraphe import clock
from paraphe.domain.errors import GoneError, NotFoundError
from paraphe.domain.firms.invitation import Invited
from paraphe.domain.firms.member import Capability, MemberKind
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.usecases import using
from paraphe.usecases.delivery.deliver_invitation import DeliverInvitation
from paraphe.usecases.firms.invite_staff import (
    AcceptInvitation,
    InviteStaff,
    ResendInvitation,
    RevokeInvitation,
)
from tests.support.services import Office
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from paraphe.domain.firms.invitation import Invitation

MANAGER = Principal(
    FIRM.id, PrincipalKind.CLIENT, "client", capabilities=frozenset({Capability.MANAGE})
)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Signed:
    """Somebody who has signed in."""

    subject: str = "sub-lea"
    name: str = "Léa Petit"


class Firm:
    """A firm that invites."""

    def __init__(self) -> None:
        self.world = World()
        self.office = Office(self.world, {})

    def invite(self) -> Invitation:
        """Invite somebody."""
        invited = Invited("Léa P.", "lea@cabinet.test", "fr")
        return using(InviteStaff, self.office)(MANAGER, invited, self.world.now)

    def images(self) -> list[dict[str, Any]]:
        """What the stream shows of the rows of the outbox."""
        items = (i for part in self.office.table.items.values() for i in part.values())
        return [item for item in items if item["type"] == {"S": "notice"}]

    def deliver(self) -> list[str]:
        """Deliver every row there is; return the tokens that were mailed."""
        for image in self.images():
            ref, notice = self.office.notice_of(image)
            assert notice.kind == "staff_invited"
            using(DeliverInvitation, self.office)(ref, self.world.now)
        return [mail.text for mail in self.world.mailer.sent]

    def accept(self, token: str, who: Signed = Signed()) -> Any:  # noqa: ANN401
        """Follow the link, signed in."""
        return using(AcceptInvitation, self.office)(token, who, self.world.now)


@pytest.fixture
def firm() -> Firm:
    """A firm."""
    return Firm()


def test_p23_who_accepts_is_staff_and_may_nothing(firm: Firm) -> None:
    """P23: named as the identity provider does; the same person again is the same member."""
    firm.invite()
    (token,) = firm.deliver()
    member = firm.accept(token)
    assert (member.kind, member.may) == (MemberKind.STAFF, frozenset())
    assert (member.name, member.email) == ("Léa Petit", "lea@cabinet.test")
    assert firm.office.members.member(FIRM.id, member.id) == member
    firm.world.now += 2 * WEEK
    assert firm.accept(token) == member
    with pytest.raises(GoneError, match="invitation_used"):
        firm.accept(token, Signed("sub-other"))


def test_p23_two_who_accept_at_once_are_one_member(firm: Firm) -> None:
    """P23: the transaction decides; the other one is told."""
    firm.invite()
    (token,) = firm.deliver()
    invitations = firm.office.invitations
    found = invitations.listed(FIRM.id)[0]
    member = firm.accept(token)
    with pytest.raises(Exception, match="concurrent_change"):
        invitations.accept(found, member)
    assert firm.office.members.listed(FIRM.id) == (member,)


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "frm_00000001.inv_00000000000000000000000000.x",
        "frm_00000001.inv_00000000.x.y",
    ],
)
def test_p2_a_made_up_link_is_none(firm: Firm, token: str) -> None:
    """P2: whatever it names."""
    firm.invite()
    with pytest.raises(NotFoundError, match="invitation_unknown"):
        firm.accept(token)


def test_p2_a_link_works_for_a_week_and_until_the_next_one(firm: Firm) -> None:
    """P2: expired, resent, revoked."""
    made = firm.invite()
    (token,) = firm.deliver()
    firm.world.now += WEEK
    with pytest.raises(GoneError, match="invitation_expired"):
        firm.accept(token)
    using(ResendInvitation, firm.office)(MANAGER, made.id, firm.world.now)
    with pytest.raises(NotFoundError, match="invitation_unknown"):
        firm.accept(token)
    second = firm.deliver()[-1]
    assert second != token
    using(RevokeInvitation, firm.office)(MANAGER, made.id)
    with pytest.raises(NotFoundError, match="invitation_unknown"):
        firm.accept(second)
    assert firm.deliver()[-1] == second
    assert firm.office.members.listed(FIRM.id) == ()


def test_nothing_at_rest_contains_the_link(firm: Firm) -> None:
    """Only the hash of its token."""
    firm.invite()
    (token,) = firm.deliver()
    secret = token.rpartition(".")[2]
    assert secret
    assert secret not in json.dumps(firm.office.table.items)


def test_the_outbox_delivers_it(firm: Firm) -> None:
    """The row goes the way of all mails; one whose invitation is revoked is none."""
    firm.world.now = clock.now()  # the door's own
    made = firm.invite()
    using(RevokeInvitation, firm.office)(MANAGER, made.id)
    firm.invite()
    records = [
        {
            "eventID": str(number),
            "eventSourceARN": "arn",
            "dynamodb": {"NewImage": image, "SequenceNumber": str(number)},
        }
        for number, image in enumerate(firm.images())
    ]
    done: Any = handle(firm.office, lambda deliver, _: deliver, {"Records": records}, None)
    assert done == {"batchItemFailures": []}
    assert len(firm.world.mailer.sent) == 1
