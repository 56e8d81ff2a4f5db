"""The key ceremony: `python -m infra.ceremony --stack paraphe-dev`, once per stack.

Signs the root and issuing certificates (15 years) with the stack's KMS keys (ECC_NIST_P384) and
publishes them and their lists under `pki/`. Running it again keeps what is there and renews lists
that have used up half of their life.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.authority import authority_of
from paraphe.adapters.dynamodb.members import DynamoExpiries
from paraphe.adapters.pki import profiles
from paraphe.adapters.pki.authority import CRL_LIFETIME
from paraphe.adapters.pki.chain import ISSUING, ISSUING_CRL, ROOT, ROOT_CRL, CaChain
from paraphe.adapters.pki.keys import RemoteKey
from paraphe.adapters.pki.kms import KmsKeys
from paraphe.adapters.pki.revocations import build_crl
from paraphe.adapters.pki.s3 import BucketRevocations, PkiBucket
from paraphe.domain.signing import SealIdentity
from paraphe.wiring import EVIDENCE_SEAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from paraphe.adapters.pki.keys import KeySigner
    from paraphe.adapters.pki.ocsp import Revocation

# Long, because the root's key is used only here; validators with a network see renewals.
ROOT_CRL_LIFETIME = timedelta(days=400)
_POLICY = Path(__file__).resolve().parents[1] / "docs" / "CERTIFICATE_POLICY.md"
_RENEW_SEAL_BEFORE = timedelta(days=365)
_CERTIFICATE_TYPE, _CRL_TYPE = "application/pkix-cert", "application/pkix-crl"


class CeremonyError(Exception):
    """What is published does not belong to the keys that were named."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the ceremony is for.

    Attributes:
        root_key: KMS id, ARN or alias.
        issuing_key: KMS id, ARN or alias.
        base_url: where `pki/` is public.
        organization: in both subjects.

    """

    root_key: str
    issuing_key: str
    base_url: str
    organization: str = "Paraphe"


def hold(keys: KeySigner, bucket: PkiBucket, plan: Plan, now: datetime) -> CaChain:
    """Make and publish what is missing or half worn out.

    Raises:
        CeremonyError: a published certificate is another key's.
        TransientError, ServiceRefusedError: what AWS answered.

    """
    root_issuer = _issuer(keys, plan.root_key, f"{plan.organization} Root CA", plan)
    issuing_issuer = _issuer(keys, plan.issuing_key, f"{plan.organization} Issuing CA", plan)
    publication = profiles.Publication(plan.base_url.rstrip("/"))
    root = _certificate(
        bucket, ROOT, root_issuer, lambda: profiles.root_certificate(root_issuer, now)
    )
    issuing = _certificate(
        bucket,
        ISSUING,
        issuing_issuer,
        lambda: profiles.issuing_certificate(
            root_issuer,
            issuing_issuer.name,
            issuing_issuer.key.public_key(),
            publication,
            now,
            root.not_valid_after_utc,
        ),
    )
    root_crl = _list(bucket, ROOT_CRL, root_issuer, {}, now, ROOT_CRL_LIFETIME)
    revoked = BucketRevocations(bucket).all()
    _list(bucket, ISSUING_CRL, issuing_issuer, revoked, now, CRL_LIFETIME)
    bucket.write("root.pem", root.public_bytes(Encoding.PEM), "application/x-pem-file")
    bucket.write("policy", _POLICY.read_bytes(), "text/markdown; charset=utf-8")
    return CaChain(root, issuing, root_crl)


def _issuer(keys: KeySigner, key_id: str, name: str, plan: Plan) -> profiles.Issuer:
    return profiles.Issuer(profiles.ca_name(name, plan.organization), RemoteKey(keys, key_id))


def _certificate(
    bucket: PkiBucket, name: str, owner: profiles.Issuer, make: Callable[[], x509.Certificate]
) -> x509.Certificate:
    try:
        found = x509.load_der_x509_certificate(bucket.read(name))
    except FileNotFoundError:
        made = make()
        bucket.write(name, made.public_bytes(Encoding.DER), _CERTIFICATE_TYPE)
        return made
    if found.public_key() != owner.key.public_key():
        raise CeremonyError(f"{name} is published for another key")
    return found


def _list(
    bucket: PkiBucket,
    name: str,
    issuer: profiles.Issuer,
    revoked: Mapping[int, Revocation],
    now: datetime,
    lifetime: timedelta,
) -> bytes:
    try:
        found = bucket.read(name)
        published = x509.load_der_x509_crl(found)
        fresh = published.last_update_utc + lifetime / 2 > now
        if fresh and len(published) == len(revoked):
            return found
    except FileNotFoundError:
        pass
    made = build_crl(issuer, revoked, now, lifetime).public_bytes(Encoding.DER)
    bucket.write(name, made, _CRL_TYPE)
    return made


def hold_for_stack(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    organization: str,
    now: datetime,
) -> CaChain:
    """Hold it with a deployed stack's outputs.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `PkiBucketName`, `PkiBaseUrl`, `RootKeyId`, `IssuingKeyId`.
        organization: named in both certificates.
        now: the instant, UTC.

    """
    plan = Plan(outputs["RootKeyId"], outputs["IssuingKeyId"], outputs["PkiBaseUrl"], organization)
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    return hold(KmsKeys(client_of("kms")), bucket, plan, now)


def certify_evidence_seal(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    identity: SealIdentity,
    now: datetime,
) -> x509.Certificate:
    """Certify and publish the platform's seal on evidence files; renewed in its last year.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: those of the authority, `EvidenceSealKeyId` and `TableName`.
        identity: who runs the platform.
        now: the instant, UTC.

    """
    stack = authority_of(client_of, outputs)
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    key_id = outputs["EvidenceSealKeyId"]
    try:
        found = x509.load_der_x509_certificate(bucket.read(EVIDENCE_SEAL))
    except FileNotFoundError:
        pass
    else:
        mine = found.public_key() == stack.keys.public_key(key_id)
        if mine and found.not_valid_after_utc > now + _RENEW_SEAL_BEFORE:
            return found
    made = stack.authority.certify_seal(identity, key_id, now)
    bucket.write(EVIDENCE_SEAL, made.public_bytes(Encoding.DER), _CERTIFICATE_TYPE)
    expiries = DynamoExpiries(client_of("dynamodb"), outputs["TableName"])
    expiries.note("issuing authority", stack.authority.chain.issuing.not_valid_after_utc)
    expiries.note("evidence seal", made.not_valid_after_utc)
    return made


def main(arguments: list[str]) -> int:
    """Hold it in the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.ceremony", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--organization", default="Paraphe", help="named in the certificates")
    parser.add_argument("--siren", required=True, help="its SIREN, 9 digits; in the evidence seal")
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    stacks = session.client("cloudformation").describe_stacks(StackName=chosen.stack)["Stacks"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks[0]["Outputs"]}
    now = datetime.now(UTC)
    client_of: Callable[[str], Any] = session.client  # type: ignore[assignment] # one per service
    chain = hold_for_stack(client_of, outputs, chosen.organization, now)
    identity = SealIdentity(chosen.organization, chosen.siren)
    seal = certify_evidence_seal(client_of, outputs, identity, now)
    for certificate in (chain.root, chain.issuing, seal):
        until = certificate.not_valid_after_utc
        print(f"{certificate.subject.rfc4514_string()} until {until:%Y-%m-%d}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
