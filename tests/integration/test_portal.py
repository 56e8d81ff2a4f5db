"""Signing in to the deployed portal, with a provider of OpenID Connect on this machine (P1–P3)."""

from __future__ import annotations

import re
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from infra.local import sign_in
from infra.local.journey import Person
from infra.local.stack import fresh_siren
from infra.operate import register
from paraphe.adapters.firms.member_store import DynamoMembers
from paraphe.adapters.firms.registers import normal
from tests.integration.conftest import DAY, sweep
from tests.support.portal import Surfer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Clock
    from tests.support.portal import Page

PATIENCE = 60.0


@pytest.fixture
def surfer(platform: LocalStack) -> Surfer:
    return Surfer(platform.portal_url)


def _waited(surfer: Surfer, headline: str) -> Page:
    """Look again until the page has another heading."""
    limit = time.monotonic() + PATIENCE
    while (page := surfer.get("/first-run")).headline == headline:
        assert time.monotonic() < limit, headline
        time.sleep(0.2)
    return page


def _code(platform: LocalStack, phone: str) -> str:
    text = [one.text for one in platform.inbox.sms() if one.to == phone][-1]
    found = re.search(r"\b\d{6}\b", text)
    assert found is not None
    return found[0]


def _home(platform: LocalStack, surfer: Surfer, somebody: sign_in.Somebody) -> Page:
    """Take somebody through their first sign-in, or straight home if they did that before."""
    page = surfer.sign_in(somebody)
    if page.path == "/":
        return page
    if page.headline == "Bienvenue. D’abord, les conditions":
        page = surfer.post("/first-run/terms", page, accepted="yes")
    if page.headline == "Votre cabinet":
        page = surfer.post("/first-run/firm", page, name="Cabinet Martin", siren=fresh_siren())
    if page.headline == "Votre mobile":
        phone = f"+3361{uuid.uuid4().int % 10**7:07d}"
        surfer.post("/first-run/mobile", page, phone=phone)
        page = _waited(surfer, "Votre code est en route")
        code = _code(platform, phone)
        wrong = surfer.post("/first-run/code", page, code=f"{(int(code) + 1) % 10**6:06d}")
        assert wrong.status == 422
        page = surfer.post("/first-run/code", page, code=code)
    assert page.headline == "Votre certificat", page.text
    surfer.post("/first-run/certificate", page)
    return _waited(surfer, "Votre certificat est en cours de création")


def test_a_chartered_accountant_is_led_from_first_sign_in_to_a_certificate(
    platform: LocalStack,
) -> None:
    surfer = Surfer(platform.portal_url)
    home = _home(platform, surfer, sign_in.CLAIRE)
    assert (home.path, home.status) == ("/", 200)
    assert "Claire Martin" in home.text
    assert "Valable jusqu’au" in home.text
    again = Surfer(platform.portal_url).sign_in(sign_in.CLAIRE)
    assert again.path == "/"


@pytest.mark.parametrize("somebody", [sign_in.STRANGER, *sign_in.STAFF[1:2]])
def test_who_is_neither_registered_nor_invited_gets_a_page_and_no_session(
    surfer: Surfer, somebody: sign_in.Somebody
) -> None:
    page = surfer.sign_in(somebody)
    assert page.status == 403
    assert "session" not in next(iter(surfer.jar.values()))
    expected = "Vous n’êtes pas inscrit" if somebody.number else "Personne ne vous a encore invité"
    assert page.headline.startswith(expected)
    assert surfer.get("/").path == "/sign-in"


def test_a_session_that_is_ended_elsewhere_is_over_at_the_next_click(platform: LocalStack) -> None:
    surfer = Surfer(platform.portal_url)
    surfer.sign_in(sign_in.HUGO)
    elsewhere = Surfer(platform.portal_url, agent="Chrome/140 Safari/537")
    elsewhere.sign_in(sign_in.HUGO)
    page = elsewhere.get("/sessions")
    assert "Firefox" in page.text
    assert "Chrome" in page.text
    elsewhere.post("/sessions/end", page, session="all")
    assert surfer.get("/first-run").path == "/sign-in"
    assert elsewhere.get("/sessions").path == "/sign-in"


@pytest.fixture
def without_hugo(platform: LocalStack) -> Iterator[None]:
    """An edition of the register that has lost somebody; the whole one comes back afterwards."""
    client, table = platform.client("dynamodb"), platform.outputs["TableName"]
    whole = register.numbers_in(sign_in.REGISTER.encode(), "Numéro")
    less = whole - {normal(sign_in.HUGO.number or "")}
    register.bring(client, table, less, datetime.now(UTC), may_shrink=True)
    yield
    register.bring(client, table, whole, datetime.now(UTC))


def test_who_is_struck_off_can_do_nothing_a_day_later_without_signing_in(
    platform: LocalStack, clock: Clock, request: pytest.FixtureRequest
) -> None:
    surfer = Surfer(platform.portal_url)
    _home(platform, surfer, sign_in.HUGO)
    request.getfixturevalue("without_hugo")
    assert surfer.get("/").path == "/"  # what was read today holds today
    clock.ahead(DAY + 1)
    sweep(platform)
    clock.ahead(0)
    assert surfer.get("/").path == "/sign-in"
    refused = Surfer(platform.portal_url).sign_in(sign_in.HUGO)
    assert refused.status == 403
    members = DynamoMembers(platform.client("dynamodb"), platform.outputs["TableName"])
    firms = platform.client("dynamodb").scan(
        TableName=platform.outputs["TableName"],
        FilterExpression="#type = :person AND subject = :hugo",
        ExpressionAttributeNames={"#type": "type"},
        ExpressionAttributeValues={":person": {"S": "person"}, ":hugo": {"S": "hugo.bernard"}},
    )["Items"]
    member = members.member(firms[0]["firm_id"]["S"], firms[0]["member_id"]["S"])
    assert member.suspended_at is not None


def test_staff_join_by_the_link_in_their_mail_and_nobody_else_by_the_same(
    platform: LocalStack, software: Software
) -> None:
    somebody = Person(platform.inbox, f"lea-{uuid.uuid4().hex[:8]}@cabinet.example", "")
    body = {"name": "Léa Petit", "email": somebody.email}
    software.ask("POST", "/invitations", body)
    mail = somebody.wait_mail()
    found = re.search(rf"{re.escape(platform.portal_url)}(/invitations/\S+)", mail.text)
    assert found is not None
    lea, nadia, _ = sign_in.STAFF
    surfer, other = Surfer(platform.portal_url), Surfer(platform.portal_url)
    for tab in (surfer, other):
        assert tab.get(found[1]).headline == "Vous êtes invité à rejoindre un cabinet"
    assert surfer.sign_in(lea).path == "/first-run"
    page = surfer.post("/first-run/terms", surfer.get("/first-run"), accepted="yes")
    assert (page.path, page.status) == ("/", 200)
    assert "Cabinet Martin" in page.text
    refused = other.sign_in(nadia)
    assert (refused.status, refused.headline) == (410, "Cette invitation a déjà été utilisée")
