"""Templates over HTTP (P24): kept, copied, made of drafts, and drafts made from them."""

from typing import Any

import pytest

from paraphe.domain.evidence.events.drafts import TemplateUsed
from paraphe.ports.requests import RequestRef
from tests.support.api import Answered, Caller
from tests.support.services import in_memory
from tests.support.world import FIRM, World

ROOT = "/v1/templates"
SENDER = {"name": "Claire Martin", "email": "claire.martin@cabinet.example"}
PAUL = {"name": "Paul Durand", "email": "paul@client.example", "phone": "+33612345678"}
EVA = {"name": "Eva Martin", "email": "eva@cabinet.example", "phone": "+33612345679"}
LETTER: dict[str, Any] = {
    "name": "Lettre de mission",
    "title": "Lettre de mission – {client}",
    "message": "Merci de signer.",
    "reminder_days": [5, 1],
    "evidence_years": 6,
    "help": {"fr": "Pour un nouveau client.", "en": "For a new client."},
    "roles": [
        {"key": "client", "label": "Client", "role": "signer", "order": 1},
        {"key": "accountant", "label": "EC", "role": "signer", "order": 2, "person": EVA},
        {"key": "copy", "label": "Secrétariat", "role": "cc", "order": 1},
    ],
}
COPY = {"name": "Secrétariat", "email": "secretariat@cabinet.example"}
PEOPLE = {"client": PAUL, "copy": COPY}


def box(slot: int = 1, **changes: object) -> dict[str, object]:
    """A visible signature's box on a document."""
    return {
        "slot": slot,
        "page": 1,
        "x": 50.0,
        "y": 700.5,
        "width": 150.0,
        "height": 60.0,
    } | changes


def used(caller: Caller, template: str, **changes: object) -> Answered:
    """Make a draft from a template."""
    body = {"sender": SENDER, "roles": PEOPLE} | changes
    return caller.call("POST", f"{ROOT}/{template}/requests", body)


def with_document(caller: Caller, world: World) -> Any:  # noqa: ANN401 (any JSON)
    """A template with one document, signed by the client at the bottom of its page."""
    placed = [{**LETTER["roles"][0], "placements": [box()]}, *LETTER["roles"][1:]]
    made = caller.call("POST", ROOT, {**LETTER, "roles": placed})
    draft = world.draft(people=())
    body = {"signature_request_id": draft.request_id}
    answer = caller.call("PUT", f"{ROOT}/{made.json['id']}/documents", body)
    assert answer.status == 200, answer.text
    return answer.json


def test_a_template_is_kept_as_it_was_said(caller: Caller) -> None:
    """Roles in their order, with an ETag that the next change names."""
    made = caller.call("POST", ROOT, LETTER)
    assert made.status == 201
    assert made.headers["Location"] == f"{ROOT}/{made.json['id']}"
    assert [role["key"] for role in made.json["roles"]] == ["client", "copy", "accountant"]
    shown = caller.call("GET", f"{ROOT}/{made.json['id']}")
    assert (shown.json, shown.headers["ETag"]) == (made.json, '"1"')
    tag = {"If-Match": '"1"'}
    changed = caller.call("PUT", f"{ROOT}/{made.json['id']}", {**LETTER, "name": "L"}, headers=tag)
    assert (changed.json["name"], changed.headers["ETag"]) == ("L", '"2"')
    late = caller.call("PUT", f"{ROOT}/{made.json['id']}", LETTER, headers=tag)
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert caller.call("DELETE", f"{ROOT}/{made.json['id']}", headers=tag).status == 412
    assert caller.call("DELETE", f"{ROOT}/{made.json['id']}").status == 204
    assert caller.call("GET", f"{ROOT}/{made.json['id']}").code == "template_not_found"


