"""Revoke a certificate and publish the list: `python -m infra.operate.revoke --stack … --serial …`.

Without a serial number it publishes the list anew; the door `publish` does so by itself in time.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from infra.operate.authority import authority_of
from infra.operate.firms import outputs_of
from paraphe.adapters.trust.authority.chain import ISSUING_CRL
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.authority.publishing import publish_own_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography import x509

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.authority.chain import PublicFiles

# CRLReason, RFC 5280 §5.3.1.
REASONS = {
    "unspecified": 0,
    "key-compromise": 1,
    "affiliation-changed": 3,
    "superseded": 4,
    "cessation-of-operation": 5,
}


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


def main(arguments: list[str]) -> int:
    """Do it in the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.operate.revoke", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--serial", type=lambda text: int(text, 0), help="decimal, or 0x…")
    parser.add_argument(
        "--built-in",
        action="store_true",
        help="at the built-in authority, although AWS Private CA has replaced it",
    )
    parser.add_argument("--reason", choices=sorted(REASONS), default="unspecified")
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    outputs = outputs_of(session, chosen.stack)
    if chosen.built_in:
        outputs.pop("PrivateCaArn", None)
    revoked = {} if chosen.serial is None else {chosen.serial: REASONS[chosen.reason]}
    listed = revoke_for_stack(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs,
        revoked,
        datetime.now(UTC),
    )
    own = listed is not None  # an empty list is false
    print(f"{ISSUING_CRL} published" if own else "AWS Private CA publishes its own list")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
