"""Keys in AWS KMS: created there, never exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from paraphe.adapters.faults import calling
from paraphe.adapters.trust.pades.cms.keys import public_key_from_der

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec
    from mypy_boto3_kms import KMSClient

_SHA384_SIZE = 48


class KmsKeys:
    """`KeySigner` over a boto3 KMS client; asks for each public key once per process."""

    def __init__(self, client: KMSClient) -> None:
        self._client = client
        self._public: dict[str, ec.EllipticCurvePublicKey] = {}

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """`kms:GetPublicKey`, once per key."""
        if key_id not in self._public:
            with calling("kms:GetPublicKey"):
                answer = self._client.get_public_key(KeyId=key_id)
            self._public[key_id] = public_key_from_der(answer["PublicKey"])
        return self._public[key_id]

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """`kms:Sign`, one call per signature.

        Raises:
            TransientError: KMS did not answer; try again.
            ServiceRefusedError: it said no.

        """
        algorithm: Literal["ECDSA_SHA_256", "ECDSA_SHA_384"] = (
            "ECDSA_SHA_384" if len(digest) == _SHA384_SIZE else "ECDSA_SHA_256"
        )
        with calling("kms:Sign"):
            answer = self._client.sign(
                KeyId=key_id, Message=digest, MessageType="DIGEST", SigningAlgorithm=algorithm
            )
        return bytes(answer["Signature"])

    def create(self, description: str, tags: dict[str, str]) -> str:
        """`kms:CreateKey`: a P-256 key for an enrolled person or a seal; return its ARN."""
        with calling("kms:CreateKey"):
            answer = self._client.create_key(
                KeySpec="ECC_NIST_P256",
                KeyUsage="SIGN_VERIFY",
                Description=description,
                Tags=[{"TagKey": key, "TagValue": value} for key, value in tags.items()],
            )
        return answer["KeyMetadata"]["Arn"]