def test_lists_are_pages_with_the_ready_ones_beside_them(caller: Caller) -> None:
    """Oldest first; the five ready ones stand apart, in the language that is asked for."""
    names = [f"Modèle {n}" for n in range(5)]
    for name in names:
        assert caller.call("POST", ROOT, {**LETTER, "name": name}).status == 201
    seen: list[str] = []
    query = {"limit": ["2"], "locale": ["en"]}
    while True:
        page = caller.call("GET", ROOT, query=query).json
        seen += [item["name"] for item in page["items"]]
        assert [r["name"] for r in page["ready"]] == [
            "Letter of engagement",
            "Tax-filing mandate",
            "Annual accounts",
            "Minutes",
            "Payroll",
        ]
        if page["next_cursor"] is None:
            break
        query["cursor"] = [page["next_cursor"]]
    assert sorted(seen) == names
    assert len(seen) == len(names)
    assert caller.call("GET", ROOT, query={"cursor": ["x"]}).code == "bad_cursor"


def test_a_ready_template_is_used_and_copied_but_not_changed(caller: Caller) -> None:
    """The copy of the annual accounts says that filing needs a qualified certificate."""
    ready = f"{ROOT}/tpl_readyaccounts"
    assert caller.call("GET", ready).json["ready"]
    assert caller.call("PUT", ready, LETTER).code == "template_is_ready"
    assert caller.call("DELETE", ready).code == "template_is_ready"
    copied = caller.call("POST", f"{ready}/copy", {"locale": "en"}).json
    assert (copied["ready"], copied["name"], copied["locale"]) == (False, "Annual accounts", "en")
    assert "qualified certificate" in copied["help"]["en"]
    assert "certificat qualifié" in copied["help"]["fr"]
    assert caller.call("PUT", f"{ROOT}/{copied['id']}", LETTER).status == 200
    people = {"client": PAUL, "accountant": EVA}
    made = used(caller, "tpl_readyaccounts", roles=people, locale="en").json
    assert made["title"] == "Annual accounts – Paul Durand"
    assert {r["locale"] for r in made["recipients"]} == {"en"}


def test_every_ready_template_says_what_it_is_not_enough_for(caller: Caller) -> None:
    """Both languages; none claims more than an advanced signature."""
    for item in caller.call("GET", ROOT).json["ready"]:
        text = caller.call("GET", f"{ROOT}/{item['id']}").json["help"]
        assert "signatures électroniques avancées, et non qualifiées" in text["fr"]
        assert "advanced electronic signatures, not qualified ones" in text["en"]


def test_a_request_takes_over_what_the_template_says(caller: Caller, world: World) -> None:
    """Documents, boxes, order, reminders, message, retention; and the trail says so."""
    template = with_document(caller, world)
    answer = used(caller, template["id"])
    assert answer.status == 201, answer.text
    made = answer.json
    assert (made["title"], made["message"]) == (
        "Lettre de mission – Paul Durand",
        "Merci de signer.",
    )
    (document,) = made["documents"]
    assert made["template_id"] == template["id"]
    assert (document["state"], document["name"]) == ("ready", "lettre-0.pdf")
    client = next(r for r in made["recipients"] if r["name"] == "Paul Durand")
    assert client["placements"] == [
        {**{k: v for k, v in box().items() if k != "slot"}, "document_id": document["id"]}
    ]
    assert [(r["order"], r["role"], r["name"]) for r in made["recipients"]][-1] == (
        2,
        "signer",
        "Eva Martin",
    )
    ref = RequestRef(FIRM.id, made["id"])
    stored = world.load(ref)
    assert (stored.template_id, stored.evidence_years) == (template["id"], 6)
    assert stored.reminder_days == (5, 1)
    told = next(e for e in world.requests.events(ref) if e.kind == "template_used")
    said = told.as_a(TemplateUsed)
    assert said is not None
    assert (said.template, said.places) == (template["id"], ())
    assert said.documents == (f"{document['id']}:{document['sha256']}",)
    assert set(said.recipients) == {
        f"{r['order']}:{r['role']}:{r['id']}" for r in made["recipients"]
    }
    assert caller.call("POST", f"/v1/signature_requests/{made['id']}/launch").status == 200
    world.run_actor(ref)
    world.sign_all(ref)
    assert caller.call("GET", f"/v1/signature_requests/{made['id']}").json["state"] == "completed"
    kept = {years for key, years in world.evidence_files.years.items() if made["id"] in key}
    assert kept == {6}


