"""Requests that are only a test: no SMS, marked wherever they show, counted nowhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed
import pytest

from paraphe.adapters.delivery.letters import Letters
from paraphe.adapters.evidence import wording
from paraphe.adapters.trust.document_signer import shown_name
from paraphe.domain.delivery import budgets
from paraphe.domain.errors import InvalidError
from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import About
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import Mode, Notice, NoticeKind, RequestState
from paraphe.domain.requests.recipient import Role
from paraphe.domain.signing import codes
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest
from tests.support.api import Caller
from tests.support.web_harness import Site
from tests.support.world import SEALING, SENDER, World
from tests.unit.web.conftest import Signer

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA = Path(__file__).resolve().parents[3] / "docs" / "evidence.schema.json"
ABOUT = About({"name": "paraphe", "version": "0"}, "1.2.3", "1", "2026-11")


def _draft(world: World, people: int = 1) -> RequestRef:
    new = NewRequest("Lettre de mission", "", SENDER, mode=Mode.TEST)
    made = using(CreateRequest, world)(world.principal, new, now=world.now)
    ref = RequestRef(made.firm_id, made.id)
    world.add_document(ref, "lettre.pdf")
    for number in range(people):
        world.add_recipient(ref, order=1, number=number)
    return ref


def _launched(world: World) -> tuple[RequestRef, str]:
    ref = _draft(world)
    world.launch(ref)
    world.run_actor(ref)
    return ref, world.signer_ids(ref)[0]


def test_the_page_shows_the_code_and_no_sms_is_sent() -> None:
    """From link to signature; every page says that it is a test, and no metric is counted."""
    world = World()
    site = Site(world)
    ref, signer = _launched(world)
    person = Signer(site, ref, signer)
    pages = [person.look(), person.look("/decline")]
    assert person.consent().status == 303
    pages.append(person.look())
    assert "Votre code : 123456" in pages[-1].body.replace("\u00a0", " ")
    assert "par SMS à" not in pages[-1].body
    assert person.send("code", {"code": codes.TEST_CODE}).status == 303
    world.run_actor(ref)
    pages.append(person.look())
    assert all("Ceci n’est qu’un test" in page.body for page in pages)
    assert world.load(ref).state is RequestState.COMPLETED
    assert (world.sms.sent, site.observer.counted) == ([], [])


def test_the_code_of_tests_opens_nothing_live() -> None:
    """Each request's code is tried against its own; a live page shows none."""
    world = World()
    site = Site(world)
    ref = world.launched()
    person = Signer(site, ref, world.signer_ids(ref)[0])
    person.consent()
    page = person.look()
    assert codes.TEST_CODE not in page.body
    assert "qu’un test" not in page.body
    assert person.send("code", {"code": codes.TEST_CODE}).status == 422
    assert world.load(ref).state is RequestState.ACTIVE


def test_mails_say_it_first_of_all() -> None:
    """In the subject, too; to recipients and to the sender."""
    world = World()
    ref, signer = _launched(world)
    request = world.load(ref)
    letters = Letters(lambda: "https://sign.example.test", lambda: "https://portal.example.test")
    for reader in (world.recipient(ref, signer), None):
        for kind in NoticeKind:
            notice = Notice("1", kind, reader.id if reader else None, world.now)
            mail = letters.mail(notice, request, reader, "t0ken", (), world.now)
            assert mail.subject.startswith("[TEST] ")
            assert "Ceci n’est qu’un test" in mail.text
            assert "Ceci n’est qu’un test" in mail.html


def test_certificates_name_nobody_who_could_be_taken_for_real() -> None:
    """Nobody can pass a test signature off as real: its subject says TEST."""
    world = World()
    ref, signer = _launched(world)
    assert shown_name(world.load(ref), world.recipient(ref, signer)) == "TEST - Signataire 0"
    live = world.launched()
    person = world.recipient(live, world.signer_ids(live)[0])
    assert shown_name(world.load(live), person) == "Signataire 0"


def test_the_evidence_says_it_loudly() -> None:
    """In its title, its first paragraph and the account itself, which the schema describes."""
    world = World()
    ref, signer = _launched(world)
    world.consent(ref, signer)
    world.run_actor(ref)
    world.enter(ref, signer, codes.TEST_CODE)
    request = world.run_actor(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    assert told["request"]["mode"] == "test"
    assert told["events"][0]["data"]["mode"] == "test"
    assert told["recipients"][0]["codes"][0]["channel"] == "page"
    assert told["statement"]["fr"].startswith("TEST, SANS VALEUR.")
    assert wording.title_of(told).startswith("TEST – ")
    assert wording.title_of(account.excerpt(told, signer)).startswith("TEST – ")
    lines = [paragraph.text for paragraph in wording.paragraphs(told)]
    assert lines[0].startswith("TEST – ")
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    for name, part in (("request", told["request"]), ("recipient", told["recipients"][0])):
        one = {"$schema": schema["$schema"], "$defs": schema["$defs"], "$ref": f"#/$defs/{name}"}
        jsonschema.Draft202012Validator(one).validate(part)


def test_live_evidence_says_nothing_of_modes() -> None:
    """It stays byte for byte what it was."""
    world = World()
    ref = world.launched()
    request = world.sign_all(ref)
    events = world.requests.events(ref)[: request.audit_seq]
    told = account.build(request, events, {}, ABOUT, world.now)
    assert "mode" not in told["request"]
    assert "mode" not in told["events"][0]["data"]


def test_p21_the_firms_own_seal_is_never_put_on_a_test() -> None:
    """P21: its certificate is the real one."""
    world = World()
    world.firms.save(SEALING)
    ref = _draft(world, people=0)
    with pytest.raises(InvalidError, match="no_seal"):
        world.add_recipient(ref, order=1, role=Role.SEAL)
    member = world.member(Capability.SEAL)
    with pytest.raises(InvalidError, match="no_seal"):
        world.ask_to_seal(ref, member)


def test_tests_use_up_no_limit_of_what_counts() -> None:
    """They have counters of their own, of the same size."""
    world = World()
    ref, _ = _launched(world)
    live = world.load(world.launched())
    test = world.load(ref)
    count: Callable[..., set[str]] = lambda request: {  # noqa: E731
        one.key for one in budgets.mails(request, ["a@client.test"], world.now)
    }
    assert not count(live) & count(test)
    assert all(key.startswith(f"F#{test.firm_id}#") for key in count(test))


def test_the_api_makes_and_shows_it() -> None:
    """Frozen at creation: nothing changes it; `live` when nothing is said."""
    world = World()
    caller = Caller(world)
    body = {"title": "Essai", "sender": {"name": "Claire", "email": "c@cabinet.example"}}
    assert caller.call("POST", "/v1/signature_requests", body).json["mode"] == "live"
    made = caller.call("POST", "/v1/signature_requests", {**body, "mode": "test"})
    assert (made.status, made.json["mode"]) == (201, "test")
    path = f"/v1/signature_requests/{made.json['id']}"
    assert caller.call("PATCH", path, {"mode": "live"}).status == 422
    for wrong in ("demo", None, True):
        refused = caller.call("POST", "/v1/signature_requests", {**body, "mode": wrong})
        assert refused.status == 422
        assert refused.json["errors"][0]["pointer"] == "#/mode"
