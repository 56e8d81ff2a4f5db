"""Staff come by the link that a firm has sent them, once (P2, P23)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from paraphe.domain.errors import ConflictError, ForbiddenError
from paraphe.domain.firms import invitation as rules
from paraphe.domain.firms.delegation import for_themselves
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import Invitation, Invited
from paraphe.domain.firms.member import Capability, Member, MemberKind
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.usecases import using
from paraphe.usecases.firms.invite_staff import InviteStaff
from tests.support.portal_site import Portal, Tab

EC: dict[str, Any] = {"oec": "14 001"}


@pytest.fixture
def portal() -> Portal:
    return Portal("14 001")


@pytest.fixture
def tab(portal: Portal) -> Tab:
    return Tab(portal)


def _invited(portal: Portal, kind: MemberKind = MemberKind.STAFF) -> str:
    """Open a firm, and invite somebody; what the link in their e-mail carries."""
    firm_id = "frm_00000001"
    portal.services.firms.save(Firm(firm_id, "Cabinet Martin"))
    invitation = Invitation(
        id="inv_00000001",
        firm_id=firm_id,
        name="Léa",
        email="lea@cabinet.example",
        locale="fr",
        created_at=portal.now,
        sent_at=portal.now,
        expires_at=portal.now + rules.LIFETIME,
        kind=kind,
    )
    sent = portal.services.invitations.send(invitation)
    token = rules.token(sent, "s" * 43)
    assert portal.services.invitations.keep_token(sent, rules.hashed(token))
    return token


def test_staff_sign_in_with_their_invitation_and_accept_the_terms(portal: Portal, tab: Tab) -> None:
    token = _invited(portal)
    page = tab.get(f"/invitations/{token}")
    assert "Vous êtes invité à rejoindre un cabinet" in page.body
    assert token not in page.body
    assert tab.sign_in(sub="lea", name="Léa Petit").status == 303
    terms = tab.get("/first-run").body
    read = re.findall(r'name="read" value="(\w+)"', terms)[0]
    tab.post("/first-run/terms", {"read": read, "accepted": "yes"})
    home = tab.get("/")
    assert home.status == 200
    assert "Cabinet Martin" in home.body
    (member,) = portal.services.members.listed("frm_00000001")
    assert (member.name, member.email, member.may) == (
        "Léa Petit",
        "lea@cabinet.example",
        frozenset(),
    )
    assert Tab(portal).sign_in(sub="lea", name="Léa Petit").status == 303


def test_an_invitation_is_looked_at_as_often_as_one_likes_and_used_once(portal: Portal) -> None:
    token = _invited(portal)
    before = json.dumps(portal.table.items)
    for _ in range(3):  # mail scanners follow links (P10)
        assert Tab(portal).get(f"/invitations/{token}").status == 200
    assert json.dumps(portal.table.items) == before
    first, second = Tab(portal), Tab(portal)
    for tab in (first, second):
        tab.get(f"/invitations/{token}")
    assert first.sign_in(sub="lea").status == 303
    used = second.sign_in(sub="nadia")
    assert (used.status, second.session) == (410, "")
    assert "Cette invitation a déjà été utilisée" in used.body
    assert first.sign_in(sub="lea").status == 303


@pytest.mark.parametrize("wrong", ["secret", "shape", "late"])
def test_an_invitation_that_is_none_opens_nothing(portal: Portal, tab: Tab, wrong: str) -> None:
    token = _invited(portal)
    if wrong == "shape":
        assert tab.get("/invitations/a%20b").status == 404
        return
    if wrong == "secret":
        token = token[:-1] + "t"
    else:
        portal.passes(days=7)
    tab.get(f"/invitations/{token}")
    found = tab.sign_in(sub="lea")
    assert found.status == (410 if wrong == "late" else 404)
    assert tab.session == ""
    assert not portal.services.members.listed("frm_00000001")


def test_staff_who_were_removed_are_out_at_the_next_click(portal: Portal, tab: Tab) -> None:
    tab.get(f"/invitations/{_invited(portal)}")
    tab.sign_in(sub="lea")
    assert tab.get("/first-run").status == 200
    (member,) = portal.services.members.listed("frm_00000001")
    portal.services.members.remove(member)
    assert tab.get("/first-run").status == 303
    assert Tab(portal).sign_in(sub="lea").status == 403


def test_a_chartered_accountant_who_is_invited_joins_that_firm(portal: Portal, tab: Tab) -> None:
    tab.get(f"/invitations/{_invited(portal)}")
    assert tab.sign_in(**EC).status == 303
    (member,) = portal.services.members.listed("frm_00000001")
    assert member.subject == "claire"


def test_one_who_is_invited_as_such_is_a_chartered_accountant_there(portal: Portal) -> None:
    """The invitation says it and the register confirms it; also of who was staff elsewhere."""
    tab = Tab(portal)
    tab.get(f"/invitations/{_invited(portal, kind=MemberKind.ACCOUNTANT)}")
    assert tab.sign_in(sub="lea").status == 403
    assert not portal.services.members.listed("frm_00000001")
    assert tab.sign_in(**EC).status == 303
    (member,) = portal.services.members.listed("frm_00000001")
    assert (member.subject, member.kind) == ("claire", MemberKind.ACCOUNTANT)
    assert member.may == frozenset(Capability)


def test_software_and_staff_invite_no_chartered_accountant(portal: Portal) -> None:
    """Who may do everything in a firm is let in by one who may, in person."""
    members = portal.services.members
    one = members.save(
        Member("mbr_00000001", "frm_00000001", "C", "c@c.example", "c", kind=MemberKind.ACCOUNTANT)
    )
    two = members.save(
        Member("mbr_00000002", "frm_00000001", "L", "l@c.example", "l", tuple(Capability))
    )
    invite = using(InviteStaff, portal.services)
    wanted = Invited("Nadia", "nadia@c.example", "fr", MemberKind.ACCOUNTANT)
    software = Principal(
        "frm_00000001", PrincipalKind.CLIENT, "cli", capabilities=frozenset(Capability)
    )
    for refused in (software, for_themselves(two)):
        with pytest.raises(ForbiddenError, match="accountants_only"):
            invite(refused, wanted, portal.now)
    assert invite(for_themselves(one), wanted, portal.now).kind is MemberKind.ACCOUNTANT
    with pytest.raises(ConflictError, match="invited_otherwise"):
        invite(software, Invited("Nadia", "nadia@c.example", "fr"), portal.now)
