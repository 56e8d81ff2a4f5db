"""A person's data over HTTP (GDPR): what is held is shown, what may be erased is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from api.operations import Scope
from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests.bulk import RowState
from paraphe.domain.requests.model import RequestState
from paraphe.domain.requests.recipient import Placement, Recipient, Role
from paraphe.ports.bulk import BulkRef
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.edit_recipients import AddRecipient
from tests.support.api import Caller
from tests.support.fakes.listed_table import ListedRequests
from tests.support.services import in_memory
from tests.support.world import FIRM, World, person

if TYPE_CHECKING:
    from paraphe.services import Services

ROOT = "/v1/data_requests"
ONE, TWO = "signataire-0@example.com", "signataire-1@example.com"
CLAIRE = "claire.martin@example.org"
DAY = timedelta(days=1)


class Reachable(World):
    """A world whose people have addresses that the API takes."""

    def add_recipient(
        self,
        ref: RequestRef,
        *,
        order: int,
        number: int = 0,
        role: Role = Role.SIGNER,
        placements: tuple[Placement, ...] = (),
    ) -> Recipient:
        """Add somebody made up."""
        who = replace(person(number), email=f"signataire-{number}@example.com")
        return using(AddRecipient, self)(
            self.principal, ref, who, role=role, order=order, placements=placements, now=self.now
        )


@pytest.fixture
def world() -> World:
    """A platform."""
    return Reachable()


@pytest.fixture
def services(world: World) -> Services:
    """The world's, with the stores on a table in memory."""
    return in_memory(world)


@pytest.fixture
def caller(world: World, services: Services) -> Caller:
    """A client of the firm, with every scope."""
    return Caller(world, services)


def ask(caller: Caller, kind: str, email: str = ONE, **more: str) -> dict[str, list[Any]]:
    """Ask until it is done; return all of it."""
    found: dict[str, list[Any]] = {"records": [], "erased": [], "kept": []}
    cursor: dict[str, str] = {}
    for _ in range(100):
        body = {"kind": kind, "email": email, **more, **cursor}
        answer = caller.call("POST", ROOT, body)
        assert answer.status == 200, answer.text
        for name in found:
            found[name] += answer.json[name]
        assert answer.json["done"] is (answer.json["next_cursor"] is None)
        assert {one["kind"] for one in answer.json["not_searched"]} >= {"evidence", "backup"}
        if answer.json["done"]:
            return found
        cursor = {"cursor": answer.json["next_cursor"]}
    raise AssertionError


def places(items: list[Any]) -> list[tuple[str, str]]:
    """Return kinds and ids."""
    return sorted((item["kind"], item["id"]) for item in items)


def contact(caller: Caller, **given: str) -> str:
    """Add a contact."""
    answer = caller.call("POST", "/v1/contacts", given)
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


def test_everything_is_shown_and_nobody_else(caller: Caller, world: World) -> None:
    """Contact, invitation, template, draft, running and ended request; whatever the case."""
    made = contact(caller, name="Signataire 0", email="Signataire-0@Example.com", company="SARL")
    contact(caller, name="Signataire 00", email=f"{ONE}.fr")
    invited = caller.call("POST", "/v1/invitations", {"name": "Léa", "email": ONE}).json["id"]
    role = {"key": "client", "label": "Client", "order": 1}
    who = {"name": "Signataire 0", "email": ONE, "phone": "+33639980000"}
    template = caller.call(
        "POST",
        "/v1/templates",
        {"name": "Lettre", "title": "L", "roles": [{**role, "person": who}]},
    ).json["id"]
    draft = world.draft(people=(1, 1))
    running = world.launched(people=(1, 2))
    ended = world.launched(people=(1,))
    world.sign_all(ended)
    shown = ask(caller, "export", "SIGNATAIRE-0@EXAMPLE.com")
    assert (shown["erased"], shown["kept"]) == ([], [])
    assert places(shown["records"]) == sorted(
        [
            ("contact", made),
            ("invitation", invited),
            ("template", template),
            *(("recipient", ref.request_id) for ref in (draft, running, ended)),
        ]
    )
    by_id = {record["id"]: record for record in shown["records"]}
    assert by_id[made]["values"]["company"] == "SARL"
    assert by_id[template]["values"] == {**who}
    done = by_id[ended.request_id]
    assert (done["role"], done["state"], done["request_state"]) == ("signer", "signed", "completed")
    assert done["values"]["phone"] == done["values"]["codes_sent_to"] == "+33639980000"
    assert done["values"]["signed_at"]
    assert done["events"]
    text = repr(shown)
    assert "Signataire 1" not in text
    assert TWO not in text
    assert f"{ONE}.fr" not in text
    assert str(world.load(ended).recipients[0].link_hash) not in text


