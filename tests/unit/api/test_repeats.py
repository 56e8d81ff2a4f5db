"""The same unsafe call again under one Idempotency-Key: done once, answered alike."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from api import repeats
from api.app import operations
from paraphe.domain.errors import ParapheError, RaceLostError
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests.drafts import NewRequest
from paraphe.ports.calls import Calls, CallTerms, KeptAnswer, Once
from paraphe.ports.system import TransientError
from paraphe.usecases import using
from paraphe.usecases.act_once import Act, ActOnce
from paraphe.usecases.requests.create_request import CreateRequest
from tests.support.api import Answered, Caller
from tests.support.services import InMemory, in_memory
from tests.support.software import PEOPLE, ROOT, SENDER
from tests.support.world import SEALING, World
from tests.support.world import SENDER as SENDER_

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraphe.services import Services

KEY = {"Idempotency-Key": "order-66"}
NEW = {"title": "Lettre", "sender": SENDER}
SIGNER = {**PEOPLE[0], "order": 1}
CONTACT = {"name": "Jean Dupont", "email": "jean@client.example"}
HEADERS = ("Content-Type", "Location", "Content-Location", "ETag")


class Forgetful:
    """Keeps no answers, as if each function died right after it acted."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self.find = calls.find

    def keep(self, *_: object) -> bool:
        """Die."""
        raise TransientError("the function is gone")


def _said(answer: Answered) -> tuple[int, str, list[str | None]]:
    return answer.status, answer.text, [answer.headers.get(name) for name in HEADERS]


def _draft(world: World) -> str:
    return f"{ROOT}/{world.draft(people=(1,)).request_id}"


def _launched(world: World) -> str:
    ref = world.launched(people=(1,))
    world.now += timedelta(hours=2)
    return f"{ROOT}/{ref.request_id}"


def _of(world: World, path: str) -> Any:  # noqa: ANN401 (the aggregate)
    ref = next(ref for ref in world.requests.stored if ref.request_id in path)
    return world.load(ref)


# What is called, and how often it has happened.
Case = tuple[str, str, object, "Callable[[World], int]"]


def _cases(world: World) -> dict[str, Case]:
    draft, launched, other = _draft(world), _launched(world), _launched(world)
    person = _of(world, draft).recipients[0].id

    def kinds(path: str, kind: str) -> Callable[[World], int]:
        def count(world: World) -> int:
            ref = next(ref for ref in world.requests.stored if ref.request_id in path)
            return world.kinds(ref).count(kind)

        return count

    return {
        "create": (
            "POST",
            ROOT,
            NEW,
            lambda w: sum(r.title == "Lettre" for r in w.requests.stored.values()),
        ),
        "add recipient": (
            "POST",
            f"{draft}/recipients",
            SIGNER,
            lambda w: len(_of(w, draft).recipients) - 1,
        ),
        "add document": (
            "POST",
            f"{draft}/documents",
            {"name": "b.pdf"},
            lambda w: len(_of(w, draft).documents) - 1,
        ),
        "remove": (
            "DELETE",
            f"{draft}/recipients/{person}",
            None,
            kinds(draft, "recipient_removed"),
        ),
        "rename": ("PATCH", draft, {"title": "Bail"}, lambda w: int(_of(w, draft).title == "Bail")),
        "launch": (
            "POST",
            f"{_draft(world)}/launch",
            None,
            lambda w: sum("request_launched" in w.kinds(r) for r in w.requests.stored) - 2,
        ),
        "remind": ("POST", f"{launched}/remind", None, kinds(launched, "reminder_requested")),
        "cancel": ("POST", f"{other}/cancel", None, kinds(other, "request_canceled")),
        "contact": ("POST", "/v1/contacts", CONTACT, lambda _: 1),
    }


NAMES = tuple(_cases(World()))


