"""The built-in authority: profiles, OCSP, lists, revocation, expiry."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import NameOID

from paraphe.adapters.trust.authority import profiles
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateExpiredError,
    TrustServiceRefusedError,
)
from paraphe.adapters.trust.pades.cms.revocation import crl_urls, ocsp_urls
from paraphe.domain.trust.identities import SealIdentity, SignerIdentity
from tests.support.trust import FIRM, TrustWorld

if TYPE_CHECKING:
    from pathlib import Path

ZOE = SignerIdentity("Zoé Łukasz", "cmd_01JD", "zoe@example.org", "Zoé", "Łukasz")


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once."""
    return TrustWorld()


def _verify_with_openssl(world: TrustWorld, certificate: x509.Certificate, folder: Path) -> str:
    chain = world.authority.chain
    for name, one in (("leaf", certificate), ("issuing", chain.issuing), ("root", chain.root)):
        (folder / f"{name}.pem").write_bytes(one.public_bytes(Encoding.PEM))
    done = subprocess.run(
        [
            *("openssl", "verify", "-x509_strict", "-purpose", "any"),
            *("-attime", str(int(world.now.timestamp()))),
            *("-CAfile", folder / "root.pem", "-untrusted", folder / "issuing.pem"),
            folder / "leaf.pem",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def test_a_seal_of_another_authority_never_signs(world: TrustWorld) -> None:
    """One of the same name and another key, as after a second ceremony."""
    other = TrustWorld()
    assert other.authority.chain.issuing.subject == world.authority.chain.issuing.subject
    with pytest.raises(TrustServiceRefusedError, match="another authority's"):
        world.authority.credential(other.seal_certificate, "seal", world.now)


def test_a_one_time_certificate_names_the_person_and_the_act(world: TrustWorld) -> None:
    certificate = world.authority.issue_one_time(ZOE, world.now).certificate
    subject = {a.oid: a.value for a in certificate.subject}
    assert subject[NameOID.COMMON_NAME] == "Zoé Łukasz"
    assert subject[NameOID.SERIAL_NUMBER] == "cmd-01JD"
    assert subject[NameOID.SURNAME] == "Łukasz"
    extensions = certificate.extensions
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.content_commitment
    assert not usage.value.digital_signature
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [p.dotted_string for p in purposes] == ["1.3.6.1.5.5.7.3.36"]
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.RFC822Name) == ["zoe@example.org"]


def test_a_certificate_says_where_its_status_is(world: TrustWorld) -> None:
    """OCSP for all; the list for those that live to see one, which one-time certificates do not."""
    one_time = world.authority.issue_one_time(ZOE, world.now).certificate
    for certificate in (one_time, world.seal_certificate):
        assert ocsp_urls(certificate) == ["http://pki.test/ocsp"]
    assert crl_urls(world.seal_certificate) == ["http://pki.test/issuing.crl"]
    assert crl_urls(one_time) == []


def test_a_serial_number_says_the_end(world: TrustWorld) -> None:
    """All that the OCSP responder sees of a certificate."""
    certificate = world.authority.issue_one_time(ZOE, world.now).certificate
    assert profiles.end_of(certificate.serial_number) == certificate.not_valid_after_utc


def test_no_certificate_claims_to_be_qualified(world: TrustWorld) -> None:
    certificate = world.authority.issue_one_time(ZOE, world.now).certificate
    assert "1.3.6.1.5.5.7.1.3" not in {e.oid.dotted_string for e in certificate.extensions}
    policy = certificate.extensions.get_extension_for_class(x509.CertificatePolicies).value[0]
    assert policy.policy_identifier == profiles.ONE_TIME_POLICY
    notices = [q for q in policy.policy_qualifiers or () if isinstance(q, x509.UserNotice)]
    assert notices[0].explicit_text is not None
    assert "Not a qualified certificate" in notices[0].explicit_text


def test_openssl_accepts_the_chain(world: TrustWorld, tmp_path: Path) -> None:
    certificate = world.authority.issue_one_time(ZOE, world.now).certificate
    assert _verify_with_openssl(world, certificate, tmp_path).endswith("leaf.pem: OK\n")


def test_a_seal_certificate_identifies_the_legal_person(world: TrustWorld, tmp_path: Path) -> None:
    certificate = world.seal_certificate
    found = certificate.subject.get_attributes_for_oid(NameOID.ORGANIZATION_IDENTIFIER)
    assert [a.value for a in found] == ["NTRFR-123456782"]
    assert _verify_with_openssl(world, certificate, tmp_path).endswith("leaf.pem: OK\n")


@pytest.mark.parametrize("siren", ["", "12345678", "1234567890", "12345678x"])
def test_a_siren_that_is_none_is_refused(world: TrustWorld, siren: str) -> None:
    with pytest.raises(ValueError, match="nine digits"):
        world.authority.certify_seal(SealIdentity("X", siren), "seal", world.now)


def test_enrolled_members_have_three_years(world: TrustWorld) -> None:
    certificate = world.authority.enroll(ZOE, "seal", world.now)
    life = certificate.not_valid_after_utc - world.now
    assert timedelta(days=3 * 365) < life <= timedelta(days=3 * 365 + 1)
    assert certificate.public_key() == world.keys.public_key("seal")


def test_authorities_have_fifteen_years(world: TrustWorld) -> None:
    for certificate in world.authority.chain.certificates:
        assert certificate.not_valid_after_utc - world.now > timedelta(days=14 * 365)


def test_the_ocsp_answer_ends_with_its_certificate(world: TrustWorld) -> None:
    credential = world.authority.issue_one_time(ZOE, world.now)
    answer = ocsp.load_der_ocsp_response(credential.ocsp[0])
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.serial_number == credential.certificate.serial_number
    assert answer.next_update_utc == credential.certificate.not_valid_after_utc
    assert answer.produced_at_utc == world.now.replace(microsecond=0)


def test_openssl_accepts_the_ocsp_answer(world: TrustWorld, tmp_path: Path) -> None:
    credential = world.authority.issue_one_time(ZOE, world.now)
    _verify_with_openssl(world, credential.certificate, tmp_path)
    (tmp_path / "answer.der").write_bytes(credential.ocsp[0])
    done = subprocess.run(
        [
            *("openssl", "ocsp", "-respin", tmp_path / "answer.der", "-no_nonce"),
            *("-CAfile", tmp_path / "root.pem", "-issuer", tmp_path / "issuing.pem"),
            *("-verify_other", tmp_path / "issuing.pem", "-cert", tmp_path / "leaf.pem"),
            *("-validity_period", str(60 * 60 * 24 * 3650)),
            *("-attime", str(int(world.now.timestamp()))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Response verify OK" in done.stderr
    assert "leaf.pem: good" in done.stdout


def test_a_revoked_certificate_signs_no_more_and_is_listed() -> None:
    world = TrustWorld()
    serial = world.seal_certificate.serial_number
    world.authority.revoke(serial, 4, world.now)
    with pytest.raises(TrustServiceRefusedError, match="revoked"):
        world.authority.credential(world.seal_certificate, "seal", world.now)
    listed = x509.load_der_x509_crl(world.authority.crl(world.now))
    assert [entry.serial_number for entry in listed] == [serial]
    assert listed.is_signature_valid(world.authority.chain.issuing.public_key())  # type: ignore[arg-type] # an EC key


def test_the_first_revocation_stays() -> None:
    world = TrustWorld()
    world.authority.revoke(7, 4, world.now)
    world.authority.revoke(7, 1, world.now + timedelta(days=1))
    assert world.authority.revocations.all()[7].at == world.now


def test_an_expired_certificate_never_signs(world: TrustWorld) -> None:
    end = world.seal_certificate.not_valid_after_utc
    world.authority.credential(world.seal_certificate, "seal", end - timedelta(seconds=1))
    with pytest.raises(CertificateExpiredError):
        world.authority.credential(world.seal_certificate, "seal", end)


def test_an_expired_authority_issues_nothing(world: TrustWorld) -> None:
    """An expired authority issues nothing."""
    end = world.authority.chain.issuing.not_valid_after_utc
    with pytest.raises(CertificateExpiredError):
        world.authority.issue_one_time(ZOE, end)
    last = world.authority.certify_seal(FIRM, "seal", end - timedelta(days=1))
    assert last.not_valid_after_utc == end


def test_a_long_name_is_cut_in_the_certificate_only(world: TrustWorld) -> None:
    person = SignerIdentity("É" * 100, "cmd_1", "ünï@example.org")
    certificate = world.authority.issue_one_time(person, world.now).certificate
    assert certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == "É" * 32
    with pytest.raises(x509.ExtensionNotFound):
        certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
