"""Contacts over HTTP (P7): an address book that is searched, never holds two of the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from api.operations import Scope
from paraphe.adapters.firms.contact_store import DynamoContacts
from paraphe.domain.firms.contact_words import Search
from paraphe.domain.firms.contacts import Details, make
from paraphe.domain.firms.firm import Firm
from tests.support.api import Answered, Caller
from tests.support.services import in_memory
from tests.support.world import FIRM, START

if TYPE_CHECKING:
    from paraphe.services import Services
    from tests.support.fakes.table import FakeTable
    from tests.support.services import InMemory
    from tests.support.world import World

ROOT = "/v1/contacts"
ELODIE = {
    "name": "Élodie Lefèvre-Œuf",
    "email": "Elodie.Lefevre@Example.com",
    "phone": "06 39 98 00 01",
    "company": "Boulangerie de l'Étoile",
    "external_id": "C-17",
}


@pytest.fixture
def services(world: World) -> Services:
    """The services, so that two callers share a table."""
    return in_memory(world)


@pytest.fixture
def caller(world: World, services: Services) -> Caller:
    """A client of the firm."""
    return Caller(world, services)


@pytest.fixture
def table(services: Services) -> FakeTable:
    """The table in which they are kept."""
    return cast("FakeTable", cast("InMemory", services).table)


def create(caller: Caller, **given: object) -> dict[str, Any]:
    """Add a contact that is taken."""
    answer = caller.call("POST", ROOT, given)
    assert answer.status == 201, answer.text
    return dict(answer.json)


def find(caller: Caller, text: str, **query: str) -> Answered:
    """Search."""
    return caller.call("GET", ROOT, query={"search": [text], **{k: [v] for k, v in query.items()}})


def names(answer: Answered) -> list[str]:
    """Whom a page shows."""
    return [item["name"] for item in answer.json["items"]]


def test_a_contact_is_made_read_changed_and_erased(caller: Caller, table: FakeTable) -> None:
    """Normalised as recipients are; nothing of it stays behind."""
    made = caller.call("POST", ROOT, ELODIE)
    contact = made.json
    assert (made.status, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Content-Location"] == f"{ROOT}/{contact['id']}"
    assert (contact["email"], contact["phone"]) == ("Elodie.Lefevre@example.com", "+33639980001")
    one = f"{ROOT}/{contact['id']}"
    assert caller.call("GET", one).json == contact
    changed = caller.call("PATCH", one, {"phone": None, "company": "Fournil"})
    assert (changed.json["phone"], changed.json["company"]) == (None, "Fournil")
    assert (changed.json["version"], changed.headers["ETag"]) == (2, '"2"')
    assert names(find(caller, "etoile")) == []
    assert names(find(caller, "fournil")) == [ELODIE["name"]]
    assert caller.call("DELETE", one).status == 204
    assert caller.call("GET", one).code == "contact_not_found"
    assert not any(items for name, items in table.items.items() if "CONTACT" in name)


def test_nobody_changes_what_they_have_not_seen(caller: Caller) -> None:
    """If-Match on changes and on erasure; what changes nothing keeps the version."""
    one = f"{ROOT}/{create(caller, **ELODIE)['id']}"
    same = caller.call("PATCH", one, {"company": ELODIE["company"]})
    assert same.headers["ETag"] == '"1"'
    fresh = caller.call("PATCH", one, {"locale": "en"}, headers={"If-Match": '"1"'})
    assert fresh.status == 200
    for method, body in (("PATCH", {"locale": "fr"}), ("DELETE", None)):
        late = caller.call(method, one, body, headers={"If-Match": '"1"'})
        assert (late.status, late.code) == (412, "changed_meanwhile")
    assert caller.call("DELETE", one, headers={"If-Match": '"2"'}).status == 204


def test_no_two_with_the_same_address(caller: Caller) -> None:
    """Whatever the case; the answer names who is there."""
    first = create(caller, **ELODIE)
    again = caller.call("POST", ROOT, {"name": "X", "email": "elodie.lefevre@EXAMPLE.com"})
    assert (again.status, again.code) == (409, "contact_exists")
    assert first["id"] in again.json["detail"]
    assert again.json["errors"][0]["pointer"] == "#/email"
    other = create(caller, name="Autre", email="autre@example.com")
    taken = caller.call("PATCH", f"{ROOT}/{other['id']}", {"email": ELODIE["email"]})
    assert (taken.status, taken.code) == (409, "contact_exists")
    assert caller.call("DELETE", f"{ROOT}/{first['id']}").status == 204
    moved = caller.call("PATCH", f"{ROOT}/{other['id']}", {"email": ELODIE["email"]})
    assert moved.status == 200
    create(caller, name="Encore", email="autre@example.com")


def test_without_address_name_and_phone_count(caller: Caller) -> None:
    """One phone may be shared by two people; accents make no difference."""
    create(caller, name="Zoé Petit", phone="0639980001")
    create(caller, name="Max Petit", phone="0639980001")
    again = caller.call("POST", ROOT, {"name": "ZOE petit", "phone": "+33639980001"})
    assert (again.status, again.code) == (409, "contact_exists")


@pytest.mark.parametrize(
    "text",
    ["élo", "ELO", "lefev", "œuf", "oeuf", "bou", "etoi", "elodie.lefevre@ex", "lef elo", "l'et"],
)
def test_found_by_beginnings_of_words(caller: Caller, text: str) -> None:
    """Name, company, address; case, accents and order make no difference."""
    create(caller, **ELODIE)
    create(caller, name="Quelqu'un d'autre", email="autre@example.org")
    assert names(find(caller, text)) == [ELODIE["name"]]


@pytest.mark.parametrize("text", ["odie", "elo dupont", "lefevre@", "example", "elodie@"])
def test_not_found_by_anything_else(caller: Caller, text: str) -> None:
    """Every term has to be the beginning of a word."""
    create(caller, **ELODIE)
    assert names(find(caller, text)) == []


@pytest.mark.parametrize("text", ["", "  ", "--", "'"])
def test_something_has_to_be_searched(caller: Caller, text: str) -> None:
    """A search for nothing is told so."""
    assert find(caller, text).code == "nothing_to_search"


def test_pages_show_everybody_once(caller: Caller) -> None:
    """Also who has several words that begin alike, and however few items a page looks at."""
    for number in range(7):
        create(caller, name=f"Martin Martinez {number}", email=f"martina{number}@example.com")
    for query in ({}, {"search": ["mart"]}, {"search": ["martin martinez"]}):
        seen: list[str] = []
        cursor: dict[str, list[str]] = {}
        while True:
            page = caller.call("GET", ROOT, query={**query, **cursor, "limit": ["3"]})
            assert len(page.json["items"]) <= 3
            seen += names(page)
            if page.json["next_cursor"] is None:
                break
            cursor = {"cursor": [page.json["next_cursor"]]}
            assert page.json["next_cursor"].replace("_", "").replace("-", "").isalnum()
        assert sorted(seen) == sorted(set(seen))
        assert len(seen) == 7


def test_a_search_looks_at_a_bounded_number_of_items(table: FakeTable) -> None:
    """However many begin alike: a page may be empty and lead on."""
    store = DynamoContacts(table.client, "table", looked_at=20)
    for number in range(25):
        details = Details(f"Martin {number}", f"x{number}@example.com")
        store.add(make(f"ctc_0000{number:04d}", FIRM.id, details, START))
    wanted = Search.of("martin zzz")
    table.units = 0
    first = store.search(FIRM.id, wanted, 50, None)
    assert first.contacts == ()
    assert table.units < 10
    assert store.search(FIRM.id, wanted, 50, first.cursor).cursor is None


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "Y3RjXzE", "ctc_0000000!", "=", "a" * 2000])
def test_other_cursors_are_refused(caller: Caller, cursor: str) -> None:
    """Of lists and of searches."""
    create(caller, **ELODIE)
    assert caller.call("GET", ROOT, query={"cursor": [cursor]}).code == "bad_cursor"
    assert find(caller, "elo", cursor=cursor).code == "bad_cursor"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "A"}, "#/email"),
        ({"name": "A", "email": "a@b.fr", "notes": "x"}, "#/notes"),
        ({"name": "A\r\nBcc: x@y.fr", "email": "a@b.fr"}, "#/name"),
        ({"name": "a\u202egpj", "email": "a@b.fr"}, "#/name"),
        ({"name": "a\u200bb", "email": "a@b.fr"}, "#/name"),
        ({"name": "A", "email": "a@b.fr\r\nBcc: x@y.fr"}, "#/email"),
        ({"name": "A", "phone": "01 23 45 67 89"}, "#/phone"),
        ({"name": "A", "email": "a@b.fr", "company": ""}, "#/company"),
        ({"name": "A", "email": "a@b.fr", "locale": "de"}, "#/locale"),
        ({"name": 3, "email": "a@b.fr"}, "#/name"),
    ],
)
def test_what_cannot_be_a_contact_is_refused(caller: Caller, body: object, pointer: str) -> None:
    """At its field; nothing is stored."""
    answer = caller.call("POST", ROOT, body)
    assert answer.status == 422
    assert answer.json["errors"][0]["pointer"] == pointer
    assert caller.call("GET", ROOT).json["items"] == []


def test_a_lone_surrogate_is_no_text(caller: Caller) -> None:
    """JSON can say it, UTF-8 cannot."""
    raw = b'{"name":"\\ud800","email":"a@b.fr"}'
    assert caller.call("POST", ROOT, raw=raw).status in {400, 422}


def test_another_firm_s_contacts_are_not_there(
    caller: Caller, world: World, services: Services
) -> None:
    """Neither read nor changed nor found, and the same person may be in both address books."""
    mine = create(caller, **ELODIE)
    world.firms.save(Firm("frm_00000002", "Autre cabinet"))
    world.firms.bind_client("other", "frm_00000002")
    other = Caller(world, services, client_id="other")
    for method, body in (("GET", None), ("PATCH", {"name": "X"}), ("DELETE", None)):
        foreign = other.call(method, f"{ROOT}/{mine['id']}", body)
        missing = other.call(method, f"{ROOT}/ctc_00000000", body)
        assert (foreign.status, foreign.text) == (404, missing.text)
    assert other.call("GET", ROOT).json["items"] == []
    assert names(find(other, "elodie")) == []
    create(other, **ELODIE)


def test_reading_scope_changes_nothing(caller: Caller) -> None:
    """The scope to read is not the one to write."""
    assert caller.call("POST", ROOT, ELODIE, scope=Scope.FIRM_READ).code == "insufficient_scope"


def test_a_recipient_is_a_copy_of_a_contact(caller: Caller, world: World) -> None:
    """P7: what changes later leaves it alone; its language goes with it."""
    contact = create(caller, **{**ELODIE, "locale": "en"})
    path = f"/v1/signature_requests/{world.draft().request_id}/recipients"
    made = caller.call("POST", path, {"contact_id": contact["id"], "order": 2})
    assert made.status == 201, made.text
    assert (made.json["name"], made.json["phone"]) == (ELODIE["name"], "+33639980001")
    assert (made.json["locale"], made.json["order"]) == ("en", 2)
    caller.call("DELETE", f"{ROOT}/{contact['id']}")
    request = caller.call("GET", path.rpartition("/")[0]).json
    assert contact["email"] in [r["email"] for r in request["recipients"]]


def test_who_cannot_be_invited_from_the_contacts(caller: Caller, world: World) -> None:
    """Each is told at `contact_id`, or what else is wrong."""
    ref = world.draft()
    path = f"/v1/signature_requests/{ref.request_id}/recipients"
    phone = create(caller, name="Sans adresse", phone="0639980003")["id"]
    email = create(caller, name="Sans mobile", email="sans@example.com")["id"]
    for body, code in (
        ({"contact_id": "ctc_00000000"}, "contact_not_found"),
        ({"contact_id": phone}, "contact_without_email"),
        ({"contact_id": email}, "phone_required"),
        ({"contact_id": email, "name": "X"}, "invalid_body"),
        ({"contact_id": email, "role": "seal"}, "invalid_body"),
    ):
        answer = caller.call("POST", path, body)
        assert (answer.status, answer.code) == (422, code), body
    assert caller.call("POST", path, {"contact_id": email, "role": "cc"}).status == 201
