"""Revoking: the list, OCSP and the authority itself say so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from cryptography import x509
from cryptography.x509 import ocsp

from infra.operate.commands.revoke import REASONS
from infra.operate.revoke import revoke
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from tests.support.trust import TrustWorld


def test_a_revoked_seal_is_on_the_list_in_ocsp_and_never_signs() -> None:
    world = TrustWorld()
    serial = world.seal_certificate.serial_number
    before = world.status(world.seal_certificate).certificate_status
    revoke(world.authority, world.files, {serial: REASONS["key-compromise"]}, world.now)
    listed = x509.load_der_x509_crl(world.files.read("issuing.crl"))
    entry = listed.get_revoked_certificate_by_serial_number(serial)
    assert entry is not None
    reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    assert reason is x509.ReasonFlags.key_compromise
    after = world.status(world.seal_certificate).certificate_status
    assert (before, after) == (ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED)
    with pytest.raises(TrustServiceRefusedError, match="revoked"):
        world.authority.credential(world.seal_certificate, "seal", world.now)


def test_without_a_serial_the_list_is_published_anew() -> None:
    world = TrustWorld()
    revoke(world.authority, world.files, {}, world.now)
    later = world.now + timedelta(days=1)
    listed = revoke(world.authority, world.files, {}, later)
    assert listed is not None
    assert listed == x509.load_der_x509_crl(world.files.read("issuing.crl"))
    assert len(listed) == 0
    assert listed.next_update_utc == later.replace(microsecond=0) + timedelta(days=7)
