"""A batch sealed over HTTP: who may, one code, what each answer says (P9, P21, P22, P23)."""

from datetime import timedelta
from typing import Any

import pytest

from paraphe.domain.errors import ParapheError
from paraphe.domain.firms.member import Capability, Member
from paraphe.ports.requests import RequestRef
from tests.support.api import Caller
from tests.support.world import World

ROOT = "/v1/signature_requests"


@pytest.fixture
def member(world: World) -> Member:
    """A member who may seal."""
    return world.member(Capability.SEAL)


def path_of(ref: RequestRef) -> str:
    """The batch's seal."""
    return f"{ROOT}/{ref.request_id}/seal"


def asked(caller: Caller, world: World, member: Member) -> tuple[RequestRef, str]:
    """A batch whose code has just been sent, and the code."""
    ref = world.batch(files=2)
    answer = caller.call("POST", path_of(ref), {"member": member.id})
    assert answer.status == 202, answer.text
    world.run_actor(ref)
    return ref, world.seal_code(ref)


def typed(caller: Caller, ref: RequestRef, member: Member, code: str) -> Any:  # noqa: ANN401
    """Type a code."""
    return caller.call("POST", f"{path_of(ref)}/code", {"member": member.id, "code": code})


def test_p21_a_batch_is_sealed_with_one_code(caller: Caller, world: World, member: Member) -> None:
    """The answer says where the code stands; each document says when it was sealed."""
    ref = world.batch(files=2)
    first = caller.call("POST", path_of(ref), {"member": member.id})
    assert first.status == 202
    assert (first.json["state"], first.json["seal"]["code_state"]) == ("active", "pending")
    assert caller.observer.launches == 1
    world.run_actor(ref)
    shown = caller.call("GET", f"{ROOT}/{ref.request_id}").json
    (seal,) = shown["recipients"]
    assert (seal["role"], seal["phone"]) == ("seal", None)
    assert shown["seal"] == {
        "recipient_id": seal["id"],
        "member": member.id,
        "name": member.name,
        "code_state": "sent",
        "code_sent_at": "2026-03-20T09:30:00.000Z",
        "code_expires_at": "2026-03-20T10:00:00.000Z",
        "tries_left": 5,
        "codes_left": 4,
    }
    assert [d["sealed_at"] for d in shown["documents"]] == [None, None]
    code = world.seal_code(ref)
    accepted = typed(caller, ref, member, f"{code[:3]} {code[3:]}")
    assert (accepted.status, accepted.json["state"]) == (202, "completing")
    world.run_actor(ref)
    again = typed(caller, ref, member, code)
    assert (again.status, again.json["state"]) == (202, "completed")
    assert {d["sealed_at"] for d in again.json["documents"]} == {"2026-03-20T09:30:00.000Z"}
    assert caller.observer.launches == 1


def test_p9_wrong_void_and_old_codes_are_told_apart(
    caller: Caller, world: World, member: Member
) -> None:
    """422 with the tries left, 423 when void, 410 when too old, 429 too soon."""
    ref, code = asked(caller, world, member)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for left in (4, 3, 2, 1):
        answer = typed(caller, ref, member, wrong)
        assert (answer.status, answer.code) == (422, "code_wrong")
        assert f"{left} tries left" in answer.json["detail"]
        assert answer.json["errors"][0]["pointer"] == "#/code"
        assert wrong not in answer.text
    for tried in (wrong, code):
        answer = typed(caller, ref, member, tried)
        assert (answer.status, answer.code) == (423, "code_void")
    soon = asked(caller, world, member)[0]
    answer = caller.call("POST", path_of(soon), {"member": member.id})
    assert (answer.status, answer.code) == (429, "too_soon")
    world.now += timedelta(minutes=30)
    answer = typed(caller, soon, member, world.seal_code(soon))
    assert (answer.status, answer.code) == (410, "code_expired")
    answer = caller.call("POST", path_of(soon), {"member": member.id})
    assert (answer.status, answer.json["seal"]["codes_left"]) == (202, 3)
    answer = typed(caller, soon, member, "123456")
    assert (answer.status, answer.code) == (409, "no_code")


def test_p23_who_may_not_seal_is_told(caller: Caller, world: World, member: Member) -> None:
    """403 without the capability, 404 for somebody of elsewhere, 422 without a phone."""
    ref = world.batch()
    before = world.load(ref)
    path = path_of(ref)
    signer = world.member(Capability.SIGN)
    answer = caller.call("POST", path, {"member": signer.id})
    assert (answer.status, answer.code) == (403, "not_permitted")
    answer = caller.call("POST", path, {"member": "mbr_00000000"})
    assert (answer.status, answer.code) == (404, "member_not_found")
    silent = world.member(Capability.SEAL, phone=None)
    answer = caller.call("POST", path, {"member": silent.id})
    assert (answer.status, answer.code) == (422, "member_phone_required")
    assert world.load(ref) == before
    coded, code = asked(caller, world, member)
    answer = typed(caller, coded, world.member(Capability.SEAL), code)
    assert (answer.status, answer.code) == (403, "not_your_code")


def test_what_is_no_batch_is_refused(caller: Caller, world: World, member: Member) -> None:
    """Signers, no documents, a request under way; nothing changes."""
    ref = world.batch(files=0)
    answer = caller.call("POST", path_of(ref), {"member": member.id})
    assert (answer.status, answer.code) == (422, "no_documents")
    signed = world.draft()
    answer = caller.call("POST", path_of(signed), {"member": member.id})
    assert (answer.status, answer.code) == (422, "has_signers")
    world.launch(signed)
    answer = caller.call("POST", path_of(signed), {"member": member.id})
    assert (answer.status, answer.code) == (409, "not_a_batch")
    assert caller.call("GET", f"{ROOT}/{signed.request_id}").json["seal"] is None
    for body in ({}, {"member": "x"}, {"member": 1}, {"member": "mbr_00000001", "code": "1"}):
        answer = caller.call("POST", path_of(ref), body)
        assert (answer.status, answer.code) == (422, "invalid_body")


def test_p22_each_document_is_reported(caller: Caller, world: World, member: Member) -> None:
    """One cannot be sealed: `failed`, and the documents say which; resuming seals that one."""
    ref, code = asked(caller, world, member)
    bad = world.load(ref).documents[0].id
    world.sealer.broken = {bad}
    typed(caller, ref, member, code)
    execution = world.execution(ref)
    assert execution is not None
    with pytest.raises(ParapheError):
        world.run_actor(ref)
    world.fail(execution, "seal")
    shown = caller.call("GET", f"{ROOT}/{ref.request_id}").json
    assert (shown["state"], shown["failure"]) == ("failed", "step_seal")
    assert [d["id"] for d in shown["documents"] if d["sealed_at"] is None] == [bad]
    one = caller.call("GET", f"{ROOT}/{ref.request_id}/documents/{bad}").json
    assert one["sealed_at"] is None
    world.sealer.broken = set()
    assert caller.call("POST", f"{ROOT}/{ref.request_id}/resume").status == 200
    world.run_actor(ref)
    shown = caller.call("GET", f"{ROOT}/{ref.request_id}").json
    assert shown["state"] == "completed"
    assert all(d["sealed_at"] for d in shown["documents"])
