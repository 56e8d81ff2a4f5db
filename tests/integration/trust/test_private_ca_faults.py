"""What a private authority may answer instead of a certificate, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from paraphe.adapters.faults import ServiceRefusedError
from paraphe.adapters.trust.authority.chain import chain_of
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
)
from paraphe.ports.system import TransientError
from tests.integration.trust.private_authority import ZOE, authority_of
from tests.support.trust import FIRM, TrustWorld

if TYPE_CHECKING:
    from tests.support.private_ca import PrivateCa


def test_an_answer_that_is_lost_is_found_again(ca: PrivateCa, world: TrustWorld) -> None:
    """The token makes the client's second try find the first one's certificate."""
    ca.lost_answers = 1
    authority_of(ca, world, attempts=2).issue_one_time(ZOE, world.now)
    assert ca.calls[1:3] == ["IssueCertificate"] * 2
    assert len(ca.issued) == 1


@pytest.mark.parametrize(
    "code", ["ThrottlingException", "LimitExceededException", "InternalServerError"]
)
def test_not_now_is_worth_another_try(ca: PrivateCa, world: TrustWorld, code: str) -> None:
    """A throttled call is transient, and the next one succeeds."""
    authority = authority_of(ca, world)
    ca.faults = [code]
    with pytest.raises(TransientError):
        authority.issue_one_time(ZOE, world.now)
    authority.issue_one_time(ZOE, world.now)


def test_no_is_final(ca: PrivateCa, world: TrustWorld) -> None:
    """What AWS denies is refused; its words are dropped, because they quote the request."""
    authority = authority_of(ca, world)
    ca.faults = ["AccessDeniedException"]
    with pytest.raises(ServiceRefusedError, match=r"^acm-pca:IssueCertificate: AccessDenied"):
        authority.issue_one_time(ZOE, world.now)


def test_waiting_ends(ca: PrivateCa, world: TrustWorld) -> None:
    """A certificate or an OCSP answer that does not come is asked for later, not for ever."""
    authority = authority_of(ca, world)
    ca.polls_before_issued = 1000
    with pytest.raises(TransientError, match="in progress"):
        authority.issue_one_time(ZOE, world.now)
    ca.polls_before_issued, ca.ocsp_unknown = 0, 1000
    with pytest.raises(TransientError, match="no OCSP answer"):
        authority.issue_one_time(ZOE, world.now)


def test_without_ocsp_nobody_signs(ca: PrivateCa, world: TrustWorld) -> None:
    """An authority whose revocation settings leave OCSP out says what to do."""
    ca.ocsp_enabled = False
    with pytest.raises(TrustServiceRefusedError, match="turn it on"):
        authority_of(ca, world).issue_one_time(ZOE, world.now)


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
        authority_of(ca, world).issue_one_time(ZOE, world.now)


def test_a_malformed_or_foreign_certificate_is_refused(ca: PrivateCa, world: TrustWorld) -> None:
    """Neither garbage nor another authority's certificate is taken for an answer."""
    authority = authority_of(ca, world)
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


def test_a_chain_of_other_certificates_is_refused(ca: PrivateCa, world: TrustWorld) -> None:
    """The order of a published chain is checked, and its end; a root alone is one."""
    for wrong in ((ca.root, ca.issuing), (ca.issuing, world.tsa.root), (ca.issuing,), ()):
        with pytest.raises(ValueError, match="chain"):
            chain_of(wrong)
    assert chain_of((ca.root,)).certificates == (ca.root,)
