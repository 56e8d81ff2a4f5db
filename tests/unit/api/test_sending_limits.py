"""What may be sent is bounded, and a "no" says from when on it may work."""

from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest

from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.sending_settings import FRANCE, Sending
from paraphe.domain.requests import reminders
from tests.support.api import Caller
from tests.support.world import FIRM, SEALING, World

ROOT = "/v1/signature_requests"
PAUL = {"name": "Paul Durand", "email": "paul@client.example", "phone": "06 12 34 56 78"}


@pytest.mark.parametrize(
    "number", ["06 12 34 56 78", "0690 12 34 56", "+687 75 12 34", "+508 55 12 34"]
)
def test_codes_go_to_france_and_overseas(caller: Caller, world: World, number: str) -> None:
    """By default, whatever the number's own country code."""
    ref = world.draft(people=())
    path = f"{ROOT}/{ref.request_id}/recipients"
    assert caller.call("POST", path, {**PAUL, "phone": number}).status == 201


@pytest.mark.parametrize(
    "number", ["+32 470 12 34 56", "+1 415 555 2671", "+880 1712 345678", "+256 701 234567"]
)
def test_codes_go_nowhere_else(caller: Caller, world: World, number: str) -> None:
    """Told at the field, without repeating the number; when adding, changing and replacing."""
    ref = world.draft()
    (signer,) = world.signer_ids(ref)
    path = f"{ROOT}/{ref.request_id}/recipients"
    before = world.load(ref)
    answers = [
        caller.call("POST", path, {**PAUL, "phone": number}),
        caller.call("PATCH", f"{path}/{signer}", {"phone": number}),
    ]
    assert world.load(ref) == before
    world.launch(ref)
    world.run_actor(ref)
    answers += [
        caller.call("PATCH", f"{path}/{signer}", {"phone": number}),
        caller.call("POST", f"{path}/{signer}/replace", {**PAUL, "phone": number}),
    ]
    for answer in answers:
        assert (answer.status, answer.code) == (422, "phone_country_not_allowed")
        assert answer.json["errors"][0]["pointer"] == "#/phone"
        assert number not in answer.text
        assert "FR, GP" in answer.json["detail"]


def test_who_gets_a_copy_gets_no_code(caller: Caller, world: World) -> None:
    """So their number may be any."""
    ref = world.draft(people=())
    body = {**PAUL, "phone": "+32 470 12 34 56", "role": "cc"}
    assert caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", body).status == 201


def test_a_firm_opens_its_countries(caller: Caller, world: World) -> None:
    """What it has set when a request is made holds for that request."""
    closed = world.draft(people=())
    world.firms.save(replace(FIRM, sending=Sending(countries=(*FRANCE, "BE"))))
    opened = world.draft(people=())
    body = {**PAUL, "phone": "+32 470 12 34 56"}
    for ref, status in ((closed, 422), (opened, 201)):
        answer = caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", body)
        assert answer.status == status


def test_a_member_abroad_gets_no_code(caller: Caller, world: World) -> None:
    """Nor does a batch's: its documents stay a draft."""
    world.firms.save(SEALING)
    ref = world.draft(people=())
    member = world.member(Capability.SEAL, phone="+32470123456")
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/seal", {"member": member.id})
    assert (answer.status, answer.code) == (422, "phone_country_not_allowed")
    assert answer.json["errors"][0]["pointer"] == "#/member"
    assert world.load(ref).launched_at is None


@pytest.mark.parametrize("action", ["remind", "relaunch"])
def test_a_second_click_writes_to_nobody(caller: Caller, world: World, action: str) -> None:
    """Two in one second are one mail each; the answer says when the next may go out."""
    ref = world.launched(people=(1, 1))
    world.deliver()
    path = f"{ROOT}/{ref.request_id}/{action}"
    world.now += timedelta(days=1)
    assert caller.call("POST", path).status == 200
    after = world.load(ref)
    answers = [caller.call("POST", path) for _ in range(40)]
    assert {(answer.status, answer.code) for answer in answers} == {(429, "too_soon")}
    refused = answers[-1]
    assert refused.json["retry_at"] == "2026-03-21T10:30:00.000Z"
    assert parsedate_to_datetime(refused.headers["Retry-After"]) == world.now + reminders.COOLDOWN
    assert world.load(ref) == after
    world.run_actor(ref)
    assert world.deliver() == 2
    world.now += reminders.COOLDOWN
    assert caller.call("POST", path).status == 200


