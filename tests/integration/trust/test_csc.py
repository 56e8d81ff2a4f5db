"""A remote signing provider over the CSC API: what it signs is valid, its mistakes are refused."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority.chain import chain_of
from paraphe.adapters.trust.authority.csc import CscProvider
from paraphe.adapters.trust.authority.csc_wire import CscWire, Secret
from paraphe.adapters.trust.pades.cms.errors import (
    CertificateEndsTooSoonError,
    CertificateExpiredError,
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.command.main import main
from tests.support import csc_server, private_ca_server
from tests.support.csc_server import CLIENT, CODE, SECRET, Provider
from tests.support.judged_later import judged_later
from tests.support.judges import assert_sound
from tests.support.private_ca import PrivateCa
from tests.support.trust import FIELDS, TrustWorld, make_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROOF = {"OTP": CODE}


@pytest.fixture
def world() -> TrustWorld:
    """Return time-stamps and a firm's seal of the built-in authority."""
    return TrustWorld(datetime.now(UTC) - timedelta(seconds=20))


@pytest.fixture
def ca(world: TrustWorld) -> Iterator[PrivateCa]:
    """Return the provider's own certificate authority, with OCSP and lists over HTTP."""
    made = PrivateCa(clock=lambda: world.now, ocsp_unknown=0)
    with private_ca_server.serving(made):
        yield made


@pytest.fixture
def provider(ca: PrivateCa, world: TrustWorld) -> Iterator[Provider]:
    """Return a provider with one person's key and certificate of two years."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = ca.certify("Zoé Łukasz", key.public_key(), world.now + timedelta(days=730))
    with csc_server.serving(Provider([certificate, ca.issuing], key)) as made:
        yield made


def _ours(provider: Provider, ca: PrivateCa, secret: str = SECRET) -> CscProvider:
    return CscProvider(CscWire(provider.url, CLIENT, Secret(secret)), (ca.root,))


def _signed(provider: Provider, ca: PrivateCa, world: TrustWorld) -> None:
    credential = _ours(provider, ca).credential("zoe", PROOF, world.now)
    file = io.BytesIO(make_pdf())
    archive.prepare(file, FIELDS, chain_of(credential.chain), world.trust(), world.now)
    act = signing.Act("A-signature", "Zoé", credential, world.now)
    before = file.getvalue()
    try:
        signing.sign(file, act, world.trust())
    finally:
        provider.calls.append("the file is as before" if file.getvalue() == before else "signed")


@pytest.mark.parametrize("raw", [False, True], ids=["der", "r-and-s"])
def test_a_person_signs_with_the_provider_s_key(
    provider: Provider,
    ca: PrivateCa,
    world: TrustWorld,
    tmp_path: Path,
    raw: bool,  # noqa: FBT001 - pytest's
) -> None:
    """A full signature and the firm's seal; valid for every judge, now and years later."""
    provider.raw = raw
    credential = _ours(provider, ca).credential("zoe", PROOF, world.now)
    file, trust = io.BytesIO(make_pdf()), world.trust()
    archive.prepare(file, FIELDS, chain_of(credential.chain), trust, world.now)
    signing.sign(file, signing.Act("A-signature", "Zoé", credential, world.now), trust)
    assert provider.calls == [
        "/csc/v2/info",
        "/auth/oauth2/token",
        "/csc/v2/credentials/info",
        "/csc/v2/credentials/authorize",
        "/csc/v2/signatures/signHash",
    ]
    world.seal(file, "C-seal")
    pdf = file.getvalue()
    assert_sound(pdf, 2)
    roots = ca.root.public_bytes(Encoding.PEM) + world.roots_pem()
    (tmp_path / "trusted.pem").write_bytes(roots)
    (tmp_path / "checked.pdf").write_bytes(pdf)
    options = [str(tmp_path / "checked.pdf"), "--trust", str(tmp_path / "trusted.pem")]
    assert main(["verify", *options]) == 0
    if raw:
        return
    shift = timedelta(days=5 * 365)
    world.now = datetime.now(UTC) + shift
    fetched = {
        "tsa.crl": world.tsa.crl(world.now),
        "root.crl": ca.crl("root"),
        "ours.crl": world.root_crl(world.now),
    }
    said = judged_later(shift, pdf, roots, fetched, tmp_path)
    assert [(one["field"], one["verdict"]) for one in said] == [
        ("A-signature", "OK"),
        ("C-seal", "OK"),
    ]


def test_one_authorisation_covers_a_book_of_hashes(provider: Provider, ca: PrivateCa) -> None:
    """Exactly the hashes that were authorised, once (P22)."""
    ours = _ours(provider, ca)
    digests = [bytes([n]) * 32 for n in range(3)]
    activation = ours.authorize("zoe", digests, PROOF)
    assert len(ours.sign_hashes("zoe", activation, digests)) == 3
    with pytest.raises(TrustServiceRefusedError):
        ours.sign_hashes("zoe", activation, digests)
    activation = ours.authorize("zoe", digests[:1], PROOF)
    with pytest.raises(TrustServiceRefusedError):
        ours.sign_hashes("zoe", activation, digests)


@pytest.mark.parametrize("status", [500, 503, 429])
def test_not_now_is_worth_another_try(
    provider: Provider, ca: PrivateCa, world: TrustWorld, status: int
) -> None:
    """A provider in trouble is asked again later."""
    provider.status = status
    with pytest.raises(TrustServiceUnavailableError):
        _ours(provider, ca).credential("zoe", PROOF, world.now)


