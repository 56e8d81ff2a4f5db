"""Revoking: the list, OCSP and the authority itself say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from infra.revoke import REASONS, revoke
from paraphe.adapters.pki.errors import TrustServiceRefusedError
from paraphe.adapters.pki.s3 import PkiBucket
from tests.support.trust import TrustWorld


class Published(PkiBucket):
    """Keeps in memory what is published."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def write(self, name: str, content: bytes, media_type: str) -> None:
        """Keep it."""
        assert media_type
        self.files[name] = content


def _status(world: TrustWorld) -> ocsp.OCSPCertStatus:
    asked = ocsp.OCSPRequestBuilder().add_certificate(
        world.seal_certificate, world.authority.chain.issuing, hashes.SHA256()
    )
    answer = world.authority.answer_ocsp(asked.build().public_bytes(Encoding.DER), world.now)
    return ocsp.load_der_ocsp_response(answer).certificate_status


def test_a_revoked_seal_is_on_the_list_in_ocsp_and_never_signs() -> None:
    world, bucket = TrustWorld(), Published()
    serial = world.seal_certificate.serial_number
    before = _status(world)
    revoke(world.authority, bucket, {serial: REASONS["key-compromise"]}, world.now)
    listed = x509.load_der_x509_crl(bucket.files["issuing.crl"])
    entry = listed.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise
    assert (before, _status(world)) == (ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED)
    with pytest.raises(TrustServiceRefusedError, match="revoked"):
        world.authority.credential(world.seal_certificate, "seal", world.now)


def test_without_a_serial_the_list_is_published_anew() -> None:
    world, bucket = TrustWorld(), Published()
    later = world.now + timedelta(days=6)
    listed = x509.load_der_x509_crl(revoke(world.authority, bucket, {}, later))
    assert len(listed) == 0
    assert listed.next_update_utc == later.replace(microsecond=0) + timedelta(days=7)
