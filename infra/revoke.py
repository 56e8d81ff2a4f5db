"""Revoke a certificate and publish the list: `python -m infra.revoke --stack … --serial …`.

Without a serial number it publishes the list anew; the door `publish` does so by itself in time.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from infra.authority import authority_of
from infra.firms import outputs_of
from paraphe.adapters.pki.chain import ISSUING_CRL
from paraphe.adapters.pki.publishing import publish_list
from paraphe.adapters.pki.s3 import PkiBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography import x509

    from paraphe.adapters.pki.authority import BuiltInAuthority
    from paraphe.adapters.pki.chain import PublicFiles

# CRLReason, RFC 5280 §5.3.1.
REASONS = {
    "unspecified": 0,
    "key-compromise": 1,
    "affiliation-changed": 3,
    "superseded": 4,
    "cessation-of-operation": 5,
}


def revoke(
    authority: BuiltInAuthority, files: PublicFiles, revoked: Mapping[int, int], now: datetime
) -> x509.CertificateRevocationList:
    """Revoke for good, then publish the list; gives it.

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
    return publish_list(authority, files, now, anew=True)[0]


def revoke_for_stack(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    revoked: Mapping[int, int],
    now: datetime,
) -> x509.CertificateRevocationList:
    """Do it with a deployed stack's outputs (those of `authority_of`)."""
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    return revoke(authority_of(client_of, outputs).authority, bucket, revoked, now)


def main(arguments: list[str]) -> int:
    """Do it in the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.revoke", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--serial", type=lambda text: int(text, 0), help="decimal, or 0x…")
    parser.add_argument("--reason", choices=sorted(REASONS), default="unspecified")
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    revoked = {} if chosen.serial is None else {chosen.serial: REASONS[chosen.reason]}
    revoke_for_stack(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        revoked,
        datetime.now(UTC),
    )
    print(f"{ISSUING_CRL} published")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
