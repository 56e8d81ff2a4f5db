"""Certificates' status on the deployed platform: OCSP and lists, fetched as validators do."""

from __future__ import annotations

import base64
import subprocess
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from infra.local.stack import fresh_siren
from infra.operate.commands.revoke import REASONS
from infra.operate.firms import open_firm
from infra.operate.revoke import revoke_for_stack
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.firms.member_store import DynamoExpiries
from paraphe.adapters.trust.authority.pki_bucket import BucketRevocations, PkiBucket
from paraphe.adapters.trust.pades.cms.ocsp import Revocation
from tests.integration.conftest import DAY, invoke

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.stack import LocalStack
    from tests.integration.conftest import Clock


def _fetched(platform: LocalStack, name: str) -> bytes:
    with urllib.request.urlopen(f"{platform.url}/pki/{name}") as answer:
        content: bytes = answer.read()
    return content


def _issuing(platform: LocalStack) -> x509.Certificate:
    return x509.load_der_x509_certificate(_fetched(platform, "issuing.cer"))


def _list(platform: LocalStack) -> x509.CertificateRevocationList:
    return x509.load_der_x509_crl(_fetched(platform, "issuing.crl"))


def _seal(platform: LocalStack) -> x509.Certificate:
    """The seal certificate of a new firm."""
    made = open_firm(
        platform.client,
        platform.outputs,
        name="Cabinet",
        siren=fresh_siren(),
        now=datetime.now(UTC),
    )
    firms = DynamoFirms(platform.client("dynamodb"), platform.outputs["TableName"])
    pem = firms.firm(made.firm_id).seal_certificate
    assert pem is not None
    return x509.load_pem_x509_certificate(pem.encode())


def _request(
    certificate: x509.Certificate, issuer: x509.Certificate, nonce: bytes | None = None
) -> bytes:
    builder = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, hashes.SHA256())
    if nonce is not None:
        builder = builder.add_extension(x509.OCSPNonce(nonce), critical=False)
    return builder.build().public_bytes(Encoding.DER)


def _get(platform: LocalStack, path: str) -> tuple[ocsp.OCSPResponse, dict[str, str]]:
    with urllib.request.urlopen(f"{platform.url}/pki/ocsp{path}") as answer:
        assert answer.headers["Content-Type"] == "application/ocsp-response"
        return ocsp.load_der_ocsp_response(answer.read()), dict(answer.headers)


def _post(platform: LocalStack, body: bytes) -> ocsp.OCSPResponse:
    headers = {"Content-Type": "application/ocsp-request"}
    request = urllib.request.Request(f"{platform.url}/pki/ocsp", body, headers)
    with urllib.request.urlopen(request) as answer:
        return ocsp.load_der_ocsp_response(answer.read())


