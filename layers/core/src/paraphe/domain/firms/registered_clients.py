"""Software that a firm lets call the API: names, scopes, secrets that overlap, the end."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from paraphe.domain.errors import ForbiddenError, InvalidError, NotFoundError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind

MOST_CLIENTS = 50
LONGEST_OVERLAP = timedelta(days=30)
# What each scope is for; a client can hand on only what it holds itself.
SCOPES = {
    "paraphe/requests.read": None,
    "paraphe/requests.write": Capability.LAUNCH,
    "paraphe/documents.read": None,
    "paraphe/firm.read": None,
    "paraphe/firm.write": Capability.PREPARE,
    "paraphe/firm.manage": Capability.MANAGE,
}


@dataclass(frozen=True, slots=True)
class Credential:
    """One id and secret at the token endpoint; the secret is kept there only.

    Attributes:
        client_id: OAuth 2 `client_id` (RFC 6749 §2.2).
        created_at: the instant.
        expires_at: from when on it is refused; None while it is the newest.

    """

    client_id: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A piece of the firm's software.

    Attributes:
        id: `cli_…`, what evidence names it by.
        firm_id: whose.
        name: what the firm calls it; evidence tells it.
        scopes: what its access tokens may be for.
        credentials: the newest last; two while a secret is being changed.
        created_at: the instant.
        version: counts changes.
        last_used_at: of its last call, to the hour; None before the first.

    """

    id: str
    firm_id: str
    name: str
    scopes: tuple[str, ...]
    credentials: tuple[Credential, ...]
    created_at: datetime
    version: int = 1
    last_used_at: datetime | None = None


def check_scopes(principal: Principal, scopes: tuple[str, ...]) -> None:
    """Refuse scopes that there are not, and those of what who gives them may not do.

    Raises:
        InvalidError: `scopes_required`, `scope_unknown`.
        ForbiddenError: `scope_not_held`.

    """
    if not scopes:
        raise InvalidError("scopes_required", "Give at least one scope.", field="scopes")
    for scope in scopes:
        if scope not in SCOPES:
            raise InvalidError("scope_unknown", f"Scopes: {', '.join(SCOPES)}.", field="scopes")
        needed = SCOPES[scope]
        if needed is not None and needed not in principal.capabilities:
            raise ForbiddenError(
                "scope_not_held", f"You may not do what {scope} is for.", field="scopes"
            )


def check_not_itself(principal: Principal, client: RegisteredClient) -> None:
    """Keep software from locking itself out: another client, or a member, ends it.

    Raises:
        ForbiddenError: `own_client`.

    """
    if principal.kind is PrincipalKind.CLIENT and principal.id == client.id:
        raise ForbiddenError("own_client", "A client does not revoke itself: use another one.")


def rotated(
    client: RegisteredClient, new: Credential, now: datetime, overlap: timedelta
) -> RegisteredClient:
    """Return the client with a new secret; the one before works for `overlap` longer.

    One older than that ends now: two secrets at most work at a time.

    Raises:
        InvalidError: `overlap_out_of_range`.

    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        raise InvalidError(
            "overlap_out_of_range", "An overlap has 0 to 720 hours.", field="overlap_hours"
        )
    before = replace(newest(client), expires_at=now + overlap)
    return replace(client, credentials=(before, new), version=client.version + 1)


def newest(client: RegisteredClient) -> Credential:
    """Return the credential that does not end by itself."""
    return client.credentials[-1]


def check_found(client: RegisteredClient | None) -> RegisteredClient:
    """Return the client.

    Raises:
        NotFoundError: `api_client_not_found`.

    """
    if client is None:
        raise NotFoundError("api_client_not_found", "There is no such API client.")
    return client
