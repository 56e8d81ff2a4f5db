"""Enrolment on the embedded AWS: keys in KMS, certificates, revocation that validators see (P1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from infra.local.stack import fresh_siren
from infra.operate.authority import authority_of
from infra.operate.firms import open_firm
from infra.operate.members import office_of
from paraphe import wiring
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.firms.member_store import DynamoExpiries
from paraphe.adapters.trust.authority.chain import ISSUING_CRL
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.domain.firms.member import Capability, Member, MemberKind
from paraphe.domain.ids import new_id
from paraphe.usecases.firms.enrol_member import add_member
from tests.integration.conftest import new_software

if TYPE_CHECKING:
    from infra.local.stack import LocalStack


def test_a_member_enrols_is_revoked_and_enrols_again(platform: LocalStack) -> None:
    """P1: 3 years, the key stays in KMS; a revoked certificate signs no more, the CRL says so."""
    now = datetime.now(UTC).replace(microsecond=0)
    office = office_of(platform.client, platform.outputs)
    member = add_member(
        office.members,
        wiring.services.entropy,
        "frm_00000001",
        name="Zoë Łukasz",
        email="zoe@cabinet.example",
        subject="oidc-subject",
        capabilities=(Capability.SIGN,),
        now=now,
    )
    stored = office.enrol("frm_00000001", member.id, now)
    assert stored == office.members.member("frm_00000001", member.id)
    assert stored in office.members.listed("frm_00000001")
    enrolment = stored.enrolment
    assert enrolment is not None
    assert enrolment.expires_at - now == timedelta(days=3 * 365 + 1)
    certificate = x509.load_pem_x509_certificate(enrolment.certificate.encode())
    authority = authority_of(platform.client, platform.outputs).authority
    credential = authority.credential(certificate, enrolment.key_id, now)
    signature = credential.key.sign(b"text", ec.ECDSA(hashes.SHA256()))
    public = certificate.public_key()
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, b"text", ec.ECDSA(hashes.SHA256()))
    office.revoke("frm_00000001", member.id, now + timedelta(hours=1))
    with pytest.raises(TrustServiceRefusedError):
        authority.credential(certificate, enrolment.key_id, now + timedelta(hours=1))
    published = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    listed = x509.load_der_x509_crl(published.read(ISSUING_CRL))
    assert listed.get_revoked_certificate_by_serial_number(int(enrolment.serial)) is not None
    again = office.enrol("frm_00000001", member.id, now + timedelta(hours=2)).enrolment
    assert again is not None
    assert again.key_id != enrolment.key_id


def test_every_certificate_that_ends_is_watched(platform: LocalStack) -> None:
    """The sweep knows of firms' seals, of the platform's own and of the issuing authority."""
    made = open_firm(
        platform.client,
        platform.outputs,
        name="Cabinet",
        siren=fresh_siren(),
        now=datetime.now(UTC),
    )
    noted = DynamoExpiries(platform.client("dynamodb"), platform.outputs["TableName"]).noted()
    owners = {owner for owner, _ in noted}
    assert {f"seal {made.firm_id}", "evidence seal", "issuing authority"} <= owners


def test_of_two_accountants_software_takes_one_away(platform: LocalStack) -> None:
    """One write is held to the other one staying; the last one stays."""
    software = new_software(platform, "Cabinet à deux")
    known = DynamoFirms(platform.client("dynamodb"), platform.outputs["TableName"])
    client = known.client(software.client_id)
    assert client is not None
    office = office_of(platform.client, platform.outputs)
    first, second = (
        office.members.save(_accountant(client.firm_id, number)).id for number in range(2)
    )
    software.ask("DELETE", f"/members/{first}")
    refused = software.call("DELETE", f"/members/{second}")
    assert (refused.status, refused.json["code"]) == (409, "last_accountant")


def _accountant(firm_id: str, number: int) -> Member:
    made = new_id("mbr", datetime.now(UTC), bytes([number]) * 10)
    email = f"associe-{number}@cabinet.example"
    return Member(
        made, firm_id, "Claire Martin", email, f"sub-{number}", (), kind=MemberKind.ACCOUNTANT
    )
