"""Private keys behind one call, so that the same code signs with KMS or in memory."""

from __future__ import annotations

import hashlib
from typing import Any, NoReturn, Protocol

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

_NOT_EXPORTED = "this key never leaves its service"


class KeySigner(Protocol):
    """Holds private keys and signs digests with them (ECDSA)."""

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """The public half of a key."""
        ...

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """ECDSA over a SHA-256 (32 bytes) or SHA-384 (48 bytes) digest; DER signature.

        Raises:
            TrustServiceUnavailableError: the key service did not answer.

        """
        ...


class InMemoryKeys:
    """Keys of this process: one-time keys, the laptop's time-stamp service, tests."""

    def __init__(self) -> None:
        """Start without keys."""
        self._keys: dict[str, ec.EllipticCurvePrivateKey] = {}

    def create(self, key_id: str, curve: ec.EllipticCurve | None = None) -> None:
        """Make a key under an id, P-256 unless told (12 µs; RSA-3072 takes 196 ms)."""
        self.put(key_id, ec.generate_private_key(curve or ec.SECP256R1()))

    def put(self, key_id: str, key: ec.EllipticCurvePrivateKey) -> None:
        """Keep an existing key."""
        self._keys[key_id] = key

    def public_key(self, key_id: str) -> ec.EllipticCurvePublicKey:
        """The public half of a key."""
        return self._keys[key_id].public_key()

    def sign_digest(self, key_id: str, digest: bytes) -> bytes:
        """ECDSA over a ready digest."""
        algorithm = ec.ECDSA(utils.Prehashed(digest_algorithm(digest)))
        return self._keys[key_id].sign(digest, algorithm)


def digest_algorithm(digest: bytes) -> hashes.SHA256 | hashes.SHA384:
    """The hash whose output has this size: SHA-256 or SHA-384."""
    return hashes.SHA384() if len(digest) == hashes.SHA384.digest_size else hashes.SHA256()


def hash_for(key: ec.EllipticCurvePublicKey) -> hashes.SHA256 | hashes.SHA384:
    """The hash as strong as the curve: SHA-384 for P-384, else SHA-256."""
    return hashes.SHA384() if isinstance(key.curve, ec.SECP384R1) else hashes.SHA256()


def public_key_from_der(der: bytes) -> ec.EllipticCurvePublicKey:
    """A SubjectPublicKeyInfo, which must hold an elliptic-curve key.

    Raises:
        TypeError: it holds another kind of key.

    """
    key = serialization.load_der_public_key(der)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        message = "only elliptic-curve keys sign here"
        raise TypeError(message)
    return key


class RemoteKey(ec.EllipticCurvePrivateKey):
    """A key that stays in its service, shaped so that `cryptography` can sign with it."""

    def __init__(self, signer: KeySigner, key_id: str) -> None:
        """Name the key; its public half is fetched once."""
        self._signer = signer
        self._key_id = key_id
        self._public = signer.public_key(key_id)

    @property
    def curve(self) -> ec.EllipticCurve:
        """The key's curve."""
        return self._public.curve

    @property
    def key_size(self) -> int:
        """In bits."""
        return self._public.key_size

    def public_key(self) -> ec.EllipticCurvePublicKey:
        """The public half."""
        return self._public

    def sign(self, data: Any, signature_algorithm: ec.EllipticCurveSignatureAlgorithm) -> bytes:  # noqa: ANN401 - the base class's Buffer
        """Hash here, sign there."""
        algorithm = signature_algorithm.algorithm
        digest = (
            bytes(data)
            if isinstance(algorithm, utils.Prehashed)
            else (hashlib.new(algorithm.name, data).digest())
        )
        return self._signer.sign_digest(self._key_id, digest)

    def exchange(self, algorithm: ec.ECDH, peer_public_key: ec.EllipticCurvePublicKey) -> NoReturn:
        """Not what these keys are for."""
        raise NotImplementedError(_NOT_EXPORTED)

    def private_numbers(self) -> NoReturn:
        """The key is not here."""
        raise NotImplementedError(_NOT_EXPORTED)

    def private_bytes(
        self,
        encoding: serialization.Encoding,
        format: serialization.PrivateFormat,  # noqa: A002 - the base class's name
        encryption_algorithm: serialization.KeySerializationEncryption,
    ) -> NoReturn:
        """The key is not here."""
        raise NotImplementedError(_NOT_EXPORTED)

    def __copy__(self) -> RemoteKey:
        """A name needs no copy."""
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> RemoteKey:
        """A name needs no copy."""
        return self
