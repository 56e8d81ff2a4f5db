"""Keys in AWS KMS: created there, never exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from paraphe.adapters.pki.errors import TrustServiceRefusedError, TrustServiceUnavailableError
from paraphe.adapters.pki.keys import public_key_from_der

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric import ec

_ALGORITHMS = {32: "ECDSA_SHA_256", 48: "ECDSA_SHA_384"}
_TRANSIENT = frozenset({
    "ThrottlingException", "KMSInternalException", "KeyUnavailableException",
    "DependencyTimeoutException", "ServiceUnavailableException",
})


class KmsKeys:
    """`KeySigner` over a boto3 KMS client; public keys are asked for once per process."""

    def __init__(self, client: Any) -> None:  # noqa: ANN401 - boto3 clients are made at run time
        """Take a client made by the wiring."""
        self._client = client
        self._public: dict[str, ec.EllipticCurvePublicKey] = {}

    def public_key(self, key_id: str) -> "ec.EllipticCurvePublicKey":
        """`kms:GetPublicKey`, cached."""
        if key_id not in self._public:
            answer = self._call("get_public_key", KeyId=key_id)
            self._public[key_id] = public_key_from_der(answer["PublicKey"])
        return self._public[key_id]

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """`kms:Sign`, one call per signature."""
        answer = self._call(
            "sign",
            KeyId=key_id,
            Message=digest,
            MessageType="DIGEST",
            SigningAlgorithm=_ALGORITHMS[len(digest)],
        )
        return bytes(answer["Signature"])

    def create(self, *, description: str, tags: dict[str, str]) -> str:
        """`kms:CreateKey`: a P-256 signing key for an enrolled person or a seal; its ARN."""
        answer = self._call(
            "create_key",
            KeySpec="ECC_NIST_P256",
            KeyUsage="SIGN_VERIFY",
            Description=description,
            Tags=[{"TagKey": key, "TagValue": value} for key, value in tags.items()],
        )
        return str(answer["KeyMetadata"]["Arn"])

    def _call(self, operation: str, **arguments: object) -> Any:  # noqa: ANN401 - boto3 answers
        try:
            return getattr(self._client, operation)(**arguments)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            message = f"KMS {operation}: {code}"
            if code in _TRANSIENT:
                raise TrustServiceUnavailableError(message) from error
            raise TrustServiceRefusedError(message) from error
        except BotoCoreError as error:
            message = f"KMS {operation}: {type(error).__name__}"
            raise TrustServiceUnavailableError(message) from error
