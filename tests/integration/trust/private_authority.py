"""An account whose certificates AWS Private CA issues, and a request signed over days with them."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from botocore.config import Config
from botocore.session import get_session

from paraphe.adapters.trust.authority import profiles
from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority, fetch_chain
from paraphe.adapters.trust.pades.writer import archive, signing
from paraphe.domain.trust.identities import SignerIdentity
from tests.support.private_ca import ARN, PrivateCa
from tests.support.trust import FIELDS, FIRM, TrustWorld, make_pdf

if TYPE_CHECKING:
    from cryptography import x509
    from mypy_boto3_acm_pca import ACMPCAClient

SESSION = get_session()
ZOE = SignerIdentity("Zoé Łukasz", "cmd_01", "zoe@example.org", given_name="Zoé", surname="Łukasz")


def client_of(ca: PrivateCa, attempts: int = 1) -> ACMPCAClient:
    made = SESSION.create_client(
        "acm-pca",
        region_name="eu-west-3",
        endpoint_url=ca.url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"mode": "standard", "total_max_attempts": attempts}),
    )
    return cast("ACMPCAClient", made)


def authority_of(ca: PrivateCa, world: TrustWorld, attempts: int = 1) -> PrivateCaAuthority:
    client, publication = client_of(ca, attempts), profiles.Publication("http://pki.test")
    chain = fetch_chain(client, ARN)
    return PrivateCaAuthority(client, ARN, chain, world.keys, publication, pause=lambda _: None)


def sign_over_days(
    ca: PrivateCa, world: TrustWorld, authority: PrivateCaAuthority
) -> tuple[bytes, x509.Certificate]:
    """Two people two days apart, each with a certificate that ends before the seal's time-stamp."""
    trust, file = world.trust(), io.BytesIO(make_pdf())
    certificate = authority.certify_seal(FIRM, "seal", world.now)
    archive.prepare(file, FIELDS, authority.chain, trust, world.now)
    for name, days in (("A-signature", 2), ("B-signature", 1)):
        credential = authority.issue_one_time(ZOE, world.now)
        signing.sign(file, signing.Act(name, "Zoé", credential, world.now), trust)
        world.now += timedelta(days=days)
    credential = authority.credential(certificate, "seal", world.now)
    signing.seal(file, signing.Act("C-seal", "Cabinet", credential, world.now), trust)
    assert ca.calls.count("IssueCertificate") == 3
    return file.getvalue(), certificate
