"""The place for a remote signing provider: Cloud Signature Consortium API v2 (qualified or not).

A provider keeps the person's key and certificate; Paraphe sends the hash that the person has
authorised and embeds what comes back. It fits where enrolled keys in KMS do: its certificate, its
chain and its revocation answers go into a `Credential`, whose key is a `RemoteKey` over a
`KeySigner` that calls `signatures/signHash`. Only the protocol is here: no provider is contracted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.pki.credential import Credential


class RemoteSigningProvider(Protocol):
    """What a provider must give to sign here (CSC API v2 §11)."""

    def certificates(self, credential_id: str) -> Sequence[x509.Certificate]:
        """`credentials/info`: the signer's certificate first, then its chain up to the root."""
        ...

    def authorize(self, credential_id: str, digests: Sequence[bytes], proof: str) -> str:
        """`credentials/authorize`: bind the person's proof (a code) to exactly these hashes.

        Gives the signature activation data. One authorisation may cover a signature book's hashes
        (P22).
        """
        ...

    def sign_hash(self, credential_id: str, activation: str, digest: bytes) -> bytes:
        """`signatures/signHash`: a DER ECDSA signature over one authorised SHA-256 hash."""
        ...

    def credential(self, credential_id: str, activation: str, now: datetime) -> Credential:
        """Everything `sign` needs, with the provider's own revocation answers.

        Raises:
            CertificateExpiredError: the person must enrol again with the provider.
            TrustServiceUnavailableError: try again later.

        """
        ...
