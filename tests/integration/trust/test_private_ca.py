"""AWS Private CA as the authority, over its protocol: what it issues signs, and lasts."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest
from botocore.config import Config
from botocore.session import get_session
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from infra.operate.ceremony import hold_private
from infra.operate.revoke import revoke
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.adapters.firms.enrolment import BuiltInCertifier
from paraphe.adapters.trust.authority import profiles
from paraphe.adapters.trust.authority.chain import chain_of, load_private_chain
from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority, fetch_chain
from paraphe.adapters.trust.authority.revocations import InMemoryRevocations
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateEndsTooSoonError,
    CertificateExpiredError,
    TrustServiceRefusedError,
)
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.command.main import main
from paraphe.domain.firms.member import Member
from paraphe.domain.trust.identities import SignerIdentity
from paraphe.ports.system import TransientError
from tests.support.bucket import Published
from tests.support.judged_later import judged_later
from tests.support.judges import assert_sound
from tests.support.private_ca import ARN, PrivateCa
from tests.support.private_ca_server import serving
from tests.support.trust import FIELDS, FIRM, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mypy_boto3_acm_pca import ACMPCAClient

SESSION = get_session()
ZOE = SignerIdentity("Zoé Łukasz", "cmd_01", "zoe@example.org", given_name="Zoé", surname="Łukasz")


@pytest.fixture
def world() -> TrustWorld:
    """Return time-stamps, keys and a clock; the authority in it is the built-in one."""
    return TrustWorld(datetime.now(UTC) - timedelta(seconds=20))


@pytest.fixture
def ca(world: TrustWorld) -> Iterator[PrivateCa]:
    """Return a private authority on the same clock."""
    with serving(PrivateCa(clock=lambda: world.now)) as made:
        yield made


def _client(ca: PrivateCa, attempts: int = 1) -> ACMPCAClient:
    made = SESSION.create_client(
        "acm-pca",
        region_name="eu-west-3",
        endpoint_url=ca.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )
    return cast("ACMPCAClient", made)


def _authority(ca: PrivateCa, world: TrustWorld, attempts: int = 1) -> PrivateCaAuthority:
    client, publication = _client(ca, attempts), profiles.Publication("http://pki.test")
    chain = fetch_chain(client, ARN)
    return PrivateCaAuthority(client, ARN, chain, world.keys, publication, pause=lambda _: None)


def _sign_over_days(
    ca: PrivateCa, world: TrustWorld, authority: PrivateCaAuthority
) -> tuple[bytes, x509.Certificate]:
    """Two people two days apart, each with a certificate that ends before the seal's time-stamp."""
    trust, file = world.trust(), io.BytesIO(make_pdf())
    certificate = authority.certify_seal(FIRM, "seal", world.now)
    archive.prepare(file, FIELDS, authority.chain, trust, world.now)
    for name, days in (("A-signature", 2), ("B-signature", 1)):
        credential = authority.issue_one_time(ZOE, world.now)
        signing.sign(file, signing.Act(name, "Zoé", credential, world.now), trust)
        world.now += timedelta(days=days)
    credential = authority.credential(certificate, "seal", world.now)
    signing.seal(file, signing.Act("C-seal", "Cabinet", credential, world.now), trust)
    assert ca.calls.count("IssueCertificate") == 3
    return file.getvalue(), certificate


@pytest.mark.parametrize("delegated", [False, True], ids=["own-ocsp", "delegated-ocsp"])
def test_people_and_a_seal_sign_and_it_lasts(delegated: bool, tmp_path: Path) -> None:  # noqa: FBT001 - pytest's
    """Signed over three days; valid for every judge, now and after every certificate's end."""
    world = TrustWorld(datetime.now(UTC) - timedelta(days=3, seconds=20))
    settings = PrivateCa(
        delegated=delegated, ocsp_lifetime=timedelta(minutes=50), clock=lambda: world.now
    )
    with serving(settings) as ca:
        authority = replace(_authority(ca, world), one_time_lifetime=timedelta(hours=1))
        pdf, seal = _sign_over_days(ca, world, authority)
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
        pdf, _ = _sign_over_days(ca, world, _authority(ca, world))
        assert ca.requests[1]["SigningAlgorithm"] == "SHA256WITHRSA"
        assert_sound(pdf, 3)
        (tmp_path / "checked.pdf").write_bytes(pdf)
        roots = ca.root.public_bytes(Encoding.PEM) + world.tsa.root_pem()
        (tmp_path / "trusted.pem").write_bytes(roots)
        options = [str(tmp_path / "checked.pdf"), "--trust", str(tmp_path / "trusted.pem")]
        assert main(["verify", *options]) == 0


def test_what_is_issued_has_our_profile(ca: PrivateCa, world: TrustWorld) -> None:
    """The same fields as the built-in authority's, but for where its status is asked."""
    made = _authority(ca, world).issue_one_time(ZOE, world.now)
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
    authority = _authority(ca, world)
    seal = authority.certify_seal(FIRM, "seal", world.now)
    number = seal.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert [one.value for one in number] == ["NTRFR-123456782"]
    world.keys.create("member")
    member = authority.enroll(ZOE, "member", world.now)
    assert member.public_key() == world.keys.public_key("member")
    assert member.not_valid_after_utc > world.now + timedelta(days=3 * 365)


