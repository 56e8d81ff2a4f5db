"""The key ceremony, once per stack (`paraphe ceremony`).

Signs the root and issuing certificates (15 years) with the stack's KMS keys (ECC_NIST_P384),
certifies the OCSP responder and publishes all of it, with both lists, under `pki/`. Running it
again keeps what is there and renews what is worn out: the root's list after half of its life. The
list of end certificates and the responder's certificate are renewed by the door `publish` as well.
With AWS Private CA as the authority its certificates are published beside all that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.operate.authority import authority_of
from paraphe.adapters.firms.member_store import DynamoExpiries
from paraphe.adapters.trust.authority import profiles, subject_names
from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import CHAIN, ISSUING, ROOT, ROOT_CRL, CaChain
from paraphe.adapters.trust.authority.kms_keys import KmsKeys
from paraphe.adapters.trust.authority.pki_bucket import (
    PRIVATE_PREFIX,
    BucketRevocations,
    PkiBucket,
)
from paraphe.adapters.trust.authority.private_ca import fetch_chain
from paraphe.adapters.trust.authority.publishing import (
    ends_by_ceremony,
    publish_list,
    publish_responder,
)
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label
from paraphe.adapters.trust.pades.cms.keys import RemoteKey
from paraphe.adapters.trust.pades.cms.revocation import Proof, next_update
from paraphe.wiring import EVIDENCE_SEAL

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mypy_boto3_acm_pca import ACMPCAClient

    from paraphe.adapters.trust.pades.cms.keys import KeySigner
    from paraphe.domain.trust.identities import SealIdentity

# Long, because the root's key is used only here; validators with a network see renewals.
ROOT_CRL_LIFETIME = timedelta(days=400)
_POLICY = Path(__file__).resolve().parents[2] / "docs" / "CERTIFICATE_POLICY.md"
_RENEW_SEAL_BEFORE = timedelta(days=365)
_CERTIFICATE_TYPE, _CRL_TYPE = "application/pkix-cert", "application/pkix-crl"
_PEM_TYPE = "application/x-pem-file"
ROOTS = "root.pem"


class CeremonyError(ValueError):
    """What is published does not belong to the keys that were named, or AWS gave no chain."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the ceremony is for.

    Attributes:
        root_key: KMS id, ARN or alias.
        issuing_key: KMS id, ARN or alias.
        ocsp_key: KMS id, ARN or alias; the OCSP responder's.
        base_url: where `pki/` is public.
        organization: in both subjects.

    """

    root_key: str
    issuing_key: str
    ocsp_key: str
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
    chain = CaChain(root, issuing, (_root_list(bucket, root_issuer, now),))
    revocations = BucketRevocations(bucket)
    revocations.begin()
    authority = BuiltInAuthority(chain, keys, plan.issuing_key, publication, revocations)
    publish_list(authority, bucket, now)
    publish_responder(authority, bucket, plan.ocsp_key, now)
    _publish_for_people(bucket, root)
    return chain


def hold_private(client: ACMPCAClient, arn: str, bucket: PkiBucket, place: PkiBucket) -> CaChain:
    """Publish what AWS Private CA says of itself.

    Args:
        client: boto3's `acm-pca`.
        arn: of the issuing authority, which is active.
        bucket: for people, `pki/`.
        place: for the doors, `pki/private-ca/`.

    Raises:
        CeremonyError: AWS gave no chain.
        TransientError, ServiceRefusedError: what AWS answered.

    """
    try:
        chain = fetch_chain(client, arn)
    except ValueError as error:
        raise CeremonyError(f"AWS Private CA gave no chain: {error}") from error
    pem = b"".join(c.public_bytes(Encoding.PEM) for c in chain.certificates)
    place.write(CHAIN, pem, _PEM_TYPE)
    BucketRevocations(place).begin()
    _publish_for_people(bucket, chain.root)
    return chain


def _publish_for_people(bucket: PkiBucket, root: x509.Certificate) -> None:
    """The policy, and the roots to trust: this one first, then whatever was published before."""
    try:
        earlier = x509.load_pem_x509_certificates(bucket.read(ROOTS))
    except FileNotFoundError:
        earlier = []
    roots = [root, *(one for one in earlier if one != root)]
    pem = b"".join(one.public_bytes(Encoding.PEM) for one in roots)
    bucket.write(ROOTS, label(pem, Purpose.SIGNATURES), _PEM_TYPE)
    bucket.write("policy", _POLICY.read_bytes(), "text/markdown; charset=utf-8")


def _issuer(keys: KeySigner, key_id: str, name: str, plan: Plan) -> profiles.Issuer:
    return profiles.Issuer(subject_names.ca_name(name, plan.organization), RemoteKey(keys, key_id))


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


def _root_list(bucket: PkiBucket, issuer: profiles.Issuer, now: datetime) -> bytes:
    earlier = 0
    try:
        found = bucket.read(ROOT_CRL)
    except FileNotFoundError:
        pass
    else:
        published = x509.load_der_x509_crl(found)
        if published.last_update_utc + ROOT_CRL_LIFETIME / 2 > now:
            return found
        number = published.extensions.get_extension_for_class(x509.CRLNumber)
        earlier = number.value.crl_number
    made = build_crl(issuer, {}, now, ROOT_CRL_LIFETIME, earlier).public_bytes(Encoding.DER)
    bucket.write(ROOT_CRL, made, _CRL_TYPE)
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
        outputs: `PkiBucketName`, `PkiBaseUrl`, `RootKeyId`, `IssuingKeyId`, `OcspKeyId`;
            `PrivateCaArn` when AWS Private CA is the authority. The built-in one is there all the
            same: what it has issued goes on having a list and OCSP.
        organization: named in both certificates.
        now: the instant, UTC.

    """
    plan = Plan(
        root_key=outputs["RootKeyId"],
        issuing_key=outputs["IssuingKeyId"],
        ocsp_key=outputs["OcspKeyId"],
        base_url=outputs["PkiBaseUrl"],
        organization=organization,
    )
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    chain = hold(KmsKeys(client_of("kms")), bucket, plan, now)
    arn = outputs.get("PrivateCaArn")
    if not arn:
        return chain
    place = PkiBucket(client_of("s3"), outputs["PkiBucketName"], PRIVATE_PREFIX)
    return hold_private(client_of("acm-pca"), arn, bucket, place)