def test_the_same_key_makes_the_same_draft(caller: Caller, world: World) -> None:
    """Once, whatever has become of it; another body under the key is a conflict."""
    template = with_document(caller, world)
    path = f"{ROOT}/{template['id']}/requests"
    body = {"sender": SENDER, "roles": PEOPLE}
    key = {"Idempotency-Key": "k1"}
    first = caller.call("POST", path, body, headers=key)
    again = caller.call("POST", path, body, headers=key)
    assert first.json == again.json
    other = caller.call("POST", path, {**body, "title": "Autre"}, headers=key)
    assert (other.status, other.code) == (422, "idempotency_key_reused")


def test_files_to_be_uploaded_take_the_next_slots(caller: Caller) -> None:
    """A template without documents places signatures on what each request uploads."""
    placed = [{**LETTER["roles"][0], "placements": [box(1), box(2)]}, *LETTER["roles"][1:]]
    template = caller.call("POST", ROOT, {**LETTER, "roles": placed}).json
    missing = used(caller, template["id"], documents=[{"name": "a.pdf"}])
    assert (missing.code, missing.json["errors"][0]["pointer"]) == (
        "documents_missing",
        "#/documents",
    )
    made = used(caller, template["id"], documents=[{"name": "a.pdf"}, {"name": "b.pdf"}]).json
    assert [d["state"] for d in made["documents"]] == ["awaiting_upload"] * 2
    client = next(r for r in made["recipients"] if r["name"] == "Paul Durand")
    assert [p["document_id"] for p in client["placements"]] == [d["id"] for d in made["documents"]]
    one = f"/v1/signature_requests/{made['id']}/documents/{made['documents'][0]['id']}"
    assert caller.call("POST", f"{one}/upload").status == 200


@pytest.mark.parametrize(
    ("roles", "field", "code"),
    [
        ({"copy": COPY}, "#/roles/client", "role_missing"),
        ({**PEOPLE, "boss": PAUL}, "#/roles/boss", "unknown_role"),
        (
            {**PEOPLE, "client": {**PAUL, "phone": None}},
            "#/roles/client/phone",
            "phone_required",
        ),
        (
            {**PEOPLE, "client": {**PAUL, "phone": "+14155552671"}},
            "#/roles/client/phone",
            "phone_country_not_allowed",
        ),
    ],
)
def test_who_cannot_take_a_role_is_pointed_at(
    caller: Caller, world: World, roles: object, field: str, code: str
) -> None:
    """Nothing is made and nothing is copied."""
    template = with_document(caller, world)
    answer = used(caller, template["id"], roles=roles)
    assert (answer.status, answer.code) == (422, code)
    assert answer.json["errors"][0]["pointer"] == field
    assert not world.template_files.copies


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"title": "Pour {nobody}"}, "#/title", "unknown_role"),
        ({"title": "Pour {client"}, "#/title", "title_malformed"),
        ({"roles": [LETTER["roles"][2]]}, "#/roles", "no_signers"),
        ({"roles": [LETTER["roles"][0]] * 2}, "#/roles", "role_repeated"),
        (
            {"roles": [{**LETTER["roles"][0], "placements": [box(), box()]}]},
            "#/roles/0/placements",
            "placement_duplicate",
        ),
        (
            {"roles": [{**LETTER["roles"][1], "person": {**EVA, "phone": None}}]},
            "#/roles/0/person/phone",
            "phone_required",
        ),
        (
            {"roles": [LETTER["roles"][0], {**LETTER["roles"][1], "role": "seal"}]},
            "#/roles/1/person",
            "role_is_seal",
        ),
        ({"evidence_years": 4}, "#/evidence_years", "greater_than_equal"),
        ({"reminder_days": [15]}, "#/reminder_days/0", "less_than_equal"),
        ({"boss": 1}, "#/boss", "extra_forbidden"),
    ],
)
def test_what_cannot_be_a_template_is_pointed_at(
    caller: Caller, change: dict[str, object], field: str, code: str
) -> None:
    """A stable code, and the field."""
    body = {**LETTER, "title": "Lettre", **change}
    answer = caller.call("POST", ROOT, body)
    error = answer.json["errors"][0]
    assert (answer.status, error["pointer"], error["code"]) == (422, field, code)


