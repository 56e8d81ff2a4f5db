"""RFC 3161: an answer is believed only after every check of §2.4.2."""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority import profiles, subject_names, tsa
from paraphe.adapters.trust.pades.cms import der, tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
from tests.support.trust import CRL_URL, TSA_URL, TrustWorld

if TYPE_CHECKING:
    from pathlib import Path

DIGEST = hashlib.sha256(b"what is stamped").digest()
Respond = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def world() -> TrustWorld:
    """Return services that are made once."""
    return TrustWorld()


def _service(
    world: TrustWorld, respond: Respond, policy: str | None = None
) -> HttpTimestampService:
    def exchange(url: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        assert (url, headers["Content-Type"]) == (TSA_URL, "application/timestamp-query")
        return respond(body or b"")

    return HttpTimestampService(TSA_URL, (world.tsa.root,), policy, exchange=exchange)


def _honest(world: TrustWorld) -> Respond:
    return lambda request: world.tsa.respond(request, world.now)


def test_a_token_says_when(world: TrustWorld) -> None:
    token = _service(world, _honest(world)).stamp(DIGEST)
    assert token.at == world.now
    assert token.imprint == DIGEST
    assert token.chain == (world.tsa.certificate, world.tsa.root)


def test_openssl_accepts_the_token(world: TrustWorld, tmp_path: Path) -> None:
    request = tsp.build_request(DIGEST, 42)
    (tmp_path / "request").write_bytes(request)
    (tmp_path / "answer").write_bytes(world.tsa.respond(request, world.now))
    (tmp_path / "root.pem").write_bytes(world.tsa.root.public_bytes(Encoding.PEM))
    done = subprocess.run(
        [
            *("openssl", "ts", "-verify", "-in", tmp_path / "answer"),
            *("-queryfile", tmp_path / "request", "-CAfile", tmp_path / "root.pem"),
            *("-attime", str(int(world.now.timestamp()))),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout, done.stderr


def test_another_policy_is_refused(world: TrustWorld) -> None:
    token = _service(world, _honest(world), tsa.POLICY).stamp(DIGEST)
    assert token.policy == tsa.POLICY
    with pytest.raises(TrustServiceRefusedError, match="policy"):
        _service(world, _honest(world), "1.2.3").stamp(DIGEST)


def test_a_replayed_answer_is_refused(world: TrustWorld) -> None:
    old = world.tsa.respond(tsp.build_request(DIGEST, 1), world.now)
    with pytest.raises(TrustServiceRefusedError, match="nonce"):
        _service(world, lambda _: old).stamp(DIGEST)


def test_a_stamp_on_another_digest_is_refused(world: TrustWorld) -> None:
    def respond(request: bytes) -> bytes:
        return world.tsa.respond(request.replace(DIGEST, bytes(32)), world.now)

    with pytest.raises(TrustServiceRefusedError, match="another digest"):
        _service(world, respond).stamp(DIGEST)


def test_a_changed_instant_breaks_the_signature(world: TrustWorld) -> None:
    def respond(request: bytes) -> bytes:
        honest = world.tsa.respond(request, world.now)
        then = f"{world.now:%Y%m%d%H%M%S}".encode()
        later = f"{world.now + timedelta(days=1):%Y%m%d%H%M%S}".encode()
        return honest.replace(then, later)

    with pytest.raises(TrustServiceRefusedError, match="signature is wrong"):
        _service(world, respond).stamp(DIGEST)


def test_an_untrusted_service_is_refused(world: TrustWorld) -> None:
    stranger = tsa.create(CRL_URL, world.now - timedelta(days=1))
    with pytest.raises(TrustServiceRefusedError, match="no trusted root"):
        _service(world, lambda request: stranger.respond(request, world.now)).stamp(DIGEST)


def test_a_certificate_for_something_else_is_refused(world: TrustWorld) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = subject_names.ca_name("Not for time", "Test")
    issuer = profiles.Issuer(world.tsa.root.subject, world.tsa.root_key)
    end = world.tsa.root.not_valid_after_utc
    other = profiles.end_certificate(
        issuer, name, key.public_key(), profiles.SEAL_POLICY, world.publication, (world.now, end)
    )
    fake = tsa.TimestampAuthority(world.tsa.root, world.tsa.root_key, other, key)
    with pytest.raises(TrustServiceRefusedError, match="not a time-stamping certificate"):
        _service(world, lambda request: fake.respond(request, world.now)).stamp(DIGEST)


def test_an_expired_time_stamping_certificate_is_refused(world: TrustWorld) -> None:
    late = world.tsa.certificate.not_valid_after_utc + timedelta(seconds=1)
    with pytest.raises(TrustServiceRefusedError, match="out of its validity"):
        _service(world, lambda request: world.tsa.respond(request, late)).stamp(DIGEST)


@pytest.mark.parametrize("answer", [b"", b"<html>", der.sequence(der.sequence(der.integer(2)))])
def test_rejections_and_noise_are_refused(world: TrustWorld, answer: bytes) -> None:
    with pytest.raises(TrustServiceRefusedError):
        _service(world, lambda _: answer).stamp(DIGEST)


def test_the_local_service_rejects_what_is_not_a_request(world: TrustWorld) -> None:
    for request in (
        b"",
        b"noise",
        tsp.build_request(DIGEST, 1).replace(b"\x02\x01", b"\x02\x03", 1),
    ):
        with pytest.raises(TrustServiceRefusedError, match="status 2"):
            tsp.token_from_response(world.tsa.respond(request, world.now))