@pytest.mark.parametrize("name", NAMES)
def test_twenty_at_once_are_one_effect_and_twenty_equal_answers(name: str) -> None:
    """Whoever commits first has acted; the others wait for its answer and give the same."""
    world = World()
    method, path, body, count = _cases(world)[name]
    caller = Caller(world)
    together, answers = threading.Barrier(20), []

    def call() -> None:
        together.wait()
        answers.append(caller.call(method, path, body, headers=KEY))

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert answers[0].status < 300, answers[0].text
    assert {repr(_said(answer)) for answer in answers} == {repr(_said(answers[0]))}
    assert count(world) == 1
    if name == "contact":
        assert len(caller.call("GET", "/v1/contacts").json["items"]) == 1


@pytest.mark.parametrize("name", NAMES)
def test_an_answer_that_was_lost_with_its_function_is_made_again(name: str) -> None:
    """First it may still come (409, `retry_at`); then what was made is read; nothing is done."""
    world = World()
    method, path, body, count = _cases(world)[name]
    services = cast("InMemory", in_memory(world))
    dying = Caller(world, _with(services, Forgetful(services.calls)))
    first = dying.call(method, path, body, headers=KEY)
    caller = Caller(world, cast("Services", services))
    early = caller.call(method, path, body, headers=KEY)
    assert (early.status, early.code) == (409, "idempotency_in_progress")
    assert early.json["errors"][0]["parameter"] == "Idempotency-Key"
    assert "Retry-After" in early.headers
    world.now += timedelta(seconds=30)
    late = caller.call(method, path, body, headers=KEY)
    assert late.status == first.status
    assert count(world) == 1
    if late.text and name != "add document":  # a form is made anew
        assert late.json == first.json
    assert _said(caller.call(method, path, body, headers=KEY)) == _said(late)


def _with(services: InMemory, calls: object) -> Services:
    twin = InMemory(services.world, {"calls": calls})
    twin._on_table = services._on_table
    return cast("Services", twin)


def test_every_answer_can_be_made_again() -> None:
    """A new operation has a GET of what it is about, or says how: `repeat=Repeat(…)`."""
    table = operations()
    lost = {o.id for o in table if o.is_unsafe and repeats.way_again(o, table) is None}
    assert not lost
    # What makes something tells of that, not of what it was made from.
    unsure = {
        o.id
        for o in table
        if o.is_unsafe
        and o.status == 201
        and not (o.repeat.again or o.repeat.makes or o.repeat.harmless)
        if not any(repeats.made_in(read, o) for read in table if read.answer is o.answer)
    }
    assert not unsure


def test_another_call_under_the_same_key_is_refused(caller: Caller, world: World) -> None:
    """Another body, another operation, another path: 422, naming the header; nothing is done."""
    path = _draft(world)
    assert caller.call("POST", ROOT, NEW, headers=KEY).status == 201
    for method, where, body in (
        ("POST", ROOT, {**NEW, "title": "Autre"}),
        ("POST", f"{path}/recipients", SIGNER),
        ("POST", f"{path}/launch", None),
    ):
        answer = caller.call(method, where, body, headers=KEY)
        assert (answer.status, answer.code) == (422, "idempotency_key_reused")
        assert answer.json["errors"][0]["parameter"] == "Idempotency-Key"
    assert len(world.requests.stored) == 2


def test_the_same_body_may_be_written_otherwise(caller: Caller) -> None:
    """Order of keys and white space say nothing."""
    first = caller.call("POST", ROOT, NEW, headers=KEY)
    turned = dict(reversed(NEW.items()))
    assert _said(caller.call("POST", ROOT, turned, headers=KEY)) == _said(first)


