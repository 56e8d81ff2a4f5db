"""What configuration says of the identity provider: who it is, who we are, which claims mean what.

The claims of the profession's provider are not published, so each is named by configuration.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from paraphe.domain import text
from paraphe.domain.firms.identity import Identity
from paraphe.ports.identity import IdentityRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

SCOPES = "openid profile email"
_MAX_TEXT = 200


class ConfigurationError(ValueError):
    """Configuration names something that there is not; the message says what."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Which claims say what; several joined by `+` are joined by a space.

    Attributes:
        name: the person's.
        email: theirs.
        number: on the profession's register; empty when no claim says it.
        register: a claim that is there, and not false, for who is on the register; `claim:value`
            asks for that value. Empty when no claim says it.

    """

    name: str = "name"
    email: str = "email"
    number: str = ""
    register: str = ""

    @classmethod
    def read(cls, written: str) -> Claims:
        """Read `name=given_name+family_name;number=oec_id;register=roles:expert-comptable`.

        Raises:
            ConfigurationError: it says something else.

        """
        parts = [part.partition("=") for part in written.split(";") if part.strip()]
        given = {name.strip(): value.strip() for name, _, value in parts}
        if unknown := set(given) - {field.name for field in fields(cls)}:
            raise ConfigurationError(f"no claim can be mapped to {', '.join(sorted(unknown))}")
        return cls(**given)

    def are_in(self, claims: Mapping[str, Any]) -> bool:
        """Tell whether all that is mapped is there, so that nobody else has to be asked."""
        mapped = "+".join(filter(None, (self.name, self.email, self.number, self._register_claim)))
        return all(claims.get(claim) is not None for claim in mapped.split("+"))

    @property
    def _register_claim(self) -> str:
        return self.register.partition(":")[0]

    def identity(self, issuer: str, claims: Mapping[str, Any]) -> Identity:
        """Return who the claims are about.

        Raises:
            IdentityRefusedError: `claim_missing_<name>`.

        """
        return Identity(
            issuer=issuer,
            subject=_said(claims, "sub", "subject"),
            name=_said(claims, self.name, "name"),
            email="" if claims.get("email_verified") is False else _said(claims, self.email, ""),
            number=_said(claims, self.number, "") or None if self.number else None,
            on_register=self._on_register(claims),
        )

    def _on_register(self, claims: Mapping[str, Any]) -> bool | None:
        if not self.register:
            return None
        claim, _, wanted = self.register.partition(":")
        found = claims.get(claim)
        if not wanted:
            return bool(found) and found != "false"
        return wanted in found if isinstance(found, list) else found == wanted


def _said(claims: Mapping[str, Any], mapped: str, needed: str) -> str:
    parts = (claims.get(claim) for claim in mapped.split("+"))
    said = " ".join(str(part).strip() for part in parts if isinstance(part, str | int))
    try:
        clean = text.line(said)
    except text.UnreadableError:
        raise IdentityRefusedError("claim_unreadable") from None
    if len(clean) > _MAX_TEXT or (needed and not clean):
        raise IdentityRefusedError(f"claim_missing_{needed}")
    return clean


@dataclass(frozen=True, slots=True)
class Configuration:
    """One provider.

    Attributes:
        issuer: its address, exactly as tokens name it.
        client_id: what it calls us.
        client_secret: returns our secret; empty for a client that PKCE alone protects.
        claims: what they are called there.

    """

    issuer: str
    client_id: str
    client_secret: Callable[[], str]
    claims: Claims
