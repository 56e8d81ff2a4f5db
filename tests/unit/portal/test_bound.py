"""Members whom the operator enrolled sign in once they are bound to their identity (P1)."""

from __future__ import annotations

from typing import Any

import pytest

from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.domain.errors import ConflictError
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.member import Member, MemberKind
from paraphe.domain.firms.person import Step
from paraphe.usecases import using
from paraphe.usecases.firms.bind_member import BindMember
from tests.support.openid import ISSUER
from tests.support.portal_site import Portal, Tab

FIRM = Firm("frm_00000001", "Cabinet Martin", siren="123456782")
EC: dict[str, Any] = {"oec": "14 001"}


@pytest.fixture
def portal() -> Portal:
    made = Portal("14 001")
    made.services.firms.save(FIRM)
    return made


def _member(portal: Portal, number: int, **more: Any) -> Member:  # noqa: ANN401
    made = Member(f"mbr_0000000{number}", FIRM.id, "N", "n@c.example", f"sub-{number}", **more)
    saved: Member = portal.services.members.save(made)
    return saved


def test_who_is_bound_signs_in_as_that_member(portal: Portal) -> None:
    """Staff by their identity alone; an accountant if the register has them too."""
    bind = using(BindMember, portal.services)
    staff = _member(portal, 1)
    assert Tab(portal).sign_in(sub="sub-1").status == 403
    person = bind(FIRM.id, staff.id, issuer=ISSUER)
    assert bind(FIRM.id, staff.id, issuer=ISSUER) == person
    tab = Tab(portal)
    assert tab.sign_in(sub="sub-1").status == 303
    assert tab.get("/first-run").status == 200
    accountant = _member(portal, 2, kind=MemberKind.ACCOUNTANT)
    bound = bind(FIRM.id, accountant.id, issuer=ISSUER, subject="claire")
    assert (bound.step, bound.is_accountant) == (Step.TERMS, True)
    assert portal.services.members.member(FIRM.id, accountant.id).subject == "claire"
    assert Tab(portal).sign_in(**EC).status == 303
    with pytest.raises(ConflictError, match="bound_otherwise"):
        bind(FIRM.id, staff.id, issuer=ISSUER, subject="claire")


def test_an_accountant_who_is_on_no_register_stays_out(portal: Portal) -> None:
    accountant = _member(portal, 3, kind=MemberKind.ACCOUNTANT)
    using(BindMember, portal.services)(FIRM.id, accountant.id, issuer=ISSUER)
    assert Tab(portal).sign_in(sub="sub-3", oec="99").status == 403


def test_a_siren_opens_one_firm_whoever_opens_it(portal: Portal) -> None:
    """The operator's claim is the portal's; what is not opened to the end is let go."""
    firms = DynamoFirms(portal.table, "paraphe")
    first = Firm("frm_00000009", "Cabinet Martin", siren="123456782")
    firms.open(first)
    with pytest.raises(ConflictError, match="frm_00000009 has this SIREN"):
        firms.open(Firm("frm_00000002", "Cabinet Martin bis", siren="123456782"))
    firms.open(Firm("frm_00000003", "Sans SIREN"))
    firms.unclaim(first)
    firms.open(Firm("frm_00000004", "Cabinet Martin", siren="123456782"))
