"""`Certifier`: keys of members in KMS, certificates of the stack's authority (P1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority.publishing import publish_own_list
from paraphe.domain.firms.member import Enrolment
from paraphe.domain.trust.identities import SignerIdentity

if TYPE_CHECKING:
    from datetime import datetime

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.authority.chain import PublicFiles
    from paraphe.domain.firms.member import Member

_CESSATION = 5  # cessationOfOperation, RFC 5280 §5.3.1
# What a door that signs for members may use: its policy will name this tag.
MEMBER_TAG = {"paraphe:use": "member"}


class KeyMaker(Protocol):
    """Makes P-256 keys; `KmsKeys` is one."""

    def create(self, description: str, tags: dict[str, str]) -> str:
        """Make a key; return its name."""
        ...


@dataclass(frozen=True, slots=True)
class BuiltInCertifier:
    """Keeps `Certifier`, with whichever authority the stack has.

    Attributes:
        authority: issues and revokes.
        keys: where members' keys are made.
        published: where the list of revoked certificates is fetched from, when it is ours.

    """

    authority: CertificateAuthority
    keys: KeyMaker
    published: PublicFiles

    def enrol(self, member: Member, now: datetime) -> Enrolment:
        """Keep `Certifier.enrol`."""
        tags = {**MEMBER_TAG, "paraphe:firm": member.firm_id, "paraphe:member": member.id}
        key_id = self.keys.create(f"Paraphe, member {member.id}", tags)
        identity = SignerIdentity(member.name, member.id, member.email)
        certificate = self.authority.enroll(identity, key_id, now)
        return Enrolment(
            key_id=key_id,
            certificate=certificate.public_bytes(Encoding.PEM).decode(),
            serial=str(certificate.serial_number),
            enrolled_at=now,
            expires_at=certificate.not_valid_after_utc,
        )

    def revoke(self, enrolment: Enrolment, now: datetime) -> None:
        """Keep `Certifier.revoke`: on the list, and the list published anew."""
        self.authority.revoke(int(enrolment.serial), _CESSATION, now)
        publish_own_list(self.authority, self.published, now)