def _openssl(platform: LocalStack, certificate: x509.Certificate, folder: Path) -> str:
    """What `openssl ocsp` makes of the answer about a certificate, with a nonce of its own."""
    issuing = _issuing(platform).public_bytes(Encoding.PEM)
    (folder / "issuing.pem").write_bytes(issuing)
    (folder / "trusted.pem").write_bytes(issuing + _fetched(platform, "root.pem"))
    (folder / "asked.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    done = subprocess.run(
        [
            *("openssl", "ocsp", "-url", f"{platform.url}/pki/ocsp"),
            *("-issuer", folder / "issuing.pem", "-cert", folder / "asked.pem"),
            *("-CAfile", folder / "trusted.pem"),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def test_openssl_is_told_at_once_that_a_certificate_is_revoked(
    platform: LocalStack, tmp_path: Path
) -> None:
    """Good, then revoked, by OCSP and on the list that is fetched; both verify."""
    seal = _seal(platform)
    before = _openssl(platform, seal, tmp_path)
    assert "Response verify OK" in before
    assert "asked.pem: good" in before
    assert "WARNING" not in before, "the nonce is repeated"
    revoked = {seal.serial_number: REASONS["key-compromise"]}
    revoke_for_stack(platform.client, platform.outputs, revoked, datetime.now(UTC))
    after = _openssl(platform, seal, tmp_path)
    assert "Response verify OK" in after
    assert "asked.pem: revoked" in after
    assert "Reason: keyCompromise" in after
    (tmp_path / "issuing.crl").write_bytes(_fetched(platform, "issuing.crl"))
    done = subprocess.run(
        [
            *("openssl", "crl", "-in", tmp_path / "issuing.crl", "-inform", "DER", "-noout"),
            *("-text", "-CAfile", tmp_path / "trusted.pem"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "verify OK" in done.stdout + done.stderr
    assert f"{seal.serial_number:X}" in done.stdout


def test_every_question_has_an_ocsp_answer(platform: LocalStack) -> None:
    """By GET and by POST, about others' certificates, about nothing at all."""
    issuing = _issuing(platform)
    seal = _seal(platform)
    path = quote(base64.b64encode(_request(seal, issuing)), safe="")
    answer, headers = _get(platform, f"/{path}")
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.serial_number == seal.serial_number
    assert headers["Cache-Control"].startswith("max-age=86")
    assert {"ETag", "Expires", "Last-Modified"} <= set(headers)
    # Slashes as they are, two in a row among them: a nonce is looked for that brings them.
    bare = next(
        text
        for text in (
            base64.b64encode(_request(seal, issuing, bytes([n, m]) * 8)).decode()
            for n in range(255, 0, -1)
            for m in range(255, 0, -1)
        )
        if "//" in text and "+" in text
    )
    answer, headers = _get(platform, f"/{bare}")
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert headers["Cache-Control"] == "no-store"
    root = x509.load_pem_x509_certificate(_fetched(platform, "root.pem"))
    status = ocsp.OCSPResponseStatus
    assert _post(platform, _request(issuing, root)).response_status is status.UNAUTHORIZED
    for garbage in (b"\0\xff" * 5000, b"{}", b"0"):
        assert _post(platform, garbage).response_status is status.MALFORMED_REQUEST
    for path in ("", "/AAAA", "/%00%ff", "/a/b/c"):
        assert _get(platform, path)[0].response_status is status.MALFORMED_REQUEST


def test_the_schedule_renews_what_is_worn_out(platform: LocalStack, clock: Clock) -> None:
    """The list after half of its 7 days, the responder's certificate in its last 30."""
    seal, first = _seal(platform), _list(platform)
    assert invoke(platform, "PublishFunction")["ListsPublished"] == 0
    clock.ahead(4 * DAY)
    done = invoke(platform, "PublishFunction")
    assert (done["ListsPublished"], done["RespondersCertified"]) == (1, 0)
    assert done["CrlExpiresInHours"] in {167, 168}
    second = _list(platform)
    assert second.last_update_utc - first.last_update_utc > timedelta(days=3)
    assert second.is_signature_valid(_issuing(platform).public_key())  # type: ignore[arg-type] # EC
    assert _numbers(first, second) == sorted(set(_numbers(first, second)))
    clock.ahead(61 * DAY)
    done = invoke(platform, "PublishFunction")
    assert (done["ListsPublished"], done["RespondersCertified"]) == (1, 1)
    assert done["OcspResponderExpiresInDays"] in {89, 90}
    answer = _post(platform, _request(seal, _issuing(platform)))
    assert answer.certificate_status is ocsp.OCSPCertStatus.GOOD
    assert answer.certificates[0].not_valid_after_utc > datetime.now(UTC) + timedelta(days=150)
    noted = dict(DynamoExpiries(platform.client("dynamodb"), platform.outputs["TableName"]).noted())
    assert noted["root list"] > datetime.now(UTC) + timedelta(days=390)
    # Back in the present, both are from the future, so they are made anew; numbers still grow.
    clock.ahead(0)
    done = invoke(platform, "PublishFunction")
    assert (done["ListsPublished"], done["RespondersCertified"]) == (1, 1)
    last = _list(platform)
    assert last.last_update_utc < datetime.now(UTC)
    assert _numbers(second, last) == sorted(set(_numbers(second, last)))


def _numbers(*lists: x509.CertificateRevocationList) -> list[int]:
    kind = x509.CRLNumber
    return [one.extensions.get_extension_for_class(kind).value.crl_number for one in lists]


def test_no_revocation_is_lost_in_a_race(platform: LocalStack) -> None:
    """Eight at once, on the store as it is deployed."""
    serials = [datetime.now(UTC).microsecond * 1000 + n for n in range(8)]

    def add(serial: int) -> None:
        bucket = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
        BucketRevocations(bucket).add(serial, Revocation(datetime.now(UTC)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, serials))
    bucket = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    assert set(serials) <= BucketRevocations(bucket).all().keys()
    assert invoke(platform, "PublishFunction")["ListsPublished"] == 1
    assert set(serials) <= {entry.serial_number for entry in _list(platform)}
