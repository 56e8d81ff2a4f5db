"""The certificate authority of a deployed stack, for the commands that certify keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import load_chain, load_private_chain
from paraphe.adapters.trust.authority.kms_keys import KmsKeys
from paraphe.adapters.trust.authority.pki_bucket import (
    PRIVATE_PREFIX,
    BucketRevocations,
    PkiBucket,
)
from paraphe.adapters.trust.authority.private_ca import PrivateCaAuthority
from paraphe.adapters.trust.authority.profiles import Publication

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority


@dataclass(frozen=True, slots=True)
class StackAuthority:
    """The authority, and where new keys are made."""

    authority: CertificateAuthority
    keys: KmsKeys


def authority_of(client_of: Callable[[str], Any], outputs: Mapping[str, str]) -> StackAuthority:
    """Return a stack's authority; the ceremony has been held.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `PkiBucketName`, `PkiBaseUrl`, `IssuingKeyId`; `PrivateCaArn` when AWS Private CA
            is the authority.

    Raises:
        FileNotFoundError: the ceremony has not been held.

    """
    keys = KmsKeys(client_of("kms"))
    made = _private_ca if outputs.get("PrivateCaArn") else _built_in
    return StackAuthority(made(client_of, outputs, keys), keys)


def _built_in(
    client_of: Callable[[str], Any], outputs: Mapping[str, str], keys: KmsKeys
) -> CertificateAuthority:
    published = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    return BuiltInAuthority(
        load_chain(published.read),
        keys,
        outputs["IssuingKeyId"],
        Publication(outputs["PkiBaseUrl"].rstrip("/")),
        BucketRevocations(published),
    )


def _private_ca(
    client_of: Callable[[str], Any], outputs: Mapping[str, str], keys: KmsKeys
) -> CertificateAuthority:
    published = PkiBucket(client_of("s3"), outputs["PkiBucketName"], PRIVATE_PREFIX)
    return PrivateCaAuthority(
        client_of("acm-pca"),
        outputs["PrivateCaArn"],
        load_private_chain(published.read),
        keys,
        Publication(outputs["PkiBaseUrl"].rstrip("/")),
        BucketRevocations(published),
    )
