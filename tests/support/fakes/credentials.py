"""The token endpoint's clients, in memory."""

from __future__ import annotations

from paraphe.ports.api_clients import Issued
from paraphe.ports.system import TransientError


class FakeCredentials:
    """Keeps `Credentials`; `scopes` by client id, those that are there; `outages` fail first."""

    def __init__(self) -> None:
        self.scopes: dict[str, tuple[str, ...]] = {}
        self.made = 0
        self.outages = 0

    def issue(self, name: str, scopes: tuple[str, ...]) -> Issued:
        """Keep `Credentials.issue`."""
        self._reach()
        self.made += 1
        client_id = f"{self.made:026d}"
        self.scopes[client_id] = scopes
        return Issued(client_id, f"secret {self.made} of {name}")

    def limit(self, client_id: str, name: str, scopes: tuple[str, ...]) -> None:
        """Keep `Credentials.limit`."""
        self._reach()
        assert name.startswith("cli_")
        self.scopes[client_id] = scopes

    def end(self, client_id: str) -> None:
        """Keep `Credentials.end`."""
        self._reach()
        self.scopes.pop(client_id, None)

    def _reach(self) -> None:
        if self.outages:
            self.outages -= 1
            raise TransientError("the token endpoint does not answer")
