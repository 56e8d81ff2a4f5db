"""Members, invitations and delegations over HTTP (P2, P23)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.domain.firms.member import Capability, Enrolment, Member, MemberKind
from paraphe.domain.times import to_text
from tests.support.api import Caller
from tests.support.services import Office
from tests.support.world import FIRM, START

if TYPE_CHECKING:
    from tests.support.api import Answered
    from tests.support.world import World

DAY = timedelta(days=1)
EC, STAFF = "mbr_0000000000000000000000000a", "mbr_0000000000000000000000000b"


@pytest.fixture
def office(world: World) -> Office:
    """A firm of one chartered accountant and one member of staff."""
    found = Office(world, {})
    found.members.save(_member(EC, "Claire Martin", MemberKind.ACCOUNTANT))
    found.members.save(_member(STAFF, "Léa Petit"))
    return found


@pytest.fixture
def caller(world: World, office: Office) -> Caller:
    """Software that may manage the firm."""
    return Caller(world, office)


def _member(member_id: str, name: str, kind: MemberKind = MemberKind.STAFF) -> Member:
    return Member(member_id, FIRM.id, name, "m@cabinet.test", f"sub-{member_id}", kind=kind)


def _field(answer: Answered) -> str:
    (error,) = answer.json["errors"]
    return str(error["pointer"])


def test_members_are_listed_page_by_page(caller: Caller) -> None:
    """By id, nobody twice, nobody left out; a made-up cursor is refused."""
    first = caller.call("GET", "/v1/members", query={"limit": ["1"]}).json
    second = caller.call(
        "GET", "/v1/members", query={"limit": ["1"], "cursor": [first["next_cursor"]]}
    ).json
    assert [m["id"] for m in first["items"] + second["items"]] == [EC, STAFF]
    assert second["next_cursor"] is None
    assert first["items"][0]["capabilities"] == [str(c) for c in Capability]
    assert second["items"][0]["capabilities"] == []
    assert caller.call("GET", "/v1/members", query={"cursor": ["x"]}).code == "bad_cursor"


def test_p23_what_a_member_may_is_changed_with_if_match(caller: Caller, office: Office) -> None:
    """P23: of the version that was seen; the mobile as E.164."""
    read = caller.call("GET", f"/v1/members/{STAFF}")
    tag = {"If-Match": read.headers["ETag"]}
    body = {"capabilities": ["prepare"], "phone": "06 39 98 00 01"}
    changed = caller.call("PATCH", f"/v1/members/{STAFF}", body, headers=tag)
    assert (changed.status, changed.json["capabilities"]) == (200, ["prepare"])
    assert changed.json["phone"] == "+33639980001"
    again = caller.call("PATCH", f"/v1/members/{STAFF}", {"suspended": True}, headers=tag)
    assert (again.status, again.code) == (412, "changed_meanwhile")
    suspended = caller.call("PATCH", f"/v1/members/{STAFF}", {"suspended": True}).json
    assert (suspended["suspended"], suspended["capabilities"]) == (True, [])
    same = caller.call("PATCH", f"/v1/members/{STAFF}", {"suspended": True}).json
    assert same["version"] == suspended["version"]
    back = caller.call("PATCH", f"/v1/members/{STAFF}", {"suspended": False}).json
    assert back["capabilities"] == ["prepare"]
    assert office.members.member(FIRM.id, STAFF).version == back["version"]
    assert caller.call("PATCH", f"/v1/members/{STAFF}", {}).status == 422
    proven = caller.call("PATCH", f"/v1/members/{EC}", {"phone": "06 39 98 00 01"})
    assert (proven.status, proven.code) == (403, "not_permitted")


@pytest.mark.parametrize("act", ["suspend", "remove"])
def test_a_firm_keeps_one_accountant(caller: Caller, office: Office, act: str) -> None:
    """The last one stays; with another who is not suspended, one may go."""

    def take_away() -> Answered:
        if act == "remove":
            return caller.call("DELETE", f"/v1/members/{EC}")
        return caller.call("PATCH", f"/v1/members/{EC}", {"suspended": True})

    assert (take_away().status, take_away().code) == (409, "last_accountant")
    other = "mbr_0000000000000000000000000c"
    office.members.save(_member(other, "Paul Roux", MemberKind.ACCOUNTANT))
    assert take_away().status == (204 if act == "remove" else 200)
    assert caller.call("PATCH", f"/v1/members/{other}", {"suspended": True}).code == (
        "last_accountant"
    )


def test_who_is_removed_is_gone(caller: Caller, office: Office) -> None:
    """Once their certificate is revoked."""
    member = office.members.member(FIRM.id, STAFF)
    enrolment = Enrolment("key", "pem", "1", START, START + 1000 * DAY)
    enrolled = office.members.save(replace(member, enrolment=enrolment))
    assert caller.call("DELETE", f"/v1/members/{STAFF}").code == "still_enrolled"
    office.members.save(replace(enrolled, enrolment=None))
    assert caller.call("DELETE", f"/v1/members/{STAFF}").status == 204
    gone = caller.call("GET", f"/v1/members/{STAFF}")
    assert (gone.status, gone.code) == (404, "member_not_found")


# ---------------------------------------------------------------------- invitations
LEA = {"name": "Léa Petit", "email": "lea.petit@example.com"}


def test_p2_staff_are_invited_once(caller: Caller) -> None:
    """P2: the same address again is the same invitation while it is open; never the link."""
    made = caller.call("POST", "/v1/invitations", LEA)
    assert (made.status, made.json["state"]) == (201, "open")
    assert made.json["expires_at"] == to_text(START + 7 * DAY)
    assert caller.call("POST", "/v1/invitations", LEA).json == made.json
    path = f"/v1/invitations/{made.json['id']}"
    early = caller.call("POST", f"{path}/resend")
    assert (early.status, early.code) == (429, "too_soon")
    caller.world.now += timedelta(hours=1)
    again = caller.call("POST", f"{path}/resend")
    assert again.json["sent_at"] == to_text(START + timedelta(hours=1))
    stale = caller.call("DELETE", path, headers={"If-Match": made.headers["ETag"]})
    assert stale.status == 412
    caller.world.now += 8 * DAY
    (listed,) = caller.call("GET", "/v1/invitations").json["items"]
    assert (listed["id"], listed["state"]) == (made.json["id"], "expired")
    assert caller.call("DELETE", path).status == 204
    assert caller.call("DELETE", path).code == "invitation_not_found"


def test_a_firm_has_so_many_open_invitations(caller: Caller) -> None:
    """A hundred; those that are over make place."""
    for number in range(100):
        body = {"name": "Léa", "email": f"lea{number}@example.com"}
        assert caller.call("POST", "/v1/invitations", body).status == 201
    assert caller.call("POST", "/v1/invitations", LEA).code == "too_many_invitations"
    caller.world.now += 8 * DAY
    assert caller.call("POST", "/v1/invitations", LEA).status == 201
    assert len(caller.call("GET", "/v1/invitations").json["items"]) == 100


# ---------------------------------------------------------------------- delegations
def _delegate(caller: Caller, **given: object) -> Answered:
    body: dict[str, Any] = {"principal": EC, "delegate": STAFF, "capabilities": ["prepare"]}
    return caller.call("POST", "/v1/delegations", body | given)


def test_p23_an_accountant_delegates_and_takes_it_back(caller: Caller) -> None:
    """P23: each an item with a version, found by principal and by delegate."""
    made = _delegate(caller, capabilities=["launch", "prepare", "launch"])
    assert (made.status, made.json["capabilities"]) == (201, ["prepare", "launch"])
    assert made.json["in_force"] is True
    away = _delegate(
        caller,
        reason="absence",
        starts_at="2026-08-01T00:00:00+02:00",
        ends_at="2026-09-01T00:00:00+02:00",
    ).json
    assert (away["in_force"], away["starts_at"]) == (False, "2026-07-31T22:00:00.000Z")
    path = "/v1/delegations"
    for query in ({}, {"principal": [EC]}, {"delegate": [STAFF]}):
        first = caller.call("GET", path, query={**query, "limit": ["1"]}).json
        cursor = {"cursor": [first["next_cursor"]]}
        rest = caller.call("GET", path, query={**query, **cursor}).json
        assert [one["id"] for one in first["items"] + rest["items"]] == sorted(
            [made.json["id"], away["id"]]
        )
    assert caller.call("GET", path, query={"principal": [STAFF]}).json["items"] == []
    one = f"{path}/{made.json['id']}"
    assert caller.call("DELETE", one, headers={"If-Match": '"9"'}).status == 412
    assert caller.call("DELETE", one).status == 204
    assert caller.call("DELETE", one).code == "delegation_not_found"


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        ({"principal": STAFF, "delegate": EC}, "principal_not_accountant", "#/principal"),
        ({"principal": "mbr_0000000000000000000000000x"}, "member_unknown", "#/principal"),
        ({"delegate": "mbr_0000000000000000000000000x"}, "member_unknown", "#/delegate"),
        ({"delegate": EC}, "delegate_is_principal", "#/delegate"),
        ({"capabilities": []}, "capabilities_required", "#/capabilities"),
        ({"templates": []}, "templates_empty", "#/templates"),
        ({"reason": "absence"}, "end_required", "#/ends_at"),
        ({"ends_at": "2026-03-20T09:30:00Z"}, "ends_before_start", "#/ends_at"),
        (
            {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2026-02-01T00:00:00Z"},
            "already_over",
            "#/ends_at",
        ),
    ],
)
def test_p23_what_cannot_be_delegated_names_the_field(
    caller: Caller, given: dict[str, object], code: str, field: str
) -> None:
    """P23: nothing is stored."""
    answer = _delegate(caller, **given)
    assert (answer.status, answer.code, _field(answer)) == (422, code, field)
    assert caller.call("GET", "/v1/delegations").json["items"] == []


def test_p23_nobody_delegates_when_suspended(caller: Caller, office: Office) -> None:
    """P23: nor is anything delegated to who is."""
    caller.call("PATCH", f"/v1/members/{STAFF}", {"suspended": True})
    assert _delegate(caller).code == "delegate_suspended"
    office.members.save(
        _member("mbr_0000000000000000000000000c", "Paul Roux", MemberKind.ACCOUNTANT)
    )
    caller.call("PATCH", f"/v1/members/{EC}", {"suspended": True})
    assert _delegate(caller).code == "principal_suspended"


def test_a_firm_has_so_many_delegations(caller: Caller) -> None:
    """Two hundred; those that are over make place."""
    until = to_text(START + DAY)
    for _ in range(200):
        assert _delegate(caller, ends_at=until).status == 201
    assert _delegate(caller).code == "too_many_delegations"
    caller.world.now += DAY
    assert _delegate(caller).status == 201


@pytest.mark.parametrize("naive", ["2026-08-01T00:00:00", "yesterday", 5])
def test_an_instant_has_a_time_zone(caller: Caller, naive: object) -> None:
    """Nothing is guessed."""
    answer = _delegate(caller, ends_at=naive)
    assert (answer.status, _field(answer)) == (422, "#/ends_at")
