"""A firm makes, names, limits, renews and revokes the API clients of its software itself."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from paraphe.domain.errors import ConflictError, ParapheError, check_version
from paraphe.domain.firms import registered_clients as rules
from paraphe.domain.firms.firm import ApiClient
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.firms.registered_clients import Credential, RegisteredClient
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.ports.api_clients import ApiClients, Credentials, Issued
from paraphe.ports.system import Entropy, TransientError

USED_WITHIN = timedelta(hours=1)
# Ended credentials that one pass deletes at the token endpoint.
BATCH = 25


@dataclass(frozen=True, slots=True)
class MakeApiClient:
    """Makes a client, with its first secret."""

    api_clients: ApiClients
    credentials: Credentials
    entropy: Entropy

    def __call__(
        self, principal: Principal, name: str, scopes: tuple[str, ...], now: datetime
    ) -> tuple[RegisteredClient, Issued]:
        """Return the client and its secret, which is told once.

        Raises:
            ForbiddenError, InvalidError: see `rules.check_scopes`.
            ConflictError: `too_many_api_clients` (50).

        """
        principal.check_may(Capability.MANAGE)
        rules.check_scopes(principal, scopes)
        if len(self.api_clients.listed(principal.firm_id)) >= rules.MOST_CLIENTS:
            raise ConflictError("too_many_api_clients", "A firm has 50 API clients at most.")
        client_id = new_id("cli", now, self.entropy(RANDOM_BYTES))
        issued = self.credentials.issue(client_id, scopes)
        made = RegisteredClient(
            id=client_id,
            firm_id=principal.firm_id,
            name=name,
            scopes=scopes,
            credentials=(Credential(issued.client_id, now),),
            created_at=now,
        )
        _save_or_end(self.api_clients, self.credentials, made, None, issued)
        return made, issued


@dataclass(frozen=True, slots=True)
class ReadApiClients:
    """Reads a firm's clients."""

    api_clients: ApiClients

    def one(self, principal: Principal, client_id: str) -> RegisteredClient:
        """Return one. Raises NotFoundError (`api_client_not_found`)."""
        return rules.check_found(self.api_clients.client(principal.firm_id, client_id))

    def all(self, principal: Principal) -> tuple[RegisteredClient, ...]:
        """Return all, oldest first."""
        return self.api_clients.listed(principal.firm_id)


@dataclass(frozen=True, slots=True)
class ChangeApiClient:
    """Names a client anew, or changes its scopes."""

    api_clients: ApiClients
    credentials: Credentials

    def __call__(
        self,
        principal: Principal,
        client_id: str,
        *,
        name: str | None,
        scopes: tuple[str, ...] | None,
        expected: int | None,
    ) -> RegisteredClient:
        """Return it changed; what it may not any more ends with this very commit.

        Raises:
            NotFoundError, ForbiddenError, InvalidError: see `rules`. ChangedError: If-Match.

        """
        principal.check_may(Capability.MANAGE)
        before = rules.check_found(self.api_clients.client(principal.firm_id, client_id))
        check_version(before.version, expected)
        if scopes is not None:
            rules.check_scopes(principal, scopes)
        after = replace(
            before,
            name=before.name if name is None else name,
            scopes=before.scopes if scopes is None else scopes,
            version=before.version + 1,
        )
        self.api_clients.save(after, before)
        if scopes is not None:
            for credential in after.credentials:
                self.credentials.limit(credential.client_id, after.id, scopes)
        return after


@dataclass(frozen=True, slots=True)
class RotateSecret:
    """Makes a new secret of a client, beside the one it has."""

    api_clients: ApiClients
    credentials: Credentials

    def __call__(
        self,
        principal: Principal,
        client_id: str,
        *,
        overlap: timedelta,
        now: datetime,
        expected: int | None,
    ) -> tuple[RegisteredClient, Issued]:
        """Return the client and the new secret, which is told once.

        Raises:
            NotFoundError, ForbiddenError, InvalidError: see `rules`. ChangedError: If-Match.

        """
        principal.check_may(Capability.MANAGE)
        before = rules.check_found(self.api_clients.client(principal.firm_id, client_id))
        check_version(before.version, expected)
        rules.rotated(before, rules.newest(before), now, overlap)
        issued = self.credentials.issue(before.id, before.scopes)
        after = rules.rotated(before, Credential(issued.client_id, now), now, overlap)
        _save_or_end(self.api_clients, self.credentials, after, before, issued)
        for gone in before.credentials[:-1]:
            self.credentials.end(gone.client_id)
        return after, issued


@dataclass(frozen=True, slots=True)
class RevokeApiClient:
    """Ends a client at once."""

    api_clients: ApiClients
    credentials: Credentials

    def __call__(self, principal: Principal, client_id: str, *, expected: int | None) -> None:
        """Refuse its next call, whatever its access token says; delete its secrets.

        Raises:
            NotFoundError, ForbiddenError: see `rules`. ChangedError: If-Match.

        """
        principal.check_may(Capability.MANAGE)
        client = rules.check_found(self.api_clients.client(principal.firm_id, client_id))
        check_version(client.version, expected)
        rules.check_not_itself(principal, client)
        self.api_clients.remove(client)
        for credential in client.credentials:
            self.credentials.end(credential.client_id)


@dataclass(frozen=True, slots=True)
class EndCredentials:
    """Deletes, at the token endpoint, the secrets whose overlap is over."""

    api_clients: ApiClients
    credentials: Credentials

    def __call__(self, now: datetime) -> int:
        """Return how many; one that fails is tried again in the next pass."""
        done = 0
        for credential in self.api_clients.ended(now, BATCH):
            try:
                self.credentials.end(credential)
            except (ParapheError, TransientError):
                continue
            self.api_clients.forget(credential)
            done += 1
        return done


def note_use(api_clients: ApiClients, client: ApiClient, now: datetime) -> None:
    """Remember that a client has called, once an hour; a failure here is nobody's."""
    if client.last_used_at is None or now - client.last_used_at >= USED_WITHIN:
        try:
            api_clients.note_use(client, now)
        except TransientError:
            return


def _save_or_end(
    api_clients: ApiClients,
    credentials: Credentials,
    after: RegisteredClient,
    before: RegisteredClient | None,
    issued: Issued,
) -> None:
    """Store it; if that is refused, the secret that nobody will be told is deleted."""
    try:
        api_clients.save(after, before)
    except ParapheError:
        credentials.end(issued.client_id)
        raise
