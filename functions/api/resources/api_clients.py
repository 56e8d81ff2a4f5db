"""The API clients of the firm's software: named, limited, renewed, revoked by the firm itself."""

from datetime import timedelta
from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.firms.api_clients import (
    ApiClientChanges,
    ApiClientList,
    ApiClientOut,
    IssuedClient,
    NewApiClient,
    Rotation,
)
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.firms.keep_api_clients import (
    ChangeApiClient,
    MakeApiClient,
    ReadApiClients,
    RevokeApiClient,
    RotateSecret,
)

resource = Resource("api_clients")
PATH = "/api_clients"
ONE = PATH + "/{client_id}"


def _as_it_is(call: Call[Any]) -> Answer:
    """Tell of a client whose new secret was shown once."""
    return get_api_client(call)


@resource.operation(
    "POST",
    PATH,
    scope=Scope.MANAGE,
    given=NewApiClient,
    answer=IssuedClient,
    status=201,
    problems=(409,),
    repeat=Repeat(_as_it_is, makes="client_id", secret=True),
)
def create_api_client(call: Call[NewApiClient]) -> Answer:
    """Make an API client; its secret is told in this answer and never again.

    A client can give only scopes of what it may do itself (403 `scope_not_held`).
    """
    made, issued = using(MakeApiClient, call.services)(
        call.principal, call.given.name, tuple(call.given.scopes), call.now
    )
    return Answer(
        IssuedClient.with_secret(made, issued),
        headers={"Location": f"/v1/api_clients/{made.id}"},
        version=made.version,
    )


@resource.operation(
    "GET", PATH, scope=Scope.MANAGE, given=Nothing, answer=ApiClientList, problems=()
)
def list_api_clients(call: Call[Nothing]) -> Answer:
    """List the firm's API clients, oldest first, with when each was last used."""
    found = using(ReadApiClients, call.services).all(call.principal)
    return Answer(ApiClientList(items=tuple(map(ApiClientOut.of, found))))


@resource.operation("GET", ONE, scope=Scope.MANAGE, given=Nothing, answer=ApiClientOut)
def get_api_client(call: Call[Nothing]) -> Answer:
    """Get an API client."""
    found = using(ReadApiClients, call.services).one(call.principal, call.path["client_id"])
    return Answer(ApiClientOut.of(found), version=found.version)


@resource.operation(
    "PATCH",
    ONE,
    scope=Scope.MANAGE,
    given=ApiClientChanges,
    answer=ApiClientOut,
    problems=(404, 409, 412),
)
def change_api_client(call: Call[ApiClientChanges]) -> Answer:
    """Name an API client anew, or change its scopes; both hold from its next call on."""
    given = call.given
    changed = using(ChangeApiClient, call.services)(
        call.principal,
        call.path["client_id"],
        name=given.name,
        scopes=None if given.scopes is None else tuple(given.scopes),
        expected=call.if_match,
    )
    return Answer(ApiClientOut.of(changed), version=changed.version)


@resource.operation(
    "POST",
    ONE + "/rotate",
    scope=Scope.MANAGE,
    given=Rotation,
    answer=IssuedClient,
    problems=(404, 409, 412),
    repeat=Repeat(_as_it_is, secret=True),
)
def rotate_api_client(call: Call[Rotation]) -> Answer:
    """Renew an API client: a new id and secret; the ones before go on working for a while.

    Two work at a time at most: an older one ends at once. Evidence names the client by its own id,
    whichever secret it uses.
    """
    client, issued = using(RotateSecret, call.services)(
        call.principal,
        call.path["client_id"],
        overlap=timedelta(hours=call.given.overlap_hours),
        now=call.now,
        expected=call.if_match,
    )
    return Answer(IssuedClient.with_secret(client, issued), version=client.version)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.MANAGE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409, 412),
)
def revoke_api_client(call: Call[Nothing]) -> Answer:
    """Revoke an API client at once: its next call is refused, whatever its token says."""
    using(RevokeApiClient, call.services)(
        call.principal, call.path["client_id"], expected=call.if_match
    )
    return Answer()