def test_keys_are_the_clients_own(caller: Caller, world: World) -> None:
    """Another client of the firm, and one of another firm, may use the same."""
    first = caller.call("POST", ROOT, NEW, headers=KEY)
    world.firms.bind_client("another", "frm_00000001", "Autre logiciel")
    services = in_memory(world)
    second = Caller(world, services, client_id="another").call("POST", ROOT, NEW, headers=KEY)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_after_a_day_a_key_is_free(caller: Caller, world: World) -> None:
    """24 hours to the millisecond."""
    first = caller.call("POST", ROOT, NEW, headers=KEY)
    world.now += timedelta(hours=24, milliseconds=-1)
    assert _said(caller.call("POST", ROOT, NEW, headers=KEY)) == _said(first)
    world.now += timedelta(milliseconds=1)
    assert caller.call("POST", ROOT, NEW, headers=KEY).json["id"] != first.json["id"]


def test_what_a_rule_refuses_leaves_the_key_free(caller: Caller, world: World) -> None:
    """Once the reason is gone, the same call under the same key is done."""
    path = f"{ROOT}/{world.draft(people=()).request_id}"
    refused = caller.call("POST", f"{path}/launch", headers=KEY)
    assert (refused.status, refused.code) == (422, "no_signers")
    assert caller.call("POST", f"{path}/recipients", SIGNER).status == 201
    assert caller.call("POST", f"{path}/launch", headers=KEY).status == 200


def test_a_refusal_that_has_an_effect_is_kept(caller: Caller, world: World) -> None:
    """A wrong code counts as a try: the same call again is answered alike and counts no more."""
    world.firms.save(SEALING)
    member, ref = world.member(Capability.SEAL), world.batch()
    path = f"{ROOT}/{ref.request_id}/seal"
    caller.call("POST", path, {"member": member.id})
    world.run_actor(ref)
    wrong = f"{(int(world.seal_code(ref)) + 1) % 1_000_000:06d}"
    body = {"member": member.id, "code": wrong}
    answers = [caller.call("POST", f"{path}/code", body, headers=KEY) for _ in range(7)]
    assert {(a.status, a.text) for a in answers} == {(422, answers[0].text)}
    assert caller.call("GET", f"{ROOT}/{ref.request_id}").json["seal"]["tries_left"] == 4


def test_another_writer_in_between_is_no_refusal(caller: Caller, world: World) -> None:
    """A call that loses every race is done again while nothing of it is written."""
    path = _draft(world)
    world.requests.between = [_lose for _ in range(13)]
    answer = caller.call("POST", f"{path}/recipients", SIGNER, headers=KEY)
    assert answer.status == 201


def _lose() -> None:
    raise RaceLostError


def test_a_secret_is_never_kept() -> None:
    """An operation that tells one says so; the repeated call has the answer without it."""
    world = World()
    services = in_memory(world)
    once = Once("frm_00000001", "client", "key", "asked", "run-1", world.now)

    def do() -> KeptAnswer:
        mine = services.within(CallTerms(once))
        using(CreateRequest, mine)(world.principal, NewRequest("L", "", SENDER_), now=world.now)
        return KeptAnswer(201, {}, "secret")

    def fail(error: ParapheError) -> KeptAnswer:
        raise error

    act = Act(do, fail, lambda kept: KeptAnswer(201, {}, kept.made[0]), secret=True)
    acting = using(ActOnce, services)
    assert acting(once, act, lambda _: None).body == "secret"
    found = services.calls.find(once)
    assert found is not None
    assert found.answer == KeptAnswer(201, {}, None)
    again = acting(replace(once, run="run-2"), act, lambda _: None)
    assert again.body == next(iter(world.requests.stored)).request_id
    assert services.calls.find(once) == found


def test_a_client_made_meanwhile_is_not_told_of(caller: Caller) -> None:
    """The repeated call has the client that it made, though another one is newer."""
    one = {"name": "Tenue", "scopes": ["paraphe/requests.read"]}
    made = caller.call("POST", "/v1/api_clients", one, headers=KEY).json
    caller.call("POST", "/v1/api_clients", {**one, "name": "Paie"})
    again = caller.call("POST", "/v1/api_clients", one, headers=KEY)
    assert (again.status, again.json["id"]) == (201, made["id"])
    assert "client_secret" not in again.json
