"""The first sign-in: each step once, whatever is clicked, left or lost in between (P1)."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.domain.errors import ForbiddenError, RaceLostError
from paraphe.domain.firms.member import Capability, check_may
from paraphe.ports.delivery import PhoneRefusedError
from paraphe.usecases import using
from paraphe.usecases.firms.first_run import OpenFirm
from paraphe.usecases.firms.read_register import ReadRegister
from tests.support.portal_site import Portal, Tab

if TYPE_CHECKING:
    from paraphe.domain.firms.person import Person

EC: dict[str, Any] = {"oec": "14 001"}
SIREN, OTHER_SIREN = "732829320", "404833048"
PHONE = "0612345678"


@pytest.fixture
def portal() -> Portal:
    return Portal("14 001")


@pytest.fixture
def tab(portal: Portal) -> Tab:
    tab = Tab(portal)
    tab.sign_in(**EC)
    return tab


def heading(tab: Tab) -> str:
    return str(re.findall("<h1>(.*?)</h1>", tab.get("/first-run").body)[0])


def accept(tab: Tab) -> Any:  # noqa: ANN401
    read = re.findall(r'name="read" value="(\w+)"', tab.get("/first-run").body)
    return tab.post("/first-run/terms", {"read": read[0], "accepted": "yes"})


def open_firm(tab: Tab, siren: str = SIREN) -> Any:  # noqa: ANN401
    return tab.post("/first-run/firm", {"name": "Cabinet Martin", "siren": siren})


def person(portal: Portal) -> Person:
    (found,) = [p for p in portal.table.items if p.startswith("P#")]
    known = portal.services.people.person(found.removeprefix("P#"))
    assert known is not None
    return known


def sent_code(portal: Portal) -> str:
    world: Any = portal.services
    return str(world.sms.sent[-1][1])[-6:]


def to_mobile(tab: Tab) -> None:
    accept(tab)
    open_firm(tab)
    tab.post("/first-run/mobile", {"phone": PHONE})


def test_from_first_sign_in_to_certificate(portal: Portal, tab: Tab) -> None:
    assert heading(tab) == "Bienvenue. D’abord, les conditions"
    accept(tab)
    assert heading(tab) == "Votre cabinet"
    open_firm(tab)
    assert heading(tab) == "Votre mobile"
    tab.post("/first-run/mobile", {"phone": PHONE})
    assert heading(tab) == "Votre code est en route"
    assert portal.enrol() == ["sent"]
    assert heading(tab) == "Saisissez le code"
    tab.post("/first-run/code", {"code": sent_code(portal)})
    assert heading(tab) == "Votre certificat"
    tab.post("/first-run/certificate", {})
    assert heading(tab) == "Votre certificat est en cours de création"
    assert portal.enrol() == ["certified"]
    assert tab.get("/first-run").headers["location"].endswith("/")
    home = tab.get("/").body
    assert "Cabinet Martin" in home
    assert "Valable jusqu’au" in home
    known = person(portal)
    member = portal.services.members.member(known.firm_id or "", known.member_id or "")
    assert set(member.capabilities) == set(Capability)
    assert member.phone == "+33612345678"
    assert member.enrolment is not None
    firm = portal.services.firms.firm(known.firm_id or "")
    assert (firm.name, firm.siren) == ("Cabinet Martin", SIREN)


def test_what_was_accepted_is_kept_with_the_very_text(portal: Portal, tab: Tab) -> None:
    unticked = tab.post("/first-run/terms", {"read": "x"})
    assert (unticked.status, "Cochez la case" in unticked.body) == (422, True)
    other = tab.post("/first-run/terms", {"read": "0" * 64, "accepted": "yes"})
    assert other.status == 409
    assert "Les conditions ont changé" in other.body
    assert person(portal).terms is None
    accept(tab)
    terms = person(portal).terms
    assert terms is not None
    assert (terms.version, terms.locale, terms.accepted_at) == ("2026-11", "fr", portal.now)
    assert len(terms.sha256) == 64
    portal.passes(minutes=1)
    assert tab.post("/first-run/terms", {"read": "x", "accepted": "yes"}).status == 303
    assert person(portal).terms == terms


@pytest.mark.parametrize(
    ("name", "siren", "told"),
    [
        ("", SIREN, "Indiquez le nom"),
        ("\u202e", SIREN, "caractères invisibles"),
        ("x" * 101, SIREN, "100 caractères"),
        ("Cabinet", "732829321", "Ce n’est pas un SIREN"),
        ("Cabinet", "12345678", "Ce n’est pas un SIREN"),
        ("Cabinet", "", "Ce n’est pas un SIREN"),
        ("Cabinet", "٧٣٢٨٢٩٣٢٠", "Ce n’est pas un SIREN"),
    ],
)
def test_a_firm_that_cannot_be_is_told_beside_its_field(
    portal: Portal, tab: Tab, name: str, siren: str, told: str
) -> None:
    accept(tab)
    found = tab.post("/first-run/firm", {"name": name, "siren": siren})
    assert found.status == 422
    assert told in found.body
    assert 'aria-invalid="true"' in found.body
    assert 'href="../first-run?lang=en"' in found.body
    assert person(portal).firm_id is None


def test_one_firm_for_a_siren_and_one_for_two_clicks(portal: Portal, tab: Tab) -> None:
    accept(tab)
    before = person(portal)
    open_firm(tab, "732 829 320")
    assert open_firm(tab, OTHER_SIREN).status == 303  # done already: nothing happens
    use_case = using(OpenFirm, portal.services)
    again = use_case(before, name="Cabinet Martin", siren=SIREN, now=portal.now)  # a second click
    assert again == person(portal)
    assert len([p for p in portal.table.items if p.startswith("F#")]) == 1
    portal.register.numbers.add("14 002")
    other = Tab(portal)
    other.sign_in(oec="14 002", sub="hugo")
    accept(other)
    taken = open_firm(other)
    assert taken.status == 409
    assert "déjà ouvert" in taken.body


def test_steps_are_not_skipped(tab: Tab) -> None:
    for path in ("firm", "mobile", "code", "certificate"):
        answer = tab.post(f"/first-run/{path}", {"name": "x", "siren": SIREN, "phone": PHONE})
        assert answer.status in {404, 409, 422}, path
    assert heading(tab) == "Bienvenue. D’abord, les conditions"


def test_a_code_is_tried_five_times_and_for_thirty_minutes(portal: Portal, tab: Tab) -> None:
    to_mobile(tab)
    assert tab.post("/first-run/code", {"code": "123456"}).status == 409  # none is there yet
    portal.enrol()
    code = sent_code(portal)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert tab.post("/first-run/code", {"code": "12"}).status == 422
    for _ in range(4):
        assert tab.post("/first-run/code", {"code": wrong}).status == 422
    assert tab.post("/first-run/code", {"code": wrong}).status == 423
    assert tab.post("/first-run/code", {"code": code}).status == 423
    portal.passes(seconds=31)
    tab.post("/first-run/mobile", {"phone": PHONE})
    portal.enrol()
    assert sent_code(portal) != code
    portal.passes(minutes=30)
    assert tab.post("/first-run/code", {"code": sent_code(portal)}).status == 410


def test_codes_are_asked_for_five_times_a_day(tab: Tab) -> None:
    to_mobile(tab)
    assert tab.post("/first-run/mobile", {"phone": PHONE}).status == 429  # 30 seconds
    for number in range(4):
        assert tab.post("/first-run/mobile", {"phone": f"06123456{number:02d}"}).status == 303
    found = tab.post("/first-run/mobile", {"phone": "0611111111"})
    assert found.status == 429
    assert "Un autre pourra être envoyé" in found.body


@pytest.mark.parametrize("phone", ["", "12", "0123456789", "+44 7400 123456"])
def test_a_phone_that_gets_no_codes_is_told_so(tab: Tab, phone: str) -> None:
    accept(tab)
    open_firm(tab)
    found = tab.post("/first-run/mobile", {"phone": phone})
    assert found.status == 422
    assert 'id="phone-error"' in found.body


def test_asking_twice_sends_one_code_and_makes_one_key(portal: Portal, tab: Tab) -> None:
    to_mobile(tab)
    portal.enrolment.asked *= 2
    assert portal.enrol() == ["sent", "nothing"]
    tab.post("/first-run/code", {"code": sent_code(portal)})
    tab.post("/first-run/certificate", {})
    tab.post("/first-run/certificate", {})
    assert portal.enrol() == ["certified", "nothing"]
    assert portal.certifier.made == 1


def test_a_door_that_died_while_it_certified_is_followed_by_another(
    portal: Portal, tab: Tab
) -> None:
    to_mobile(tab)
    portal.enrol()
    tab.post("/first-run/code", {"code": sent_code(portal)})
    tab.post("/first-run/certificate", {})
    make = portal.certifier.enrol

    def dies(*_: object) -> Any:  # noqa: ANN401
        raise RaceLostError

    portal.certifier.enrol = dies  # type: ignore[method-assign, assignment]
    with pytest.raises(RaceLostError):
        portal.enrol()
    portal.certifier.enrol = make  # type: ignore[method-assign]
    tab.post("/first-run/certificate", {})
    assert portal.enrol() == ["busy"]
    portal.passes(minutes=2)
    assert "Cela prend plus de temps" in tab.get("/first-run").body
    tab.post("/first-run/certificate", {})
    assert portal.enrol() == ["certified"]


def test_a_number_that_the_carrier_refuses_is_told_and_another_one_taken(
    portal: Portal, tab: Tab
) -> None:
    to_mobile(tab)
    world: Any = portal.services
    send = world.sms.send

    def refuse(*_: object) -> None:
        raise PhoneRefusedError

    world.sms.send = refuse
    assert portal.enrol() == ["refused"]
    assert "Aucun SMS ne peut être envoyé" in tab.get("/first-run").body
    world.sms.send = send
    tab.post("/first-run/mobile", {"phone": "0611111111"})
    assert portal.enrol() == ["sent"]


def test_who_leaves_comes_back_to_their_step_in_another_browser(portal: Portal, tab: Tab) -> None:
    to_mobile(tab)
    portal.enrol()
    portal.passes(hours=20)
    elsewhere = Tab(portal)
    elsewhere.sign_in(**EC)
    assert heading(elsewhere) == "Saisissez le code"


def test_no_code_and_no_secret_is_kept(portal: Portal, tab: Tab) -> None:
    to_mobile(tab)
    portal.enrol()
    assert sent_code(portal) not in re.findall(r"\b\d{6}\b", json.dumps(portal.table.items))


# ------------------------------------------------------------------------------------ the register


def certified(portal: Portal, tab: Tab) -> Person:
    to_mobile(tab)
    portal.enrol()
    tab.post("/first-run/code", {"code": sent_code(portal)})
    tab.post("/first-run/certificate", {})
    portal.enrol()
    return person(portal)


@pytest.mark.parametrize("how", ["sweep", "sign-in"])
def test_p1_who_is_struck_off_can_do_nothing_from_the_next_act_on(
    portal: Portal, tab: Tab, how: str
) -> None:
    known = certified(portal, tab)
    portal.register.numbers.clear()
    assert tab.get("/").status == 200  # what was read today holds today
    assert read_register(portal) == 0
    if how == "sign-in":
        assert Tab(portal).sign_in(**EC).status == 403
    else:
        portal.passes(hours=24)
        assert read_register(portal) == 1
        assert read_register(portal) == 0
    member = portal.services.members.member(known.firm_id or "", known.member_id or "")
    assert member.suspended_at == portal.now
    with pytest.raises(ForbiddenError, match="member_suspended"):
        check_may(member, Capability.SIGN)
    assert tab.get("/").headers["location"].endswith("/sign-in")
    portal.register.numbers.add("14 001")
    assert Tab(portal).sign_in(**EC).status == 303
    member = portal.services.members.member(known.firm_id or "", known.member_id or "")
    assert member.suspended_at is None


def read_register(portal: Portal) -> int:
    return using(ReadRegister, portal.services)(portal.now)


def test_a_register_that_cannot_be_asked_strikes_nobody_off(portal: Portal, tab: Tab) -> None:
    certified(portal, tab)
    portal.register.numbers.clear()
    portal.register.can_be_asked = False
    portal.passes(days=3)
    assert read_register(portal) == 0
    assert portal.register.asked == 0


def test_two_writers_of_a_person_do_not_overwrite_each_other(portal: Portal) -> None:
    Tab(portal).sign_in(**EC)
    known = person(portal)
    portal.services.people.save(known)
    with pytest.raises(RaceLostError):
        portal.services.people.save(known)
    with pytest.raises(RaceLostError):
        portal.services.people.add(known)
    assert timedelta(days=1) == (known.check_due_at or portal.now) - portal.now