def test_what_may_be_erased_is_and_the_rest_is_told_why(caller: Caller, world: World) -> None:
    """Then again: nothing is left to erase, the same is kept."""
    made = contact(caller, name="Signataire 0", email=ONE)
    other = contact(caller, name="Signataire 1", email=TWO)
    draft = world.draft(people=(1, 1))
    running = world.launched(people=(1,))
    ended = world.launched(people=(1,))
    world.sign_all(ended)
    told = ask(caller, "erase", ONE.upper())
    assert told["records"] == []
    assert places(told["erased"]) == [("contact", made), ("recipient", draft.request_id)]
    kept = {one["id"]: one for one in told["kept"]}
    assert set(kept) == {running.request_id, ended.request_id}
    assert (kept[running.request_id]["ground"], kept[running.request_id]["until"]) == (
        "running",
        None,
    )
    over = kept[ended.request_id]
    assert over["ground"] == "ended"
    assert "17(3)(e)" in over["why"]
    assert over["until"] < over["evidence_until"]
    assert caller.call("GET", f"/v1/contacts/{made}").status == 404
    assert caller.call("GET", f"/v1/contacts/{other}").status == 200
    assert [r.email for r in world.load(draft).recipients] == [TWO]
    again = ask(caller, "erase")
    assert again["erased"] == []
    assert places(again["kept"]) == places(told["kept"])
    left = ask(caller, "export")["records"]
    assert places(left) == places(told["kept"])


def test_what_was_forgotten_is_not_found_any_more(caller: Caller, world: World) -> None:
    """At `until` the table has forgotten by itself."""
    ended = world.launched(people=(1,))
    world.sign_all(ended)
    (kept,) = ask(caller, "erase")["kept"]
    for _ in range(33):
        world.now += DAY
        world.sweep()
        world.run_actor(ended)
    forgotten = world.load(ended).forgotten_at
    assert forgotten is not None
    assert kept["until"][:10] <= forgotten.isoformat()[:10]
    assert ask(caller, "export")["records"] == []
    assert ask(caller, "erase") == {"records": [], "erased": [], "kept": []}


def test_a_template_asks_who_takes_the_role_again(caller: Caller) -> None:
    """Whoever always took it is taken out; the other one stays."""
    roles = [
        {"key": key, "label": key, "order": 1, "person": {"name": key, "email": email}}
        for key, email in (("a", ONE), ("b", TWO))
    ]
    for role in roles:
        role["role"] = "viewer"
    roles.append({"key": "client", "label": "Client", "order": 1})
    given = {"name": "Lettre", "title": "L", "roles": roles}
    made = caller.call("POST", "/v1/templates", given)
    assert made.status == 201, made.text
    assert places(ask(caller, "erase")["erased"]) == [("template", made.json["id"])]
    after = caller.call("GET", f"/v1/templates/{made.json['id']}").json
    assert [role["person"] and role["person"]["email"] for role in after["roles"]] == [
        None,
        TWO,
        None,
    ]


def test_rows_of_bulk_launches_are_emptied(
    caller: Caller, world: World, services: Services
) -> None:
    """A row that was not launched cannot be any more; the others can."""
    role = {"key": "client", "label": "Client", "order": 1}
    given = {"name": "Lettre", "title": "Lettre – {client}", "roles": [role]}
    template = caller.call("POST", "/v1/templates", given).json["id"]
    body = {"signature_request_id": world.draft(people=()).request_id}
    caller.call("PUT", f"/v1/templates/{template}/documents", body)
    ids = []
    for _ in range(2):
        bulk = caller.call("POST", "/v1/bulk_launches", {"template_id": template}).json["id"]
        rows = "".join(
            f"Client {n},signataire-{n}@example.com,+3363998{n:04d}\n" for n in range(30)
        )
        content = f"client_name,client_email,client_phone\n{rows}".encode()
        world.bulk_files.uploaded[BulkRef(FIRM.id, bulk)] = content
        read = caller.call("POST", f"/v1/bulk_launches/{bulk}/preview")
        assert read.status == 200, read.text
        ids.append(bulk)
    shown = ask(caller, "export")["records"]
    assert places(shown) == sorted(("bulk_row", bulk) for bulk in ids)
    assert shown[0]["values"]["name"] == "Client 0"
    assert places(ask(caller, "erase")["erased"]) == places(shown)
    for bulk in ids:
        stored = services.bulk_launches.load(BulkRef(FIRM.id, bulk))
        assert stored.counts[RowState.REFUSED] == 1
        assert stored.counts[RowState.READY] == 29
        assert ONE not in repr(stored)
        assert TWO in repr(stored)
    assert ask(caller, "erase")["erased"] == []