def test_an_answer_that_is_lost_is_found_again(ca: PrivateCa, world: TrustWorld) -> None:
    """The token makes the client's second try find the first one's certificate."""
    ca.lost_answers = 1
    _authority(ca, world, attempts=2).issue_one_time(ZOE, world.now)
    assert ca.calls[1:3] == ["IssueCertificate"] * 2
    assert len(ca.issued) == 1


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "LimitExceededException", "InternalServerError"]
)
def test_not_now_is_worth_another_try(ca: PrivateCa, world: TrustWorld, code: str) -> None:
    """A throttled call is transient, and the next one succeeds."""
    authority = _authority(ca, world)
    ca.faults = [code]
    with pytest.raises(TransientError):
        authority.issue_one_time(ZOE, world.now)
    authority.issue_one_time(ZOE, world.now)


def test_no_is_final(ca: PrivateCa, world: TrustWorld) -> None:
    """What AWS denies is refused; its words are dropped, because they quote the request."""
    authority = _authority(ca, world)
    ca.faults = ["AccessDeniedException"]
    with pytest.raises(ServiceRefusedError, match=r"^acm-pca:IssueCertificate: AccessDenied"):
        authority.issue_one_time(ZOE, world.now)


def test_waiting_ends(ca: PrivateCa, world: TrustWorld) -> None:
    """A certificate or an OCSP answer that does not come is asked for later, not for ever."""
    authority = _authority(ca, world)
    ca.polls_before_issued = 1000
    with pytest.raises(TransientError, match="in progress"):
        authority.issue_one_time(ZOE, world.now)
    ca.polls_before_issued, ca.ocsp_unknown = 0, 1000
    with pytest.raises(TransientError, match="no OCSP answer"):
        authority.issue_one_time(ZOE, world.now)


def test_a_revoked_certificate_never_signs(ca: PrivateCa, world: TrustWorld) -> None:
    """Refused here at once, and by AWS's answer where our list is not known; final both times."""
    authority = _authority(ca, world)
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
    authority, published = _authority(ca, world), Published()
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
    authority = _authority(ca, world)
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
    authority = replace(_authority(ca, world), one_time_lifetime=timedelta(hours=1))
    with pytest.raises(CertificateEndsTooSoonError, match="must live longer than 2 days, 23:59"):
        authority.issue_one_time(ZOE, world.now)


def test_without_ocsp_nobody_signs(ca: PrivateCa, world: TrustWorld) -> None:
    """An authority whose revocation settings leave OCSP out says what to do."""
    ca.ocsp_enabled = False
    with pytest.raises(TrustServiceRefusedError, match="turn it on"):
        _authority(ca, world).issue_one_time(ZOE, world.now)


def _another_key(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    builder._public_key = ec.generate_private_key(ec.SECP256R1()).public_key()
    return builder


def _without_extension(oid: str) -> Any:  # noqa: ANN401 - a callable over builders
    def change(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
        kept = [e for e in builder._extensions if e.oid.dotted_string != oid]
        builder._extensions = kept
        return builder

    return change


def _another_name(builder: x509.CertificateBuilder) -> x509.CertificateBuilder:
    builder._subject_name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Eve")])
    return builder


@pytest.mark.parametrize(
    ("tampering", "differs"),
    [
        (_another_key, "another key"),
        (_another_name, "another subject"),
        (_without_extension("2.5.29.15"), "another 2.5.29.15"),
        (_without_extension("2.5.29.32"), "another 2.5.29.32"),
        (_without_extension("2.5.29.19"), "another 2.5.29.19"),
    ],
)
def test_another_certificate_than_asked_for_is_refused(
    ca: PrivateCa,
    world: TrustWorld,
    tampering: Any,  # noqa: ANN401 - a callable over builders
    differs: str,
) -> None:
    """Whatever AWS makes of the request, a signature has our profile or is not made."""
    ca.tampering = tampering
    with pytest.raises(TrustServiceRefusedError, match=differs):
        _authority(ca, world).issue_one_time(ZOE, world.now)


def test_a_malformed_or_foreign_certificate_is_refused(ca: PrivateCa, world: TrustWorld) -> None:
    """Neither garbage nor another authority's certificate is taken for an answer."""
    authority = _authority(ca, world)
    foreign = world.seal_certificate.public_bytes(Encoding.PEM).decode()
    for text in ("garbage", foreign):
        ca.certificate_text = text
        with pytest.raises(TrustServiceRefusedError, match="no certificate of its own"):
            authority.issue_one_time(ZOE, world.now)
    with pytest.raises(TrustServiceRefusedError, match="another authority's"):
        authority.credential(world.seal_certificate, "seal", world.now)
    own = authority.certify_seal
    ca.certificate_text = None
    with pytest.raises(TrustServiceRefusedError, match="another authority's"):
        world.authority.credential(own(FIRM, "seal", world.now), "seal", world.now)


def test_the_ceremony_publishes_it_beside_the_built_in_authority(
    ca: PrivateCa, world: TrustWorld
) -> None:
    """People are told both roots, so that what was signed before stays trusted; doors find it."""
    published = Published()
    published.files["root.pem"] = world.authority.chain.root.public_bytes(Encoding.PEM)
    place = Published()
    hold_private(_client(ca), ARN, published, place)
    made = hold_private(_client(ca), ARN, published, place)
    assert load_private_chain(place.read) == made
    told = x509.load_pem_x509_certificates(published.files["root.pem"])
    assert told == [ca.root, world.authority.chain.root]
    assert "root.cer" not in published.files


def test_a_chain_of_other_certificates_is_refused(ca: PrivateCa, world: TrustWorld) -> None:
    """The order of a published chain is checked, and its end; a root alone is one."""
    for wrong in ((ca.root, ca.issuing), (ca.issuing, world.tsa.root), (ca.issuing,), ()):
        with pytest.raises(ValueError, match="chain"):
            chain_of(wrong)
    assert chain_of((ca.root,)).certificates == (ca.root,)


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
