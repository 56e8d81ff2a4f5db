"""Enrolment: a key and a certificate for each member, revoked and issued again (P1)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError, InvalidError, NotFoundError
from paraphe.domain.firms.member import Capability, Member
from paraphe.usecases.firms.enrol_member import (
    add_member,
    change_member,
    enrol_member,
    revoke_member,
)
from paraphe.usecases.trust.watch_certificates import outlook
from tests.support.fakes import FakeCertifier, FakeEntropy, FakeExpiries, FakeMembers
from tests.support.world import FIRM, START


class Office:
    """The fakes that enrolling works with."""

    def __init__(self) -> None:
        self.members = FakeMembers()
        self.certifier = FakeCertifier()
        self.expiries = FakeExpiries()
        self.now = START

    def add(self, name: str = "Claire Exemple", subject: str = "sub-1") -> Member:
        """Write a member down."""
        return add_member(
            self.members,
            FakeEntropy(),
            FIRM.id,
            name=name,
            email="claire@cabinet.test",
            subject=subject,
            capabilities=(Capability.SIGN, Capability.SEAL),
            now=self.now,
        )

    def enrol(self, member_id: str, firm_id: str = FIRM.id) -> Member:
        """Certify."""
        return enrol_member(
            self.members, self.certifier, self.expiries, firm_id, member_id, self.now
        )

    def revoke(self, member_id: str) -> Member:
        """Take back."""
        return revoke_member(
            self.members, self.certifier, self.expiries, FIRM.id, member_id, self.now
        )


@pytest.fixture
def office() -> Office:
    """An office of its own."""
    return Office()


def test_p1_a_member_enrols_for_three_years(office: Office) -> None:
    """P1: the certificate is written down with the name of its key, and its end is watched."""
    member = office.enrol(office.add().id)
    assert member.enrolment is not None
    assert member.enrolment.key_id == "key-1"
    assert office.members.listed(FIRM.id) == (member,)
    assert office.expiries.ends == {f"member {member.id}": member.enrolment.expires_at}


def test_nobody_has_two_certificates(office: Office) -> None:
    """The one that holds is revoked first; an expired one may simply be followed."""
    member = office.enrol(office.add().id)
    with pytest.raises(ConflictError) as refused:
        office.enrol(member.id)
    assert refused.value.code == "already_enrolled"
    assert member.enrolment is not None
    office.now = member.enrolment.expires_at
    assert office.enrol(member.id).enrolment != member.enrolment


def test_revoked_and_enrolled_again_with_a_new_key(office: Office) -> None:
    """Revocation is for good: the new certificate speaks for another key."""
    member = office.enrol(office.add().id)
    office.now += timedelta(days=1)
    gone = office.revoke(member.id)
    assert (gone.enrolment, gone.revoked_at) == (None, office.now)
    assert office.certifier.revoked == ["1"]
    assert office.expiries.ends == {}
    with pytest.raises(ConflictError) as refused:
        office.revoke(member.id)
    assert refused.value.code == "not_enrolled"
    again = office.enrol(member.id)
    assert again.enrolment is not None
    assert again.enrolment.key_id == "key-2"


def test_another_firms_member_is_not_found(office: Office) -> None:
    """A firm reaches its own people only."""
    with pytest.raises(NotFoundError):
        office.enrol(office.add().id, "frm_00000002")


@pytest.mark.parametrize(
    ("name", "subject", "code"),
    [
        ("  ", "sub", "name_required"),
        ("Claire", "", "subject_required"),
    ],
)
def test_a_member_has_a_name_and_an_identity(
    office: Office, name: str, subject: str, code: str
) -> None:
    """P1: who has no identity at the provider cannot be certified."""
    with pytest.raises(InvalidError) as refused:
        office.add(name, subject)
    assert refused.value.code == code


def test_what_ends_within_sixty_days_is_told() -> None:
    """An alarm before anything expires; what has expired counts as 0 days."""
    expiries = FakeExpiries()
    assert outlook(expiries, START).days_left is None
    expiries.note("issuing authority", START + timedelta(days=5000))
    expiries.note("seal frm_1", START + timedelta(days=60))
    assert outlook(expiries, START).soon == ()
    assert outlook(expiries, START).days_left == 60
    seen = outlook(expiries, START + timedelta(seconds=1))
    assert (seen.days_left, seen.soon) == (59, ("seal frm_1",))
    assert outlook(expiries, START + timedelta(days=90)).days_left == 0


def test_p23_capabilities_and_phone_change_and_the_rest_stays(office: Office) -> None:
    """P7, P23: what is not named stays; a phone is kept as E.164, or refused."""
    member = office.enrol(office.add().id)
    with_phone = change_member(office.members, FIRM.id, member.id, phone="06 39 98 00 01")
    version = member.version
    assert with_phone == replace(member, phone="+33639980001", version=version + 1)
    none = change_member(office.members, FIRM.id, member.id, capabilities=())
    assert none == replace(with_phone, capabilities=(), version=version + 2)
    assert office.members.member(FIRM.id, member.id) == none
    with pytest.raises(InvalidError) as refused:
        change_member(office.members, FIRM.id, member.id, phone="01 23 45 67 89")
    assert refused.value.code == "phone_not_mobile"
    with pytest.raises(NotFoundError):
        change_member(office.members, "frm_00000002", member.id, capabilities=())
