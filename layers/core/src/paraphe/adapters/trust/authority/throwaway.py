"""A trust service in memory for one rehearsal, trusted by nobody: no network, no KMS."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority import profiles, subject_names, tsa
from paraphe.adapters.trust.authority.built_in import BuiltInAuthority
from paraphe.adapters.trust.authority.chain import CaChain
from paraphe.adapters.trust.authority.revocations import build_crl
from paraphe.adapters.trust.pades.cms.keys import InMemoryKeys, RemoteKey
from paraphe.adapters.trust.pades.cms.revocation import Proof
from paraphe.adapters.trust.pades.cms.timestamps import HttpTimestampService
from paraphe.domain.trust.identities import SealIdentity, SignerIdentity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from cryptography import x509

    from paraphe.adapters.trust.pades.cms.credential import Credential

_NOWHERE = "http://localhost"
_DAY = timedelta(days=1)
_NAME = "Rehearsal"


@dataclass(frozen=True, slots=True)
class Throwaway:
    """An authority and time-stamps at one instant.

    Attributes:
        authority: issues certificates under a root that is forgotten at once.
        stamps: real RFC 3161 tokens.
        now: the only instant that there is.

    """

    authority: BuiltInAuthority
    stamps: tsa.TimestampAuthority
    now: datetime

    @property
    def service(self) -> HttpTimestampService:
        """The time-stamp service, without HTTP."""
        return HttpTimestampService(_NOWHERE, (self.stamps.root,), exchange=self._exchange)

    def _exchange(self, _url: str, body: bytes | None, _headers: Mapping[str, str]) -> bytes:
        return self.stamps.respond(body or b"", self.now)

    def proof_for(self, chain: Sequence[x509.Certificate], now: datetime) -> Proof:
        """Keep `RevocationSource.proof_for`: the time-stamp root's empty list."""
        return Proof(crls=(self.stamps.crl(now),)) if len(chain) > 1 else Proof()

    def person(self) -> Credential:
        """A person's one-time certificate and key."""
        return self.authority.issue_one_time(SignerIdentity(_NAME, "rehearsal"), self.now)

    def seal(self) -> Credential:
        """A seal's certificate and key."""
        identity = SealIdentity(_NAME, "000000000")
        certificate = self.authority.certify_seal(identity, "seal", self.now)
        return self.authority.credential(certificate, "seal", self.now)


def create(now: datetime) -> Throwaway:
    """Make keys and certificates that are valid at `now`."""
    born, keys = now - _DAY, InMemoryKeys()
    for name in ("root", "issuing", "seal"):
        keys.create(name)
    publication = profiles.Publication(_NOWHERE)
    issuer = profiles.Issuer(subject_names.ca_name(f"{_NAME} root", _NAME), RemoteKey(keys, "root"))
    root = profiles.root_certificate(issuer, born)
    issuing = profiles.issuing_certificate(
        issuer,
        subject_names.ca_name(f"{_NAME} issuing", _NAME),
        keys.public_key("issuing"),
        publication,
        born,
        root.not_valid_after_utc,
    )
    listed = build_crl(issuer, {}, born, 30 * _DAY).public_bytes(Encoding.DER)
    authority = BuiltInAuthority(CaChain(root, issuing, (listed,)), keys, "issuing", publication)
    return Throwaway(authority, tsa.create(f"{_NOWHERE}/tsa.crl", born), now)
