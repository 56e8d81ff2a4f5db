"""P23: who a member is when they act, decided once more by the transaction that acts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.domain.errors import ForbiddenError, NotFoundError
from paraphe.domain.evidence.audit import Actor, Person
from paraphe.domain.firms.delegation import NewDelegation, Reason
from paraphe.domain.firms.member import Capability, Member, MemberChange, MemberKind
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.ports.calls import CallTerms
from paraphe.usecases import using
from paraphe.usecases.firms.act_as_member import ActAsMember, Acting
from paraphe.usecases.firms.delegate import CreateDelegation, RevokeDelegation
from paraphe.usecases.firms.manage_members import ChangeMember, RemoveMember
from paraphe.usecases.requests.launch_request import LaunchRequest
from tests.support.services import Office
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.domain.firms.delegation import Delegation

EC, STAFF = "mbr_0000000000000000000000000a", "mbr_0000000000000000000000000b"
LAUNCH, PREPARE = Capability.LAUNCH, Capability.PREPARE
DAY = timedelta(days=1)
MANAGER = Principal(
    FIRM.id, PrincipalKind.CLIENT, "client", capabilities=frozenset({Capability.MANAGE})
)


class Firm:
    """A firm of one chartered accountant and one member of staff."""

    def __init__(self) -> None:
        self.world = World()
        self.office = Office(self.world, {})
        for member_id, name, kind in (
            (EC, "Claire Martin", MemberKind.ACCOUNTANT),
            (STAFF, "Léa Petit", MemberKind.STAFF),
        ):
            made = Member(member_id, FIRM.id, name, "m@cabinet.test", f"sub-{name}", kind=kind)
            self.office.members.save(made)

    def delegate(self, *may: Capability, **given: object) -> Delegation:
        """Let the accountant delegate to the member of staff."""
        new = replace(NewDelegation(EC, STAFF, may), **given)  # type: ignore[arg-type]
        return using(CreateDelegation, self.office)(self.act(EC).principal, new, self.world.now)

    def act(self, member_id: str, delegation_id: str | None = None) -> Acting:
        """Say who a member is now."""
        return using(ActAsMember, self.office)(
            FIRM.id, member_id, self.world.now, delegation_id=delegation_id
        )

    def change(self, member_id: str, **what: object) -> None:
        """Let the firm's software change a member."""
        change = MemberChange(**what)  # type: ignore[arg-type]
        using(ChangeMember, self.office)(MANAGER, member_id, change, self.world.now)


@pytest.fixture
def firm() -> Firm:
    """A firm."""
    return Firm()


def test_p23_an_accountant_may_everything_and_staff_nothing(firm: Firm) -> None:
    """P23: until something is granted or delegated."""
    assert firm.act(EC).principal.capabilities == frozenset(Capability)
    assert firm.act(STAFF).principal.capabilities == frozenset()
    firm.change(STAFF, capabilities=(PREPARE,))
    assert firm.act(STAFF).principal.capabilities == {PREPARE}


def test_p23_a_delegation_gives_what_it_says_and_names_its_principal(firm: Firm) -> None:
    """P23: nothing of one's own is added; the templates limit it."""
    firm.change(STAFF, capabilities=(PREPARE,))
    made = firm.delegate(LAUNCH, templates=("tpl_2", "tpl_1"))
    principal = firm.act(STAFF, made.id).principal
    assert principal.capabilities == {LAUNCH}
    assert principal.templates == frozenset({"tpl_1", "tpl_2"})
    assert principal.on_behalf is not None
    assert (principal.on_behalf.member_id, principal.on_behalf.name) == (EC, "Claire Martin")
    assert not principal.on_behalf.is_absence


def test_p23_a_delegation_counts_from_its_start_to_its_end(firm: Firm) -> None:
    """P23: exact to the millisecond."""
    start, end = firm.world.now + DAY, firm.world.now + 2 * DAY
    made = firm.delegate(LAUNCH, starts_at=start, ends_at=end, reason=Reason.ABSENCE)
    for at, counts in (
        (start - timedelta(milliseconds=1), False),
        (start, True),
        (end - timedelta(milliseconds=1), True),
        (end, False),
    ):
        firm.world.now = at
        if counts:
            whose = firm.act(STAFF, made.id).principal.on_behalf
            assert whose is not None
            assert whose.is_absence
        else:
            with pytest.raises(ForbiddenError, match="delegation_not_in_force"):
                firm.act(STAFF, made.id)


def test_p23_only_its_delegate_acts_under_it(firm: Firm) -> None:
    """P23: to others it is not there, in another firm neither."""
    made = firm.delegate(LAUNCH)
    with pytest.raises(NotFoundError, match="delegation_not_found"):
        firm.act(EC, made.id)
    with pytest.raises(NotFoundError, match="delegation_not_found"):
        firm.act(STAFF, "dlg_00000000000000000000000000")
    with pytest.raises(NotFoundError, match="member_not_found"):
        using(ActAsMember, firm.office)("frm_00000002", STAFF, firm.world.now)


