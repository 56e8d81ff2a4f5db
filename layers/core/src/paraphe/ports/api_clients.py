"""Where a firm's API clients are kept, and where their secrets are made."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from paraphe.domain.firms.firm import ApiClient
from paraphe.domain.firms.registered_clients import RegisteredClient


@dataclass(frozen=True, slots=True, repr=False)
class Issued:
    """A credential as it is told once. It has no `repr`, so that no log holds its secret."""

    client_id: str
    client_secret: str


class Credentials(Protocol):
    """The token endpoint's clients (OAuth 2 client credentials)."""

    def issue(self, name: str, scopes: tuple[str, ...]) -> Issued:
        """Make one. Raises TransientError."""
        ...

    def limit(self, client_id: str, name: str, scopes: tuple[str, ...]) -> None:
        """Let it ask for these scopes only. Raises TransientError."""
        ...

    def end(self, client_id: str) -> None:
        """Delete it; nothing if it is gone. Raises TransientError."""
        ...


class ApiClients(Protocol):
    """The registered clients of firms, and whom each credential belongs to."""

    def client(self, firm_id: str, client_id: str) -> RegisteredClient | None:
        """Load one by its own id, or None."""
        ...

    def listed(self, firm_id: str) -> tuple[RegisteredClient, ...]:
        """Return a firm's clients, oldest first: 50 at most."""
        ...

    def save(self, client: RegisteredClient, before: RegisteredClient | None) -> None:
        """Store it with its credentials, in one transaction; `before` None: it is new.

        Credentials that `before` had and `client` has not do not count any more.

        Raises:
            RaceLostError: another version is stored.

        """
        ...

    def remove(self, client: RegisteredClient) -> None:
        """Delete it with its credentials. Raises RaceLostError: another version is stored."""
        ...

    def note_use(self, client: ApiClient, now: datetime) -> None:
        """Remember that a credential was used, and with it the client."""
        ...

    def ended(self, now: datetime, limit: int) -> Iterable[str]:
        """Find credentials whose end has come."""
        ...

    def forget(self, credential: str) -> None:
        """Delete what is known of a credential."""
        ...