def test_a_reminder_right_after_a_relaunch_is_too_soon_but_not_the_other_way(
    caller: Caller, world: World
) -> None:
    """A relaunch writes to everybody too; but a deadline can be moved when it is close."""
    ref = world.launched()
    path = f"{ROOT}/{ref.request_id}"
    assert caller.call("POST", f"{path}/remind").status == 200
    assert caller.call("POST", f"{path}/relaunch").status == 200
    world.run_actor(ref)
    world.now += reminders.COOLDOWN - timedelta(milliseconds=1)
    assert caller.call("POST", f"{path}/remind").code == "too_soon"


def test_a_launch_is_no_reminder(caller: Caller, world: World) -> None:
    """Who launches and then calls somebody may write to them at once."""
    ref = world.launched()
    assert caller.call("POST", f"{ROOT}/{ref.request_id}/remind").status == 200


def test_nobody_gets_more_mails_a_day_than_a_mailbox_takes(caller: Caller, world: World) -> None:
    """However they are asked for; until midnight (UTC)."""
    sent = 0
    for _ in range(Sending().mails_per_address):
        world.launched()
        sent += 1
    ref = world.draft()
    refused = caller.call("POST", f"{ROOT}/{ref.request_id}/launch")
    assert (refused.status, refused.code) == (429, "too_many_mails")
    assert refused.json["retry_at"] == "2026-03-21T00:00:00.000Z"
    assert world.load(ref).launched_at is None
    world.deliver()
    assert len(world.mailer.sent) == sent == Sending().mails_per_address
    world.now += timedelta(days=1)
    assert caller.call("POST", f"{ROOT}/{ref.request_id}/launch").status == 200


def test_a_correction_to_and_fro_is_no_mail_bomb(caller: Caller, world: World) -> None:
    """Each correction writes a new link to the same person: that is bounded as well."""
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    path = f"{ROOT}/{ref.request_id}/recipients/{signer}"
    answers = []
    for number in range(80):
        answers.append(caller.call("PATCH", path, {"name": f"Signataire {number}"}).status)
        world.run_actor(ref)
    assert answers.count(200) == Sending().mails_per_address - 1
    assert answers[-1] == 429
    world.deliver()
    assert len(world.mailer.sent) <= Sending().mails_per_address


def test_a_firm_sends_so_many_mails_a_day(caller: Caller, world: World) -> None:
    """Its own setting, counted over all its requests; a refused launch takes nothing from it."""
    world.firms.save(replace(FIRM, sending=Sending(mails_per_day=5)))
    big, small = world.draft(people=(1,) * 6), world.draft(people=(1, 1))
    refused = caller.call("POST", f"{ROOT}/{big.request_id}/launch")
    assert (refused.status, refused.code) == (429, "too_many_mails")
    assert "by this firm" in refused.json["detail"]
    assert caller.call("POST", f"{ROOT}/{small.request_id}/launch").status == 200


def test_a_refused_rule_takes_from_no_budget(caller: Caller, world: World) -> None:
    """A launch of a draft without documents, a reminder of nobody, a second launch."""
    ref = world.draft(files=0)
    assert caller.call("POST", f"{ROOT}/{ref.request_id}/launch").status == 422
    assert not world.limits.used


def test_counters_hold_no_number_and_no_address(world: World) -> None:
    """And all begin with the firm's id."""
    ref = world.launched()
    world.consent(ref, world.signer_ids(ref)[0])
    told = repr(world.limits.used)
    assert "3363998" not in told
    assert "client.test" not in told
    assert len(world.limits.used) == 4
    assert all(key.startswith(f"F#{FIRM.id}#2026-03-20#") for key in world.limits.used)
