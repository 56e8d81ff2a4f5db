"""AWS Private CA as the authority, over its protocol: what it issues signs, and lasts."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from infra.operate.ceremony import hold_private
from infra.operate.revoke import revoke
from paraphe.adapters.firms.enrolment import BuiltInCertifier
from paraphe.adapters.trust.authority.chain import load_private_chain
from paraphe.adapters.trust.authority.revocations import InMemoryRevocations
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateEndsTooSoonError,
    CertificateExpiredError,
    TrustServiceRefusedError,
)
from paraphe.command.main import main
from paraphe.domain.firms.member import Member
from tests.integration.trust.private_authority import ZOE, authority_of, client_of, sign_over_days
from tests.support.bucket import Published
from tests.support.judged_later import judged_later
from tests.support.judges import assert_sound
from tests.support.private_ca import ARN, PrivateCa
from tests.support.private_ca_server import serving
from tests.support.trust import FIELDS, FIRM, TrustWorld

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("delegated", [False, True], ids=["own-ocsp", "delegated-ocsp"])
def test_people_and_a_seal_sign_and_it_lasts(delegated: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest's
    """Signed over three days; valid for every judge, now and after every certificate's end."""
    world = TrustWorld(datetime.now(UTC) - timedelta(days=3, seconds=20))
    settings = PrivateCa(
        delegated=delegated, ocsp_lifetime=timedelta(minutes=50), clock=lambda: world.now
    )
    with serving(settings) as ca:
        authority = replace(authority_of(ca, world), one_time_lifetime=timedelta(hours=1))
        pdf, seal = sign_over_days(ca, world, authority)
        assert_sound(pdf, 3)
        roots = ca.root.public_bytes(Encoding.PEM) + world.tsa.root_pem()
        (tmp_path / "trusted.pem").write_bytes(roots)
        (tmp_path / "checked.pdf").write_bytes(pdf)
        options = ["--trust", str(tmp_path / "trusted.pem")]
        assert main(["verify", str(tmp_path / "checked.pdf"), *options]) == 0
        shifts = (timedelta(days=8), timedelta(days=5 * 365))
        for shift in shifts[:1] if delegated else shifts:
            world.now = datetime.now(UTC) + shift - timedelta(seconds=5)
            fetched = {"tsa.crl": world.tsa.crl(world.now), "root.crl": ca.crl("root")}
            if world.now < seal.not_valid_after_utc:
                fetched["seal.ocsp"] = ca.status(seal)
            said = judged_later(shift, pdf, roots, fetched, tmp_path)
            assert [(one["field"], one["verdict"], one["locks_kept"]) for one in said] == [
                (field.name, "OK", True) for field in FIELDS
            ]


def test_an_rsa_authority_issues_for_our_keys(tmp_path: Path) -> None:
    """AWS lets the operator choose RSA for the authority; people's keys stay ECDSA."""
    world = TrustWorld(datetime.now(UTC) - timedelta(days=3, seconds=20))
    with serving(PrivateCa(rsa=True, clock=lambda: world.now)) as ca:
        pdf, _ = sign_over_days(ca, world, authority_of(ca, world))
        assert ca.requests[1]["SigningAlgorithm"] == "SHA256WITHRSA"
        assert_sound(pdf, 3)
        (tmp_path / "checked.pdf").write_bytes(pdf)
        roots = ca.root.public_bytes(Encoding.PEM) + world.tsa.root_pem()
        (tmp_path / "trusted.pem").write_bytes(roots)
        options = [str(tmp_path / "checked.pdf"), "--trust", str(tmp_path / "trusted.pem")]
        assert main(["verify", *options]) == 0


def test_what_is_issued_has_our_profile(ca: PrivateCa, world: TrustWorld) -> None:
    """The same fields as the built-in authority's, but for where its status is asked."""
    made = authority_of(ca, world).issue_one_time(ZOE, world.now)
    built_in = world.authority.issue_one_time(ZOE, world.now).certificate
    assert list(made.certificate.subject) == list(built_in.subject)
    for kind in (
        x509.KeyUsage,
        x509.ExtendedKeyUsage,
        x509.CertificatePolicies,
        x509.SubjectAlternativeName,
        x509.BasicConstraints,
    ):
        ours = built_in.extensions.get_extension_for_class(kind)
        theirs = made.certificate.extensions.get_extension_for_class(kind)
        assert (theirs.value, theirs.critical) == (ours.value, ours.critical)
    assert made.certificate.not_valid_after_utc - world.now < timedelta(days=8)
    assert made.chain == (ca.issuing, ca.root)
    assert ca.calls[1:] == ["IssueCertificate", "GetCertificate", "GetCertificate"]


def test_a_seal_names_the_firm_and_a_member_themselves(ca: PrivateCa, world: TrustWorld) -> None:
    """Keys in their service are certified, never exported; the firm by its SIREN."""
    authority = authority_of(ca, world)
    seal = authority.certify_seal(FIRM, "seal", world.now)
    number = seal.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert [one.value for one in number] == ["NTRFR-123456782"]
    world.keys.create("member")
    member = authority.enroll(ZOE, "member", world.now)
    assert member.public_key() == world.keys.public_key("member")
    assert member.not_valid_after_utc > world.now + timedelta(days=3 * 365)


