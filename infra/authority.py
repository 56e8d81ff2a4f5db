"""The built-in certificate authority of a deployed stack, for the commands that certify keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paraphe.adapters.pki.authority import BuiltInAuthority
from paraphe.adapters.pki.chain import load_chain
from paraphe.adapters.pki.kms import KmsKeys
from paraphe.adapters.pki.profiles import Publication
from paraphe.adapters.pki.s3 import BucketRevocations, PkiBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class StackAuthority:
    """The authority, and where new keys are made."""

    authority: BuiltInAuthority
    keys: KmsKeys


def authority_of(client_of: Callable[[str], Any], outputs: Mapping[str, str]) -> StackAuthority:
    """Give a stack's authority; the ceremony has been held.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `PkiBucketName`, `PkiBaseUrl`, `IssuingKeyId`.

    Raises:
        FileNotFoundError: the ceremony has not been held.

    """
    published = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
    keys = KmsKeys(client_of("kms"))
    authority = BuiltInAuthority(
        load_chain(published.read),
        keys,
        outputs["IssuingKeyId"],
        Publication(outputs["PkiBaseUrl"].rstrip("/")),
        BucketRevocations(published),
    )
    return StackAuthority(authority, keys)
