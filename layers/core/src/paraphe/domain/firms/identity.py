"""Who somebody is for the profession's identity provider (P1)."""

import hashlib
from dataclasses import dataclass

_ID_DIGITS = 32  # 128 bits


@dataclass(frozen=True, slots=True, repr=False)
class Identity:
    """What a checked token said; it has no `repr`, so that no person gets into a log.

    Attributes:
        issuer: the provider that vouches for it.
        subject: who they are there, for good (OpenID Connect `sub`).
        name: as certificates and evidence name them.
        email: where they are written to.
        number: their number on the profession's register, if the token has one.
        on_register: what the token says of the register; None when it says nothing.

    """

    issuer: str
    subject: str
    name: str
    email: str
    number: str | None = None
    on_register: bool | None = None

    @property
    def person_id(self) -> str:
        """The name under which we keep them: of issuer and subject, nothing that is read."""
        digest = hashlib.sha256(f"{self.issuer}\n{self.subject}".encode())
        return digest.hexdigest()[:_ID_DIGITS]