def test_members_and_senders_are_told_of(caller: Caller, world: World) -> None:
    """A member is removed first; what somebody sends is theirs as well."""
    member = world.member()
    world.members.save(replace(member, email=CLAIRE))
    (shown,) = ask(caller, "export", CLAIRE)["records"]
    assert (shown["kind"], shown["id"]) == ("member", member.id)
    assert shown["values"]["subject"] == member.subject
    (kept,) = ask(caller, "erase", CLAIRE)["kept"]
    assert kept["ground"] == "member"
    given = {"title": "Lettre", "sender": {"name": "Claire Martin", "email": CLAIRE}}
    draft = caller.call("POST", "/v1/signature_requests", given).json["id"]
    sent = [r for r in ask(caller, "export", CLAIRE)["records"] if r["kind"] == "sender"]
    assert [(r["id"], r["request_state"]) for r in sent] == [(draft, "draft")]
    assert {k["ground"] for k in ask(caller, "erase", CLAIRE)["kept"]} == {"member", "draft"}


def test_many_requests_take_several_calls() -> None:
    """Each call is bounded; everything comes once, also while lists change under the cursor."""
    world = Reachable()
    world.requests = ListedRequests()
    caller = Caller(world)
    refs = [world.draft() for _ in range(35)]
    first = caller.call("POST", ROOT, {"kind": "export", "email": ONE})
    assert not first.json["done"]
    assert len(first.json["records"]) < 35
    whole = ask(caller, "export")["records"]
    assert places(whole) == sorted(("recipient", ref.request_id) for ref in refs)
    assert len(ask(caller, "erase")["erased"]) == 35
    assert ask(caller, "export")["records"] == []
    assert {world.load(ref).state for ref in refs} == {RequestState.DRAFT}


def test_a_phone_needs_a_name(caller: Caller) -> None:
    """Two may share one phone; who has an address is found by that."""
    zoe = contact(caller, name="Zoé Petit", phone="0639980001")
    contact(caller, name="Max Petit", phone="0639980001")
    body = {"kind": "erase", "phone": "06 39 98 00 01"}
    assert caller.call("POST", ROOT, body).status == 422
    told = caller.call("POST", ROOT, {**body, "name": "zoe petit"})
    assert [one["id"] for one in told.json["erased"]] == [zoe]
    assert len(caller.call("GET", "/v1/contacts").json["items"]) == 1


def test_another_firm_sees_and_erases_nothing(
    caller: Caller, world: World, services: Services
) -> None:
    """Whatever is asked, and with whoever's cursor."""
    contact(caller, name="Signataire 0", email=ONE)
    drafts = [world.draft() for _ in range(35)]
    world.firms.save(Firm("frm_00000002", "Autre cabinet"))
    world.firms.bind_client("other", "frm_00000002")
    other = Caller(world, services, client_id="other")
    nothing: dict[str, list[Any]] = {"records": [], "erased": [], "kept": []}
    assert ask(other, "export") == nothing
    assert ask(other, "erase") == nothing
    body = {"kind": "export", "email": ONE}
    cursor = caller.call("POST", ROOT, body).json["next_cursor"]
    theirs = other.call("POST", ROOT, {**body, "cursor": cursor})
    assert (theirs.status, theirs.code) == (422, "cursor_of_another_list")
    assert len(ask(caller, "export")["records"]) == len(drafts) + 1


def test_it_takes_the_scope_to_manage(caller: Caller) -> None:
    """Writing contacts is not enough."""
    body = {"kind": "export", "email": ONE}
    assert caller.call("POST", ROOT, body, scope=Scope.FIRM_WRITE).code == "insufficient_scope"


def test_no_answer_is_kept_beside_a_key(caller: Caller, services: Services) -> None:
    """A repeated call looks again, and the table holds no copy of what was shown."""
    contact(caller, name="Signataire 0", email=ONE, company="Boulangerie")
    key = {"Idempotency-Key": "gdpr-1"}
    body = {"kind": "erase", "email": ONE}
    first = caller.call("POST", ROOT, body, headers=key)
    assert len(first.json["erased"]) == 1
    again = caller.call("POST", ROOT, body, headers=key)
    assert (again.status, again.json["erased"]) == (200, [])
    stored = repr(services.table.items)  # type: ignore[attr-defined] # in memory
    assert ONE not in stored


def test_logs_hold_ids_only(caller: Caller, world: World) -> None:
    """The call's line and the trail name who asked, not who was erased."""
    draft = world.draft()
    ask(caller, "erase")
    assert ONE not in repr(caller.observer.calls)
    assert caller.observer.calls[-1].operation == "answer_data_request"
    assert caller.observer.calls[-1].firm_id == FIRM.id
    last = world.requests.events(RequestRef(FIRM.id, draft.request_id))[-1]
    assert (last.kind, ONE in repr(last)) == ("recipient_removed", False)
