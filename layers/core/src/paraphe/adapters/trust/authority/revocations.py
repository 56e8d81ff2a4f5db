"""Which certificates were revoked: a small list, and the CRL made from it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from cryptography import x509

from paraphe.adapters.trust.authority.profiles import Issuer, whole_seconds
from paraphe.adapters.trust.pades.cms.keys import hash_for
from paraphe.adapters.trust.pades.cms.ocsp import Revocation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cryptography.x509 import CertificateRevocationList

_REASONS = {
    0: x509.ReasonFlags.unspecified,
    1: x509.ReasonFlags.key_compromise,
    2: x509.ReasonFlags.ca_compromise,
    3: x509.ReasonFlags.affiliation_changed,
    4: x509.ReasonFlags.superseded,
    5: x509.ReasonFlags.cessation_of_operation,
}


class RevocationStore(Protocol):
    """Keeps the revoked serial numbers; additions only."""

    def all(self) -> Mapping[int, Revocation]:
        """Every revoked certificate.

        Raises:
            FileNotFoundError: there is no store, so nothing can be said about any certificate.

        """
        ...

    def add(self, serial: int, revocation: Revocation) -> None:
        """Record one; the first record of a serial number stays. Two at once are both kept."""
        ...


class InMemoryRevocations:
    """A list for one process."""

    def __init__(self) -> None:
        """Start with nothing revoked."""
        self._revoked: dict[int, Revocation] = {}

    def all(self) -> Mapping[int, Revocation]:
        """Every revoked certificate."""
        return self._revoked

    def add(self, serial: int, revocation: Revocation) -> None:
        """Record one; the first record stays."""
        self._revoked.setdefault(serial, revocation)


def to_json(revoked: Mapping[int, Revocation]) -> str:
    """The list as it is stored."""
    entries = {
        str(serial): {"at": item.at.isoformat(), "reason": item.reason}
        for serial, item in sorted(revoked.items())
    }
    return json.dumps(entries, indent=1)


def from_json(text: str) -> dict[int, Revocation]:
    """Read a stored list.

    Raises:
        ValueError: it is not one.

    """
    return {
        int(serial): Revocation(datetime.fromisoformat(item["at"]), int(item["reason"]))
        for serial, item in json.loads(text).items()
    }


def build_crl(
    issuer: Issuer,
    revoked: Mapping[int, Revocation],
    now: datetime,
    lifetime: timedelta,
    earlier: int = 0,
) -> CertificateRevocationList:
    """A complete list, from which nothing is ever dropped.

    Its number grows with time, and is higher than `earlier`, the last one's (RFC 5280 §5.2.3).
    """
    this_update = whole_seconds(now)
    number = max(int(this_update.timestamp()), earlier + 1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.name)
        .last_update(this_update)
        .next_update(this_update + lifetime)
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()),
            critical=False,
        )
    )
    for serial, item in revoked.items():
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(whole_seconds(item.at))
        )
        if item.reason:  # "unspecified" is said by saying nothing (RFC 5280 §5.3.1)
            reason = x509.CRLReason(_REASONS[item.reason])
            entry = entry.add_extension(reason, critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(issuer.key, hash_for(issuer.key.public_key()))
