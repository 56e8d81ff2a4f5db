"""The laptop's time-stamp authority: its keys and certificates are kept in a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from paraphe.adapters.trust.authority import profiles, subject_names
from paraphe.adapters.trust.authority.tsa import TimestampAuthority, create

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from pathlib import Path


def load_or_create(directory: Path, crl_url: str, now: datetime) -> TimestampAuthority:
    """Keys and certificates kept in `directory`, made at the first start."""
    if not (directory / "tsa.cer").exists():
        _save(create(crl_url, now), directory)
    return TimestampAuthority(
        x509.load_der_x509_certificate((directory / "root.cer").read_bytes()),
        _load_key(directory / "root.key"),
        x509.load_der_x509_certificate((directory / "tsa.cer").read_bytes()),
        _load_key(directory / "tsa.key"),
    )


def certified(
    authority: TimestampAuthority, crl_url: str, now: datetime, life: timedelta
) -> TimestampAuthority:
    """The same root with a new key, certified for so long: as services do every few years."""
    key = ec.generate_private_key(ec.SECP256R1())
    certificate = profiles.timestamp_certificate(
        profiles.Issuer(authority.root.subject, authority.root_key),
        subject_names.ca_name("Paraphe local time-stamps (test, short)", "Paraphe local"),
        key.public_key(),
        crl_url,
        now,
        now + life,
    )
    return TimestampAuthority(authority.root, authority.root_key, certificate, key)


def _save(authority: TimestampAuthority, directory: Path) -> None:
    directory.mkdir(parents=True, exist_ok=True)
    encoding = serialization.Encoding.DER
    for name, key in (("root.key", authority.root_key), ("tsa.key", authority.key)):
        path = directory / name
        path.touch(mode=0o600)
        path.write_bytes(
            key.private_bytes(
                encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
    (directory / "root.cer").write_bytes(authority.root.public_bytes(encoding))
    (directory / "tsa.cer").write_bytes(authority.certificate.public_bytes(encoding))


def _load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_der_private_key(path.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{path.name} is not an elliptic-curve key")
    return key
