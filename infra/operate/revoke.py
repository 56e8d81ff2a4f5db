"""Revoke a certificate and publish the list (`paraphe revoke`).

Without a serial number it publishes the list anew; the door `publish` does so by itself in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from infra.operate.authority import authority_of
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.authority.publishing import publish_own_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.authority.chain import PublicFiles


def revoke(
    authority: CertificateAuthority,
    files: PublicFiles,
    revoked: Mapping[int, int],
    now: datetime,
) -> x509.CertificateRevocationList | None:
    """Revoke for good, then publish the list; return it, or None when AWS publishes its own.

    From the first step on OCSP says so and the certificate signs no more. If the second fails, the
    door `publish` makes good for it within the hour.

    Args:
        authority: whose certificates they are.
        files: where the list is published.
        revoked: serial number → CRLReason; empty only publishes the list anew.
        now: the instant, UTC.

    """
    for serial, reason in revoked.items():
        authority.revoke(serial, reason, now)
    return publish_own_list(authority, files, now, anew=True)


def revoke_for_stack(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    revoked: Mapping[int, int],
    now: datetime,
) -> x509.CertificateRevocationList | None:
    """Do it with a deployed stack's outputs (those of `authority_of`)."""
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    return revoke(authority_of(client_of, outputs).authority, bucket, revoked, now)
