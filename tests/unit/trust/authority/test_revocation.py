"""Proof about foreign certificates: fetched once, kept until stale, believed only when signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as x509_ocsp

from paraphe.adapters.trust.authority import profiles
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.cms.http import exchange as real_exchange
from paraphe.adapters.trust.pades.cms.ocsp import Revocation
from paraphe.adapters.trust.pades.cms.revocation import HttpRevocationSource
from tests.support.trust import CRL_URL, TrustWorld

Answers = Callable[[str, bytes | None], bytes]


@pytest.fixture
def world() -> TrustWorld:
    """Return services that a test may move in time."""
    return TrustWorld()


def _source(answers: Answers) -> HttpRevocationSource:
    def exchange(url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        assert headers
        return answers(url, body)

    return HttpRevocationSource(exchange)


def _tsa_chain(world: TrustWorld) -> tuple[x509.Certificate, ...]:
    return (world.tsa.certificate, world.tsa.root)


def test_a_list_is_fetched_once_until_it_is_stale(world: TrustWorld) -> None:
    source = HttpRevocationSource(world.exchange)
    first = source.proof_for(_tsa_chain(world), world.now)
    assert source.proof_for(_tsa_chain(world), world.now + timedelta(days=1)) == first
    assert world.calls == [CRL_URL]
    world.now += timedelta(days=3)
    assert source.proof_for(_tsa_chain(world), world.now) != first
    assert world.calls == [CRL_URL] * 2


def test_a_revoked_certificate_is_refused(world: TrustWorld) -> None:
    issuer = profiles.Issuer(world.tsa.root.subject, world.tsa.root_key)
    revoked = {world.tsa.certificate.serial_number: Revocation(world.now)}
    listed = build_crl(issuer, revoked, world.now, timedelta(days=1)).public_bytes(Encoding.DER)
    with pytest.raises(TrustServiceRefusedError, match="revoked"):
        _source(lambda *_: listed).proof_for(_tsa_chain(world), world.now)


def test_stale_forged_and_broken_lists_are_not_believed(world: TrustWorld) -> None:
    """Stale, forged and broken lists are not believed; the caller may try again."""
    stranger = profiles.Issuer(world.tsa.root.subject, world.tsa.key)
    forged = build_crl(stranger, {}, world.now, timedelta(days=1)).public_bytes(Encoding.DER)
    stale = world.tsa.crl(world.now - timedelta(days=5))
    for body in (stale, forged, b"", b"<html>"):
        source = _source(lambda *_, body=body: body)
        with pytest.raises(TrustServiceUnavailableError):
            source.proof_for(_tsa_chain(world), world.now)


def test_a_list_in_pem_is_embedded_as_der(world: TrustWorld) -> None:
    der = world.tsa.crl(world.now)
    pem = x509.load_der_x509_crl(der).public_bytes(Encoding.PEM)
    proof = _source(lambda *_: pem).proof_for(_tsa_chain(world), world.now)
    assert proof.crls == (der,)


def test_ocsp_is_asked_when_the_list_is_not_to_be_had(world: TrustWorld) -> None:
    def answers(url: str, body: bytes | None) -> bytes:
        if body is None:
            raise TrustServiceUnavailableError(url)
        return world.responder().answer(body, world.now).body

    chain = (world.seal_certificate, world.authority.chain.issuing)
    proof = _source(answers).proof_for(chain, world.now)
    answer = x509_ocsp.load_der_ocsp_response(proof.ocsps[0])
    assert answer.serial_number == world.seal_certificate.serial_number
    world.authority.revoke(world.seal_certificate.serial_number, 1, world.now)
    with pytest.raises(TrustServiceRefusedError, match="revoked"):
        _source(answers).proof_for(chain, world.now)


def test_another_authoritys_ocsp_answer_is_not_believed(world: TrustWorld) -> None:
    other = TrustWorld()

    def answers(url: str, body: bytes | None) -> bytes:
        if body is None:
            raise TrustServiceUnavailableError(url)
        return other.authority.credential(other.seal_certificate, "seal", world.now).ocsp[0]

    chain = (world.seal_certificate, world.authority.chain.issuing)
    with pytest.raises(TrustServiceUnavailableError):
        _source(answers).proof_for(chain, world.now)


def test_an_answer_by_an_unknown_algorithm_is_not_believed(world: TrustWorld) -> None:
    """`cryptography` has an error of its own for that; the caller may try again all the same."""
    told = world.authority.credential(world.seal_certificate, "seal", world.now).ocsp[0]
    known, unknown = bytes.fromhex("06082a8648ce3d0403"), bytes.fromhex("06082a8648ce3d0463")
    assert told.count(known) == 1

    def answers(url: str, body: bytes | None) -> bytes:
        if body is None:
            raise TrustServiceUnavailableError(url)
        return told.replace(known, unknown)

    chain = (world.seal_certificate, world.authority.chain.issuing)
    with pytest.raises(TrustServiceUnavailableError):
        _source(answers).proof_for(chain, world.now)


def test_a_certificate_that_says_nowhere_where_to_ask_is_refused(world: TrustWorld) -> None:
    root = world.tsa.root
    with pytest.raises(TrustServiceRefusedError, match="no revocation information"):
        _source(lambda *_: b"").proof_for((root, root), world.now)


def test_only_http_is_spoken() -> None:
    """Only HTTP is spoken: an address in a certificate reads no file."""
    with pytest.raises(TrustServiceRefusedError):
        real_exchange("file:///etc/hostname", None, {})
