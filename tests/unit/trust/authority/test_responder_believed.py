"""Whom the OCSP responder's certificate convinces, and how long its answers live."""

from __future__ import annotations

import asyncio
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import RevokedError

from paraphe.adapters.trust.authority.chain import RESPONDER
from paraphe.adapters.trust.authority.publishing import publish_responder
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from tests.support.trust import TrustWorld

if TYPE_CHECKING:
    from pathlib import Path


# ------------------------------------------------------------------------------------ certificate


def test_the_responder_is_certified_for_ocsp_and_nothing_else(world: TrustWorld) -> None:
    """RFC 6960 §4.2.2.2: by the issuing authority, for 90 days, never asked about itself."""
    certificate = x509.load_der_x509_certificate(world.files.read(RESPONDER))
    certificate.verify_directly_issued_by(world.authority.chain.issuing)
    extensions = certificate.extensions
    purposes = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(purposes) == [ExtendedKeyUsageOID.OCSP_SIGNING]
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert not usage.value.key_cert_sign
    assert not usage.value.crl_sign
    assert not usage.value.content_commitment
    assert not extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert not extensions.get_extension_for_class(x509.OCSPNoCheck).critical
    life = certificate.not_valid_after_utc - world.now
    assert timedelta(days=89) < life <= timedelta(days=90)
    assert certificate.subject.rfc4514_string().startswith("CN=Test Issuing CA OCSP")


# ------------------------------------------------------------------------------------ the key


def test_without_a_valid_certificate_it_says_try_later() -> None:
    """Before the ceremony, and when nobody renewed the certificate: nothing is signed."""
    world = TrustWorld()
    request = world.ask(world.seal_certificate)
    with pytest.raises(TrustServiceUnavailableError):
        world.responder().answer(request, world.now + timedelta(days=91))
    del world.files.files[RESPONDER]
    with pytest.raises(TrustServiceUnavailableError):
        world.responder().answer(request, world.now)


def test_an_answer_never_outlives_the_responder(world: TrustWorld) -> None:
    """Its nextUpdate is the certificate's end at most."""
    certificate = x509.load_der_x509_certificate(world.files.read(RESPONDER))
    end = certificate.not_valid_after_utc
    said = world.responder().answer(world.ask(world.seal_certificate), end - timedelta(hours=1))
    assert said.next_update == end


def test_a_certificate_of_another_key_or_authority_signs_nothing() -> None:
    """A mix-up is a fault, never an answer that does not verify."""
    world = TrustWorld()
    request = world.ask(world.seal_certificate)
    good = world.files.read(RESPONDER)
    world.keys.put("ocsp", ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(TrustServiceRefusedError, match="another key"):
        world.responder().answer(request, world.now)
    world.files.files[RESPONDER] = TrustWorld().files.read(RESPONDER)
    with pytest.raises(TrustServiceRefusedError, match="not the issuing authority"):
        world.responder().answer(request, world.now)
    world.files.files[RESPONDER] = world.seal_certificate.public_bytes(Encoding.DER)
    with pytest.raises(TrustServiceRefusedError, match="not the issuing authority"):
        world.responder().answer(request, world.now)
    assert good


def test_a_renewed_certificate_is_used_within_the_hour() -> None:
    """A process that lives long reads again."""
    world = TrustWorld()
    responder, request = world.responder(), world.ask(world.seal_certificate)
    responder.answer(request, world.now)
    later = world.now + timedelta(days=61)
    renewed, is_new = publish_responder(world.authority, world.files, "ocsp", later)
    assert is_new
    said = responder.answer(request, later + timedelta(minutes=61))
    assert ocsp.load_der_ocsp_response(said.body).certificates == [renewed]


# ------------------------------------------------------------------------------------ judges


def test_openssl_believes_it(world: TrustWorld, tmp_path: Path) -> None:
    """`openssl ocsp` takes the delegated answer under the root alone."""
    chain = world.authority.chain
    pems = {
        "leaf.pem": (world.seal_certificate,),
        "issuing.pem": (chain.issuing,),
        "trusted.pem": (chain.root, chain.issuing),
    }
    for name, certificates in pems.items():
        content = b"".join(one.public_bytes(Encoding.PEM) for one in certificates)
        (tmp_path / name).write_bytes(content)
    said = world.responder().answer(
        world.ask(world.seal_certificate, by=hashes.SHA1()),  # noqa: S303 - as openssl asks
        world.now,
    )
    (tmp_path / "answer.der").write_bytes(said.body)
    done = subprocess.run(
        [
            *("openssl", "ocsp", "-respin", tmp_path / "answer.der", "-no_nonce"),
            *("-CAfile", tmp_path / "trusted.pem", "-issuer", tmp_path / "issuing.pem"),
            *("-cert", tmp_path / "leaf.pem", "-validity_period", str(60 * 60 * 24 * 3650)),
            *("-attime", str(int(world.now.timestamp()))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Response verify OK" in done.stderr
    assert "leaf.pem: good" in done.stdout


def _validate(world: TrustWorld, answer: bytes, at: datetime) -> None:
    chain = world.authority.chain

    def parsed(certificate: x509.Certificate) -> asn1_x509.Certificate:
        return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))

    context = ValidationContext(
        trust_roots=[parsed(chain.root)],
        ocsps=[asn1_ocsp.OCSPResponse.load(answer)],
        crls=[chain.crls[0]],
        moment=at,
        allow_fetching=False,
        revocation_mode="require",
    )
    validator = CertificateValidator(
        parsed(world.seal_certificate), [parsed(chain.issuing)], validation_context=context
    )
    usage = validator.async_validate_usage({"non_repudiation"}, extended_key_usage=set())  # type: ignore[no-untyped-call] # pyHanko's
    asyncio.run(usage)


def test_pyhanko_believes_it() -> None:
    """Its validator takes the answer as the proof that it requires, and refuses when revoked."""
    world = TrustWorld(now=datetime.now(UTC))
    request = world.ask(world.seal_certificate)
    at = world.now + timedelta(seconds=2)
    _validate(world, world.responder().answer(request, world.now).body, at)
    world.authority.revoke(world.seal_certificate.serial_number, 1, world.now)
    with pytest.raises(RevokedError):
        _validate(world, world.responder().answer(request, world.now).body, at)