def test_a_wrong_secret_or_code_is_refused_and_not_shown(
    provider: Provider, ca: PrivateCa, world: TrustWorld
) -> None:
    """Neither is in an error or a `repr`."""
    ours = _ours(provider, ca, "wr0ng-secret")
    with pytest.raises(TrustServiceRefusedError) as refused:
        ours.credential("zoe", PROOF, world.now)
    assert "wr0ng-secret" not in repr(ours) + repr(refused.value)
    credential = _ours(provider, ca).credential("zoe", {"OTP": "000000"}, world.now)
    with pytest.raises(TrustServiceRefusedError) as refused:
        credential.key.sign(b"attributes", ec.ECDSA(hashes.SHA256()))
    assert "000000" not in repr(refused.value)


def _without(name: str) -> Any:  # noqa: ANN401 - a callable over answers
    return lambda answer: {key: value for key, value in answer.items() if key != name}


def _with(*path: str, value: Any) -> Any:  # noqa: ANN401 - JSON
    def change(answer: dict[str, Any]) -> dict[str, Any]:
        inner = answer
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = value
        return answer

    return change


@pytest.mark.parametrize(
    ("method", "change", "why"),
    [
        ("info", lambda _: b"<html>", "not JSON"),
        ("info", lambda _: [], "not a JSON object"),
        ("token", _without("access_token"), "lacks access_token"),
        ("authorize", _without("SAD"), "lacks SAD"),
        ("signHash", _without("signatures"), "lacks signatures"),
        ("signHash", _with("signatures", value=["AA==", "AA=="]), "another number"),
        ("signHash", _with("signatures", value=["%%%"]), "not Base64"),
        ("signHash", _with("signatures", value=["AAAA"]), "not its certificate's"),
    ],
)
def test_a_malformed_answer_is_refused_and_nothing_is_written(
    provider: Provider,
    ca: PrivateCa,
    world: TrustWorld,
    method: str,
    change: Any,  # noqa: ANN401 - a callable over answers
    why: str,
) -> None:
    """Whatever the provider answers, there is a sound signature or none."""
    provider.changed[method] = change
    with pytest.raises(TrustServiceRefusedError, match=why):
        _signed(provider, ca, world)
    assert provider.calls[-1] != "signed"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_with("key", "status", value="disabled"), "disabled"),
        (_with("cert", "status", value="revoked"), "not valid"),
        (_with("key", "algo", value=["1.2.840.113549.1.1.11"]), "only credentials that sign ECDSA"),
        (_with("cert", "certificates", value=["AAAA"]), "cannot be read"),
        (_with("cert", "certificates", value=[]), "lacks certificates"),
    ],
)
def test_a_credential_that_may_not_sign_is_refused_before_anybody_is_asked(
    provider: Provider,
    ca: PrivateCa,
    world: TrustWorld,
    change: Any,  # noqa: ANN401 - a callable over answers
    why: str,
) -> None:
    """No code is used up."""
    plain = provider.answer

    def answer(path: str, body: bytes, bearer: str) -> Any:  # noqa: ANN401 - JSON
        made = plain(path, body, bearer)
        return change(made) if path.endswith("credentials/info") else made

    provider.answer = answer  # type: ignore[method-assign] # `info` is two methods' last word
    with pytest.raises(TrustServiceRefusedError, match=why):
        _ours(provider, ca).credential("zoe", PROOF, world.now)
    assert not any(path.endswith("authorize") for path in provider.calls)


def test_certificates_that_may_not_sign(
    provider: Provider, ca: PrivateCa, world: TrustWorld
) -> None:
    """Another root's, an RSA one, a revoked one, an expired one, one about to end."""
    ours = _ours(provider, ca)
    with pytest.raises(TrustServiceRefusedError, match="no trusted root"):
        CscProvider(ours.wire, (world.tsa.root,)).credential("zoe", PROOF, world.now)
    good = provider.certificates[0]
    key: Any = rsa.generate_private_key(65537, 2048).public_key()
    provider.certificates[0] = ca.certify("RSA", key, world.now + timedelta(days=9))
    with pytest.raises(TrustServiceRefusedError, match="RSA does not"):
        ours.credential("zoe", PROOF, world.now)
    key = provider.key.public_key()
    provider.certificates[0] = ca.certify("Ends", key, world.now + timedelta(days=2))
    with pytest.raises(CertificateEndsTooSoonError):
        ours.credential("zoe", PROOF, world.now)
    with pytest.raises(CertificateExpiredError):
        ours.credential("zoe", PROOF, world.now + timedelta(days=2))
    provider.certificates[0] = good
    ca.revoked[good.serial_number] = (world.now, "UNSPECIFIED")
    with pytest.raises(TrustServiceRefusedError, match="is revoked"):
        _ours(provider, ca).credential("zoe", PROOF, world.now)


def test_secrets_travel_over_tls_only(ca: PrivateCa, world: TrustWorld) -> None:
    """Plain HTTP to another machine is refused before anything is sent."""
    wire = CscWire("http://provider.example", CLIENT, Secret(SECRET))
    with pytest.raises(TrustServiceRefusedError, match="HTTPS only"):
        CscProvider(wire, (ca.root,)).credential("zoe", PROOF, world.now)
