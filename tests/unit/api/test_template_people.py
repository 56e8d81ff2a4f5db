"""Who takes the roles of a template over HTTP: many people, and contacts (P24)."""

from paraphe.adapters.requests.request_store import DynamoRequests
from tests.support.api import Caller
from tests.support.fakes.table import FakeTable
from tests.support.services import in_memory
from tests.support.world import World
from tests.unit.api.test_templates import LETTER, PAUL, PEOPLE, ROOT, used


def test_the_largest_template_is_used_in_one_commit(world: World) -> None:
    """P24: ten roles with long names, ten documents, long titles: on the table as it is."""
    requests = DynamoRequests(FakeTable().client, "table")
    caller = Caller(world, in_memory(world, requests=requests))
    roles = [{"key": f"r{n}", "label": f"R{n}", "order": n + 1} for n in range(10)]
    name = " ".join(f"mot{n}" for n in range(14))
    template = caller.call("POST", ROOT, {"name": "L", "title": name, "roles": roles}).json
    people = {
        f"r{n}": {"name": f"Aa{n} Bb{n} Cc{n} Dd{n} Ee{n}", "email": f"p{n}@client.example"}
        | {"phone": f"+3363998000{n}"}
        for n in range(10)
    }
    files = [{"name": f"{n}.pdf"} for n in range(10)]
    made = used(caller, template["id"], roles=people, documents=files, external_id="C-1")
    assert made.status == 201, made.text


def test_a_contact_takes_a_role_as_they_are_now(caller: Caller) -> None:
    """Their own language too; who is unknown, or cannot be written to, is pointed at."""
    template = caller.call("POST", ROOT, LETTER).json["id"]
    known = caller.call("POST", "/v1/contacts", {**PAUL, "locale": "en"}).json["id"]
    silent = caller.call("POST", "/v1/contacts", {"name": "X", "phone": PAUL["phone"]}).json["id"]
    made = used(caller, template, roles={**PEOPLE, "client": {"contact_id": known}}).json
    client = next(r for r in made["recipients"] if r["name"] == "Paul Durand")
    assert (client["email"], client["phone"], client["locale"]) == (
        *(PAUL["email"], PAUL["phone"]),
        "en",
    )
    for contact, code in ((silent, "contact_without_email"), ("ctc_00000000", "contact_not_found")):
        answer = used(caller, template, roles={**PEOPLE, "client": {"contact_id": contact}})
        assert (answer.status, answer.code) == (422, code)
        assert answer.json["errors"][0]["pointer"] == "#/roles/client/contact_id"
    both = used(caller, template, roles={**PEOPLE, "client": {**PAUL, "contact_id": known}})
    assert both.json["errors"][0]["code"] == "contact_or_person"