def certify_evidence_seal(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    identity: SealIdentity,
    now: datetime,
) -> x509.Certificate:
    """Certify and publish the platform's seal on evidence files; renewed in its last year.

    Notes when it ends, and when the authority and the root's list do.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: those of the authority, `EvidenceSealKeyId` and `TableName`.
        identity: who runs the platform.
        now: the instant, UTC.

    """
    stack = authority_of(client_of, outputs)
    expiries = DynamoExpiries(client_of("dynamodb"), outputs["TableName"])
    for owner, at in ends_by_ceremony(stack.authority.chain).items():
        # The built-in authority's are noted by the door `publish`, under the plain names.
        expiries.note(f"AWS Private CA, {owner}" if outputs.get("PrivateCaArn") else owner, at)
    bucket = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    key_id = outputs["EvidenceSealKeyId"]
    try:
        found = x509.load_der_x509_certificate(bucket.read(EVIDENCE_SEAL))
    except FileNotFoundError:
        pass
    else:
        mine = found.public_key() == stack.keys.public_key(key_id)
        mine = mine and found.issuer == stack.authority.chain.issuing.subject
        if mine and found.not_valid_after_utc > now + _RENEW_SEAL_BEFORE:
            return found
    made = stack.authority.certify_seal(identity, key_id, now)
    stack.authority.credential(made, key_id, now)  # fails here, not when the first request ends
    bucket.write(EVIDENCE_SEAL, made.public_bytes(Encoding.DER), _CERTIFICATE_TYPE)
    expiries.note("evidence seal", made.not_valid_after_utc)
    return made


def ocsp_life(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    certificate: x509.Certificate,
    now: datetime,
) -> timedelta:
    """Return how long the authority's OCSP answers last, as of the evidence seal's."""
    authority, key_id = authority_of(client_of, outputs).authority, outputs["EvidenceSealKeyId"]
    answer = authority.credential(certificate, key_id, now).ocsp[:1]
    return next_update(Proof(ocsps=answer)) - now
