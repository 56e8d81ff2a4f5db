"""Members, delegations, invitations on a real table: conditions decide (P23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.adapters import clients
from paraphe.adapters.dynamodb.call_terms import within
from paraphe.adapters.firms.delegation_store import DynamoDelegations
from paraphe.adapters.firms.invitation_store import DynamoInvitations
from paraphe.adapters.firms.member_store import DynamoMembers
from paraphe.domain.errors import ForbiddenError, NotFoundError, RaceLostError
from paraphe.domain.firms import invitation as rules
from paraphe.domain.firms.delegation import Delegation
from paraphe.domain.firms.invitation import Invitation
from paraphe.domain.firms.member import Capability, Member, MemberKind
from paraphe.ports.calls import MEMBERS, CallTerms, Reliance
from tests.integration.adapters.conftest import TABLE

if TYPE_CHECKING:
    from tests.integration.adapters.conftest import Aws

NOW = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
ONE, TWO = "mbr_0000000000000000000000000a", "mbr_0000000000000000000000000b"


@pytest.fixture
def firm(aws: Aws, request: pytest.FixtureRequest) -> str:
    """A firm of this test alone."""
    assert aws.emulator.url
    return f"frm_{abs(hash(request.node.name)):020d}"


def _member(firm: str, member_id: str) -> Member:
    return Member(member_id, firm, "N", "n@c.test", "s", kind=MemberKind.ACCOUNTANT)


def test_a_member_moves_from_version_to_version(firm: str) -> None:
    """A lost race is told; beside somebody who changed, nothing is written or removed."""
    members = DynamoMembers(clients.dynamodb(), TABLE)
    one, two = (members.save(_member(firm, name)) for name in (ONE, TWO))
    newer = members.save(replace(one, phone="+33639980001"))
    for lost in (
        lambda: members.save(one),
        lambda: members.remove(one),
        lambda: members.save(_member(firm, ONE)),
        lambda: members.save(two, beside=one),
        lambda: members.remove(two, beside=one),
    ):
        with pytest.raises(RaceLostError):
            lost()
    assert members.page(firm, 1, None) == ((newer,), True)
    assert members.page(firm, 5, ONE) == ((two,), False)
    members.remove(two, beside=newer)
    assert members.listed(firm) == (newer,)


def test_a_member_of_an_earlier_release_is_read_and_changed(firm: str) -> None:
    """They have neither kind nor version; what the operator granted is theirs."""
    client: Any = clients.client("dynamodb")
    old = {
        "PK": f"F#{firm}",
        "SK": f"MBR#{ONE}",
        "type": "member",
        "id": ONE,
        "firm_id": firm,
        "name": "N",
        "email": "n@c.test",
        "subject": "s",
    }
    item: dict[str, Any] = {name: {"S": value} for name, value in old.items()}
    client.put_item(TableName=TABLE, Item={**item, "capabilities": {"L": [{"S": "seal"}]}})
    members = DynamoMembers(clients.dynamodb(), TABLE)
    found = members.member(firm, ONE)
    assert (found.kind, found.may, found.version) == (
        MemberKind.STAFF,
        frozenset({Capability.SEAL}),
        0,
    )
    relying = within(
        clients.dynamodb(), TABLE, CallTerms(relies_on=(Reliance(firm, MEMBERS, ONE, 0),))
    )
    delegation = Delegation("dlg_00000001", firm, ONE, TWO, (Capability.SEAL,), NOW, NOW)
    DynamoDelegations(relying, TABLE).add(delegation)
    members.save(found)
    with pytest.raises(ForbiddenError, match="not_permitted_anymore"):
        DynamoDelegations(relying, TABLE).add(replace(delegation, id="dlg_00000002"))


def test_delegations_are_kept_and_taken_back(firm: str) -> None:
    """Listed oldest first; removed once, of the version that was read."""
    delegations = DynamoDelegations(clients.dynamodb(), TABLE)
    made = [
        delegations.add(
            Delegation(
                f"dlg_0000000{n}",
                firm,
                ONE,
                TWO,
                (Capability.PREPARE,),
                NOW,
                NOW,
                ends_at=NOW + timedelta(days=n),
                templates=("tpl_1",),
            )
        )
        for n in (1, 2)
    ]
    assert delegations.listed(firm) == tuple(made)
    delegations.remove(made[0])
    with pytest.raises(RaceLostError):
        delegations.remove(made[0])
    with pytest.raises(NotFoundError):
        delegations.delegation(firm, made[0].id)


def test_an_invitation_makes_one_member(firm: str) -> None:
    """Its hash is kept for its own version only; accepting is one transaction."""
    invitations = DynamoInvitations(clients.dynamodb(), TABLE)
    fresh = Invitation(
        "inv_00000001", firm, "Léa", "l@c.test", "fr", NOW, NOW, NOW + rules.LIFETIME
    )
    sent = invitations.send(fresh)
    again = invitations.send(rules.resent(sent, NOW + rules.COOLDOWN))
    assert not invitations.keep_token(sent, "old")
    assert invitations.keep_token(again, "new")
    found = invitations.invitation(firm, sent.id)
    assert (found.token_hash, found.version) == ("new", 2)
    joining, at = _member(firm, TWO), NOW + rules.COOLDOWN
    used, member = rules.accepted(found, TWO, joining, at, on_register=False)
    stored = invitations.accept(used, member)
    with pytest.raises(RaceLostError):
        invitations.accept(used, member)
    assert DynamoMembers(clients.dynamodb(), TABLE).listed(firm) == (stored,)
