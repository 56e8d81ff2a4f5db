"""API clients over HTTP: made, limited, renewed with an overlap, revoked at once, never leaked."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api.operations import Scope
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.usecases import using
from paraphe.usecases.firms.keep_api_clients import EndCredentials
from tests.support.api import CLIENT, Answered, Caller
from tests.support.fakes.credentials import FakeCredentials
from tests.support.services import in_memory
from tests.support.world import FIRM, World

if TYPE_CHECKING:
    from paraphe.services import Services
    from tests.support.services import InMemory

ROOT = "/v1/api_clients"
READ = str(Scope.READ)


@pytest.fixture
def credentials() -> FakeCredentials:
    """The token endpoint."""
    return FakeCredentials()


@pytest.fixture
def services(world: World, credentials: FakeCredentials) -> Services:
    """The services, whose firms lie on the table in which clients are kept."""
    table = cast("InMemory", in_memory(world))
    firms = DynamoFirms(table.client, "table")
    firms.save(FIRM)
    firms.bind_client(CLIENT, FIRM.id, "Logiciel de test")
    made = cast("InMemory", in_memory(world, firms=firms, credentials=credentials))
    made._on_table = table._on_table
    return cast("Services", made)


@pytest.fixture
def caller(world: World, services: Services) -> Caller:
    """A client that an operator made."""
    return Caller(world, services)


def make(caller: Caller, *scopes: str, name: str = "Production") -> dict[str, Any]:
    """Make a client."""
    answer = caller.call("POST", ROOT, {"name": name, "scopes": scopes or (READ,)})
    assert answer.status == 201, answer.text
    return dict(answer.json)


def as_client(
    world: World, services: Services, client_id: str, path: str = "/v1/signature_requests"
) -> Answered:
    """Read the list with a token of this client, which holds every scope."""
    return Caller(world, services, client_id=client_id).call("GET", path)


def test_a_client_is_made_and_its_secret_told_once(
    caller: Caller, world: World, services: Services, credentials: FakeCredentials
) -> None:
    """The answer to its making has the secret; nothing else ever does."""
    made = make(caller)
    assert made["client_secret"].startswith("secret 1")
    assert credentials.scopes[made["client_id"]] == (READ,)
    shown = caller.call("GET", f"{ROOT}/{made['id']}")
    assert shown.headers["ETag"] == '"1"'
    for text in (shown.text, caller.call("GET", ROOT).text):
        assert "secret" not in text
    assert as_client(world, services, made["client_id"]).status == 200


def test_scopes_hold_from_the_next_call_on(
    caller: Caller, world: World, services: Services, credentials: FakeCredentials
) -> None:
    """A token that was given before holds more: it is refused all the same."""
    made = make(caller, READ, str(Scope.FIRM_READ))
    assert as_client(world, services, made["client_id"], "/v1/contacts").status == 200
    changed = caller.call("PATCH", f"{ROOT}/{made['id']}", {"scopes": [READ], "name": "Test"})
    assert (changed.status, changed.json["name"]) == (200, "Test")
    refused = as_client(world, services, made["client_id"], "/v1/contacts")
    assert (refused.status, refused.code) == (403, "insufficient_scope")
    assert credentials.scopes[made["client_id"]] == (READ,)


def test_two_secrets_overlap_and_never_three(
    caller: Caller, world: World, services: Services, credentials: FakeCredentials
) -> None:
    """The one before works until its end; a second change ends it at once."""
    first = make(caller)
    path = f"{ROOT}/{first['id']}/rotate"
    second = caller.call("POST", path, {"overlap_hours": 24}).json
    assert {c["client_id"] for c in second["credentials"]} == set(credentials.scopes)
    for one in (first, second):
        assert as_client(world, services, one["client_id"]).status == 200
    world.now += timedelta(hours=24)
    refused = as_client(world, services, first["client_id"])
    assert (refused.status, refused.code) == (401, "secret_ended")
    assert as_client(world, services, second["client_id"]).status == 200
    third = caller.call("POST", path, {}).json
    assert set(credentials.scopes) == {second["client_id"], third["client_id"]}
    gone = as_client(world, services, first["client_id"])
    assert (gone.status, gone.code) == (403, "unknown_client")


def test_what_is_revoked_is_refused_at_once(
    caller: Caller, world: World, services: Services, credentials: FakeCredentials
) -> None:
    """Whatever its access token says; and the secrets are gone."""
    made = make(caller)
    assert caller.call("DELETE", f"{ROOT}/{made['id']}").status == 204
    refused = as_client(world, services, made["client_id"])
    assert (refused.status, refused.code) == (403, "unknown_client")
    assert credentials.scopes == {}
    again = caller.call("DELETE", f"{ROOT}/{made['id']}")
    assert (again.status, again.code) == (404, "api_client_not_found")


def test_nobody_hands_on_what_they_do_not_hold(
    caller: Caller, world: World, services: Services
) -> None:
    """A client that manages but launches nothing makes none that launches; nor revokes itself."""
    made = make(caller, str(Scope.MANAGE))
    manager = Caller(world, services, client_id=made["client_id"])
    refused = manager.call("POST", ROOT, {"name": "X", "scopes": [str(Scope.WRITE)]})
    assert (refused.status, refused.code) == (403, "scope_not_held")
    own = manager.call("DELETE", f"{ROOT}/{made['id']}")
    assert (own.status, own.code) == (403, "own_client")
    assert manager.call("POST", ROOT, {"name": "Y", "scopes": [READ]}).status == 201


def test_last_use_is_noted_to_the_hour(caller: Caller, world: World, services: Services) -> None:
    """One write an hour, however often it calls."""
    made = make(caller)
    path = f"{ROOT}/{made['id']}"
    assert caller.call("GET", path).json["last_used_at"] is None
    as_client(world, services, made["client_id"])
    first = caller.call("GET", path).json["last_used_at"]
    world.now += timedelta(minutes=59)
    as_client(world, services, made["client_id"])
    assert caller.call("GET", path).json["last_used_at"] == first
    world.now += timedelta(minutes=1)
    as_client(world, services, made["client_id"])
    assert caller.call("GET", path).json["last_used_at"] > first


def test_another_firm_s_client_is_not_there(caller: Caller, services: Services) -> None:
    """The same answer as for one that never was."""
    made = make(caller)
    services.firms.bind_client("elsewhere", "frm_elsewhere", "")
    stranger = Caller(caller.world, services, client_id="elsewhere")
    for client_id in (made["id"], "cli_00000000", "what"):
        answer = stranger.call("GET", f"{ROOT}/{client_id}")
        assert (answer.status, answer.code) == (404, "api_client_not_found")


@pytest.mark.parametrize(
    "given",
    [
        {"name": "X", "scopes": []},
        {"name": "X", "scopes": ["paraphe/everything"]},
        {"name": "", "scopes": [READ]},
        {"name": "X\r\nY", "scopes": [READ]},
        {"name": "X", "scopes": [READ], "secret": "mine"},
    ],
)
def test_bad_input_is_refused(caller: Caller, given: dict[str, Any]) -> None:
    """422 with the field; nothing is made."""
    assert caller.call("POST", ROOT, given).code == "invalid_body"
    assert caller.call("GET", ROOT).json == {"items": []}


def test_a_stale_change_is_refused(caller: Caller) -> None:
    """If-Match: 412; the secret that was made for nothing is deleted."""
    made = make(caller)
    path = f"{ROOT}/{made['id']}"
    stale = {"If-Match": '"7"'}
    for method, where, body in (
        ("PATCH", path, {"name": "Y"}),
        ("POST", f"{path}/rotate", {}),
        ("DELETE", path, None),
    ):
        assert caller.call(method, where, body, headers=stale).code == "changed_meanwhile"


def test_a_firm_has_fifty_at_most(caller: Caller) -> None:
    """The fifty-first is a conflict."""
    for number in range(50):
        make(caller, name=f"Client {number}")
    refused = caller.call("POST", ROOT, {"name": "X", "scopes": [READ]})
    assert (refused.status, refused.code) == (409, "too_many_api_clients")


def test_ended_secrets_are_deleted_later(
    caller: Caller, world: World, services: Services, credentials: FakeCredentials
) -> None:
    """One that cannot be deleted now does not stop the others, and is tried again."""
    end = using(EndCredentials, services)
    kept = set()
    for _ in range(2):
        made = make(caller)
        renewed = caller.call("POST", f"{ROOT}/{made['id']}/rotate", {"overlap_hours": 1}).json
        kept.add(renewed["client_id"])
    assert end(world.now) == 0
    world.now += timedelta(hours=1)
    credentials.outages = 1
    assert end(world.now) == 1
    assert end(world.now) == 1
    assert end(world.now) == 0
    assert set(credentials.scopes) == kept
