"""What the evidence says of approvers and viewers: what was observed, and no signature."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed

from paraphe.adapters.evidence import wording
from paraphe.domain.evidence import account, statements
from paraphe.domain.evidence.account import About
from paraphe.domain.requests.recipient import Role
from tests.support import answering, played
from tests.support.world import World

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "evidence.schema.json"
ABOUT = About({"name": "paraphe", "version": "0"}, "1.2.3", "1", "2026-11")


def _told() -> dict[str, Any]:
    world = World()
    ref = world.draft(people=(2,))
    roles = ((Role.APPROVER, 1), (Role.VIEWER, 1), (Role.VIEWER, 1))
    approver, viewer, _ = (
        world.add_recipient(ref, order=order, number=number, role=role).id
        for number, (role, order) in enumerate(roles, start=1)
    )
    world.launch(ref)
    world.run_actor(ref)
    answering.say_read(world, ref, viewer)
    answering.approve(world, ref, approver)
    world.run_actor(ref)
    request = world.sign_all(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    return account.build(request, events, {}, ABOUT, world.now)


def test_an_answer_is_told_with_its_sentence_and_what_it_was_about() -> None:
    """Each in their own state; who said nothing has no answer; a signer has none to give."""
    told = _told()
    people = {p["identity"]["name"]: p for p in told["recipients"]}
    approver, read, silent = (people[f"Signataire {n}"] for n in (1, 2, 3))
    assert (approver["role"], approver["state"]) == ("approver", "approved")
    assert approver["answer"]["kind"] == "approved"
    assert approver["answer"]["documents_digest"] == told["request"]["documents_digest"]
    assert approver["accepted_at"] == approver["answer"]["at"]
    assert (approver["codes"], approver["consent"], approver["signed_at"]) == ([], None, None)
    assert (read["state"], read["answer"]["kind"]) == ("viewed", "read")
    assert (silent["state"], silent["answer"]) == ("notified", None)
    assert "answer" not in people["Signataire 0"]


def test_recipients_are_as_the_schema_says() -> None:
    """Nothing is left open."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    one = {**schema, "$ref": "#/$defs/recipient"}
    one = {key: value for key, value in one.items() if key in {"$schema", "$defs", "$ref"}}
    check = jsonschema.Draft202012Validator(one)
    for person in _told()["recipients"]:
        check.validate(person)


def test_the_pages_tell_it_and_claim_no_signature() -> None:
    """In both languages."""
    told = _told()
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert "Role: approver; state: has approved" in lines
    assert "Role: reader; state: has said to have read" in lines
    assert "Role: reader; state: was given the link" in lines
    assert any(line.startswith("Approved, 20/03/2026") for line in lines)
    assert any(line.startswith("Lecture confirmée, 20/03/2026") for line in lines)
    assert told["statement"]["en"] == (
        statements.STATEMENT["en"] + statements.ANSWERS_STATEMENT["en"]
    )
    assert told["statement"]["fr"] in lines


def test_nothing_changes_for_requests_without_them() -> None:
    """The statement of a request that only signers and copies took part in stays as it was."""
    world = played.platform()
    ref = world.launched(copies=1)
    request = world.sign_all(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    assert told["statement"] == dict(statements.STATEMENT)
    assert all("answer" not in person for person in told["recipients"])
