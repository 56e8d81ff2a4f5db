"""Answers and lists with one thing wrong in them: not by those who may, or too old (P20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import AuthorityInformationAccessOID

from paraphe.adapters.trust.pades.cms import ocsp
from paraphe.adapters.trust.pades.cms.ocsp import Revocation
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import Problem, State
from tests.support import forging, signed
from tests.support.forging import AUTHORITY, Party, Wish, certify
from tests.unit.trust.attacks.conftest import Workshop, mail
from tests.unit.trust.attacks.test_trust import assert_said, of

# id-pkix-ocsp-nocheck: nobody asks whether a responder's certificate is revoked.
_NO_CHECK = ((x509.OCSPNoCheck(), False),)


# Where to ask; without it pyHanko never looks at an answer.
_ASK = x509.AuthorityInformationAccess(
    [
        x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier("http://ocsp.test")
        )
    ]
)
ASKED = Wish(more=((_ASK, False),))


def _answer(shop: Workshop, signer: Party, *, revoked: Revocation | None = None) -> ocsp.Answer:
    serial = signer.certificate.serial_number
    return ocsp.Answer(
        ocsp.cert_id(shop.root.certificate, serial),
        signed.BEGIN,
        signed.BEGIN + timedelta(days=2),
        revoked,
    )


def _answered(answer: ocsp.Answer, by: Party, *, inside: bool = True) -> bytes:
    assert isinstance(by.key, ec.EllipticCurvePrivateKey)
    data = ocsp.response_data(ocsp.key_hash(by.certificate), signed.BEGIN, (answer,))
    signature = by.key.sign(data, ec.ECDSA(hashes.SHA256()))
    own = [by.certificate.public_bytes(Encoding.DER)] if inside else []
    return ocsp.successful(data, "sha256", signature, own)


def _with_answer(shop: Workshop, signer: Party, encoded: bytes) -> bytes:
    """Only this answer speaks for the signer: no list of the root's."""
    stamps = forging.stamping_root(shop.house)
    lists = (stamps.crl(signed.BEGIN),)
    material = replace(shop.material(), ocsps=(encoded,), crls=lists)
    return shop.sign(signer, material=material)


def test_answers_of_those_who_may(shop: Workshop) -> None:
    """By the authority itself, and by somebody whom it appointed."""
    signer = shop.issue(ASKED)
    delegate = shop.issue(Wish("OCSP", ("digital_signature",), (forging.OCSP,), more=_NO_CHECK))
    for by in (shop.root, delegate):
        data = _with_answer(shop, signer, _answered(_answer(shop, signer), by))
        verdict = shop.judge(data)
        assert verdict.state is State.VALID, (by.certificate.subject, of(verdict))


def _unauthorised(shop: Workshop) -> dict[str, Party]:
    other = forging.signing_root(signed.BEGIN, "Third root")
    return {
        "a person of the same authority": shop.issue(mail()),
        "a responder of another authority": certify(
            Wish("OCSP", ("digital_signature",), (forging.OCSP,)), signed.BEGIN, other
        ),
        "another authority": other,
        "the time-stamps' root": forging.stamping_root(shop.house),
        "the signer": shop.issue(),
    }


@pytest.mark.parametrize("who", range(5))
def test_answers_of_those_who_may_not(shop: Workshop, who: int) -> None:
    """Then nothing is known of the certificate (RFC 6960 §4.2.2.2)."""
    signer = shop.issue(ASKED)
    by = list(_unauthorised(shop).values())[who]
    if who == 4:  # it answers for itself
        by = signer
    data = _with_answer(shop, signer, _answered(_answer(shop, signer), by))
    verdict = shop.judge(data)
    assert verdict.state is State.INDETERMINATE, of(verdict)
    assert Problem.NO_PROOF in of(verdict).problems


def test_an_answer_about_somebody_else(shop: Workshop) -> None:
    """A good answer for another serial number."""
    signer, other = shop.issue(ASKED), shop.issue(Wish("Karim"))
    data = _with_answer(shop, signer, _answered(_answer(shop, other), shop.root))
    assert_said(shop.judge(data), State.INDETERMINATE, Problem.NO_PROOF)


def test_no_proof_at_all(shop: Workshop) -> None:
    """Neither list nor answer."""
    material = replace(shop.material(), crls=(), ocsps=())
    data = shop.sign(shop.issue(), material=material)
    assert_said(shop.judge(data), State.INDETERMINATE, Problem.NO_PROOF)


def test_a_list_of_another_authority_of_the_same_name(shop: Workshop) -> None:
    """Signed with another key: it proves nothing."""
    twin = forging.signing_root(signed.BEGIN)
    stamps = forging.stamping_root(shop.house)
    lists = (twin.crl(signed.BEGIN), stamps.crl(signed.BEGIN))
    data = shop.sign(shop.issue(), material=replace(shop.material(), crls=lists))
    assert_said(shop.judge(data), State.INDETERMINATE, Problem.NO_PROOF)


def _listing(shop: Workshop, signer: Party, at: timedelta) -> tuple[bytes, ...]:
    serial = signer.certificate.serial_number
    revoked = {serial: Revocation(signed.BEGIN + at, 1)}
    stamps = forging.stamping_root(shop.house)
    return (shop.root.crl(signed.BEGIN, revoked), stamps.crl(signed.BEGIN))


def test_revoked_before(shop: Workshop) -> None:
    """A day before the time-stamp."""
    signer = shop.issue()
    lists = _listing(shop, signer, timedelta(days=-1))
    data = shop.sign(signer, material=replace(shop.material(), crls=lists))
    verdict = shop.judge(data)
    assert_said(verdict, State.INVALID, Problem.REVOKED)


def test_an_authority_revoked_before(shop: Workshop) -> None:
    """The one above the signer."""
    issuing = shop.issue(replace(AUTHORITY, name="Issuing"))
    lists = (*_listing(shop, issuing, timedelta(days=-1)), issuing.crl(signed.BEGIN))
    data = shop.sign(shop.issue(by=issuing), material=replace(shop.material(issuing), crls=lists))
    verdict = shop.judge(data)
    assert verdict.state is not State.VALID
    assert Problem.REVOKED in of(verdict).problems


def test_revoked_after(shop: Workshop) -> None:
    """A day after the time-stamp: what was signed while the certificate lived, stands."""
    signer = shop.issue()
    serial = signer.certificate.serial_number
    after = signed.BEGIN + timedelta(days=1)
    lists = (
        shop.root.crl(after + timedelta(hours=1), {serial: Revocation(after, 1)}),
        forging.stamping_root(shop.house).crl(after),
        *shop.material().crls,
    )
    data = shop.sign(signer, material=replace(shop.material(), crls=lists))
    verdict = check(data, None, [shop.trust], after + timedelta(days=1))
    assert of(verdict).state is State.VALID, of(verdict)
    assert of(verdict).stamped_at == signed.BEGIN