def test_p23_who_is_suspended_can_do_nothing_nor_lend_anything(firm: Firm) -> None:
    """P23: neither the member, nor who acts in their name."""
    made = firm.delegate(LAUNCH)
    second = "mbr_0000000000000000000000000c"
    firm.office.members.save(
        Member(second, FIRM.id, "Paul", "p@c.test", "s", kind=MemberKind.ACCOUNTANT)
    )
    firm.change(EC, suspended=True)
    with pytest.raises(ForbiddenError, match="member_suspended"):
        firm.act(EC)
    with pytest.raises(ForbiddenError, match="delegation_not_in_force"):
        firm.act(STAFF, made.id)
    using(RemoveMember, firm.office)(MANAGER, EC)
    with pytest.raises(ForbiddenError, match="delegation_not_in_force"):
        firm.act(STAFF, made.id)


TAKEN_BACK: dict[str, Callable[[Firm, str], object]] = {
    "the delegation": lambda firm, made: using(RevokeDelegation, firm.office)(MANAGER, made),
    "the delegate": lambda firm, _: firm.change(STAFF, suspended=True),
    "the delegate, removed": lambda firm, _: using(RemoveMember, firm.office)(MANAGER, STAFF),
    "the principal": lambda firm, _: _suspend_principal(firm),
}


def _suspend_principal(firm: Firm) -> None:
    second = Member("mbr_0000000000000000000000000c", FIRM.id, "Paul", "p@c.test", "s")
    firm.office.members.save(replace(second, kind=MemberKind.ACCOUNTANT))
    firm.change(EC, suspended=True)


@pytest.mark.parametrize("taken_back", TAKEN_BACK.values(), ids=TAKEN_BACK)
def test_p23_what_is_taken_back_is_missed_by_the_transaction_that_acts(
    firm: Firm, taken_back: Callable[[Firm, str], object]
) -> None:
    """P23: though it was there when the member clicked."""
    made = firm.delegate(LAUNCH)
    ref = firm.world.draft()
    acting = firm.act(STAFF, made.id)
    within = firm.office.within(CallTerms(relies_on=acting.relies_on))
    taken_back(firm, made.id)
    with pytest.raises(ForbiddenError, match="not_permitted_anymore"):
        using(LaunchRequest, within)(acting.principal, ref, firm.world.now)
    assert firm.world.load(ref).launched_at is None


def test_p23_the_act_names_the_delegation_as_it_stood(firm: Firm) -> None:
    """P23: frozen in the event, whatever becomes of it."""
    made = firm.delegate(LAUNCH)
    ref = firm.world.draft()
    acting = firm.act(STAFF, made.id)
    within = firm.office.within(CallTerms(relies_on=acting.relies_on))
    using(LaunchRequest, within)(acting.principal, ref, firm.world.now)
    using(RevokeDelegation, firm.office)(MANAGER, made.id)
    launched = firm.world.requests.events(ref)[-1]
    assert launched.actor == Actor("member", STAFF)
    assert launched.person == Person(
        "member",
        STAFF,
        name="Léa Petit",
        delegation=made.id,
        on_behalf=EC,
        on_behalf_name="Claire Martin",
    )


def test_p23_manage_lends_nobody_more(firm: Firm) -> None:
    """P23: under a delegation of `manage` one neither delegates, nor grants more."""
    made = firm.delegate(Capability.MANAGE, PREPARE)
    principal = firm.act(STAFF, made.id).principal
    now, change = firm.world.now, using(ChangeMember, firm.office)
    third = "mbr_0000000000000000000000000d"
    firm.office.members.save(Member(third, FIRM.id, "Hugo", "h@c.test", "s"))
    for new in (
        NewDelegation(EC, STAFF, (Capability.SEAL,)),
        NewDelegation(STAFF, third, (PREPARE,)),
    ):
        with pytest.raises(ForbiddenError, match="not_permitted"):
            using(CreateDelegation, firm.office)(principal, new, now)
    change(principal, third, MemberChange(capabilities=(PREPARE,)), now)
    for member, what in (
        (third, MemberChange(capabilities=(LAUNCH,))),
        (STAFF, MemberChange(capabilities=(PREPARE,))),
        (EC, MemberChange(suspended=True)),
    ):
        with pytest.raises(ForbiddenError, match="not_permitted"):
            change(principal, member, what, now)
    with pytest.raises(ForbiddenError, match="not_permitted"):
        using(RemoveMember, firm.office)(principal, EC)
    with pytest.raises(ForbiddenError, match="not_permitted"):
        change(firm.act(STAFF).principal, third, MemberChange(suspended=True), now)


def test_two_accountants_cannot_take_each_other_away(firm: Firm) -> None:
    """The transaction of the second one sees that nobody would stay."""
    second = "mbr_0000000000000000000000000c"
    firm.office.members.save(
        Member(second, FIRM.id, "Paul", "p@c.test", "s", kind=MemberKind.ACCOUNTANT)
    )
    members = firm.office.members
    one, two = members.member(FIRM.id, EC), members.member(FIRM.id, second)
    members.remove(one, beside=two)
    with pytest.raises(Exception, match="concurrent_change"):
        members.remove(two, beside=one)