def test_a_box_off_the_documents_pages_is_refused(caller: Caller, world: World) -> None:
    """When the role is said, and when the documents come."""
    template = with_document(caller, world)
    placed = [{**LETTER["roles"][0], "placements": [box(x=590.0)]}, *LETTER["roles"][1:]]
    changed = caller.call("PUT", f"{ROOT}/{template['id']}", {**LETTER, "roles": placed})
    assert changed.code == "placement_off_page"
    bare = caller.call("POST", ROOT, {**LETTER, "roles": placed}).json
    body = {"signature_request_id": world.draft(people=()).request_id}
    answer = caller.call("PUT", f"{ROOT}/{bare['id']}/documents", body)
    assert answer.code == "placement_off_page"


def test_documents_are_replaced_and_erased_with_their_template(
    caller: Caller, world: World
) -> None:
    """A copy keeps its own; requests keep theirs."""
    template = with_document(caller, world)
    copied = caller.call("POST", f"{ROOT}/{template['id']}/copy", {"name": "Copie"}).json
    made = used(caller, template["id"]).json
    folder = f"firms/{FIRM.id}/templates/{template['id']}/"
    before = {k for k in world.files.objects if k.startswith(folder)}
    body = {"signature_request_id": world.draft(people=(), files=2).request_id}
    after = caller.call("PUT", f"{ROOT}/{template['id']}/documents", body).json
    assert [d["slot"] for d in after["documents"]] == [1, 2]
    assert not before & set(world.files.objects)
    assert caller.call("DELETE", f"{ROOT}/{template['id']}").status == 204
    assert not [k for k in world.files.objects if k.startswith(folder)]
    assert used(caller, copied["id"]).status == 201
    assert caller.call("POST", f"/v1/signature_requests/{made['id']}/launch").status == 200


def test_a_draft_becomes_a_template_without_its_people(caller: Caller, world: World) -> None:
    """Order, documents and boxes; who signed stays behind."""
    ref = world.draft(people=(2, 1), copies=1, files=2)
    body = {"signature_request_id": ref.request_id, "name": "Mandat"}
    made = caller.call("POST", f"{ROOT}/from_draft", body)
    assert made.status == 201, made.text
    assert [(r["key"], r["order"]) for r in made.json["roles"]] == [
        ("cc_1", 1),
        ("signer_1", 1),
        ("signer_2", 2),
    ]
    assert [d["name"] for d in made.json["documents"]] == ["lettre-0.pdf", "lettre-1.pdf"]
    assert world.load(ref).recipients[0].email not in made.text


def test_foreign_templates_answer_like_missing_ones(world: World) -> None:
    """404 for reading, changing, copying, using."""
    services = in_memory(world)
    caller = Caller(world, services)
    template = with_document(caller, world)
    world.firms.bind_client("stranger", "frm_00000002")
    stranger = Caller(world, services, client_id="stranger")
    one = f"{ROOT}/{template['id']}"
    for answer in (
        stranger.call("GET", one),
        stranger.call("PUT", one, LETTER),
        stranger.call("DELETE", one),
        stranger.call("POST", f"{one}/copy", {}),
        used(stranger, template["id"]),
        caller.call("GET", f"{ROOT}/tpl_00000000nope"),
        caller.call("GET", f"{ROOT}/x"),
    ):
        assert (answer.status, answer.code) == (404, "template_not_found")