def test_a_revoked_certificate_never_signs(ca: PrivateCa, world: TrustWorld) -> None:
    """Refused here at once, and by AWS's answer where our list is not known; final both times."""
    authority = authority_of(ca, world)
    seal = authority.certify_seal(FIRM, "seal", world.now)
    authority.credential(seal, "seal", world.now)
    for _ in range(2):
        authority.revoke(seal.serial_number, 1, world.now)
    assert ca.revoked[seal.serial_number][1] == "KEY_COMPROMISE"
    with pytest.raises(TrustServiceRefusedError, match="is revoked"):
        authority.credential(seal, "seal", world.now)
    with pytest.raises(TrustServiceRefusedError, match="is revoked"):
        replace(authority, revocations=InMemoryRevocations()).credential(seal, "seal", world.now)


@dataclass
class Keys:
    """Makes keys where the world's are."""

    world: TrustWorld

    def create(self, description: str, tags: dict[str, str]) -> str:
        """Make one; its description is its name."""
        assert tags["paraphe:use"] == "member"
        self.world.keys.create(description)
        return description


def test_a_member_is_enrolled_and_revoked_by_command(ca: PrivateCa, world: TrustWorld) -> None:
    """AWS is told; the list is its own, so none is published."""
    authority, published = authority_of(ca, world), Published()
    certifier = BuiltInCertifier(authority, Keys(world), published)
    member = Member("mbr_1", "frm_1", "Zoé Łukasz", "zoe@example.org", "subject")
    enrolment = certifier.enrol(member, world.now)
    certifier.revoke(enrolment, world.now)
    assert ca.revoked[int(enrolment.serial)][1] == "CESSATION_OF_OPERATION"
    seal = authority.certify_seal(FIRM, "seal", world.now)
    assert revoke(authority, published, {seal.serial_number: 4}, world.now) is None
    assert ca.revoked[seal.serial_number][1] == "SUPERSEDED"
    assert published.files == {}


def test_an_expired_certificate_never_signs(ca: PrivateCa, world: TrustWorld) -> None:
    """Neither a seal's nor the authority's own; nor one that its proof would outlive."""
    authority = authority_of(ca, world)
    seal = authority.certify_seal(FIRM, "seal", world.now)
    world.now = seal.not_valid_after_utc - timedelta(days=2)
    authority.proof.proof_for(authority.chain.certificates, world.now)
    with pytest.raises(CertificateEndsTooSoonError, match="before its OCSP answer does"):
        authority.credential(seal, "seal", world.now)
    world.now = seal.not_valid_after_utc
    with pytest.raises(CertificateExpiredError, match="expired"):
        authority.credential(seal, "seal", world.now)
    world.now = ca.issuing.not_valid_after_utc
    with pytest.raises(CertificateExpiredError, match="issuing"):
        authority.issue_one_time(ZOE, world.now)


def test_a_one_time_certificate_outlives_its_ocsp_answer(ca: PrivateCa, world: TrustWorld) -> None:
    """The rule of docs/PADES.md; the error says how long certificates must live."""
    authority = replace(authority_of(ca, world), one_time_lifetime=timedelta(hours=1))
    with pytest.raises(CertificateEndsTooSoonError, match="must live longer than 2 days, 23:59"):
        authority.issue_one_time(ZOE, world.now)


def test_the_ceremony_publishes_it_beside_the_built_in_authority(
    ca: PrivateCa, world: TrustWorld
) -> None:
    """People are told both roots, so that what was signed before stays trusted; doors find it."""
    published = Published()
    published.files["root.pem"] = world.authority.chain.root.public_bytes(Encoding.PEM)
    place = Published()
    hold_private(client_of(ca), ARN, published, place)
    made = hold_private(client_of(ca), ARN, published, place)
    assert load_private_chain(place.read) == made
    told = x509.load_pem_x509_certificates(published.files["root.pem"])
    assert told == [ca.root, world.authority.chain.root]
    assert "root.cer" not in published.files


PROGRAM = """
from datetime import UTC, datetime, timedelta
from paraphe import wiring
from paraphe.domain.trust.identities import SignerIdentity

now = datetime.now(UTC)
made = wiring.services.signer.authority.issue_one_time(SignerIdentity("Zoé", "cmd_01"), now)
print(made.certificate.issuer.rfc4514_string(), end=" ")
print((made.certificate.not_valid_after_utc - now + timedelta(seconds=1)) // timedelta(hours=1))
"""


def test_the_template_s_parameter_chooses_it(ca: PrivateCa, world: TrustWorld) -> None:
    """With the variables that the template sets, a door's own wiring signs by AWS Private CA."""
    pem = b"".join(c.public_bytes(Encoding.PEM) for c in (ca.issuing, ca.root))
    ca.objects["/published/pki/private-ca/chain.pem"] = pem
    ca.objects["/published/pki/tsa-roots.pem"] = world.tsa.root_pem()
    environment = {
        "PRIVATE_CA_ARN": ARN,
        "PRIVATE_CA_HOURS": "100",
        "PKI_BUCKET": "published",
        "PKI_BASE_URL": "http://pki.test",
        "TSA_URL": "http://tsa.test",
        "AWS_ENDPOINT_URL": ca.url,
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("CN=Exemple Issuing,O=Exemple 100\n", "")
