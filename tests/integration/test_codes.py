"""Codes on the deployed platform: wrong, void, too old, too many, another's (P9, P10)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.local.journey import http, wait_for
from tests.integration.conftest import launched

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack
    from tests.integration.conftest import Case, Clock


def _with_code(case: Case) -> tuple[str, str]:
    person, link = case.people[0], case.link(0)
    assert person.consent(link).status == 303
    code = person.wait_code(1)
    wait_for("the code field", lambda: 'name="code"' in http("GET", link).text)
    return link, code


def _other(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_wrong_code_five_times_is_void(platform: LocalStack, software: Software) -> None:
    """P9: the fifth wrong try voids it; then even the right one is refused, a new one works."""
    case = launched(platform, software, (1,))
    link, code = _with_code(case)
    person = case.people[0]
    said = [person.type_code(link, _other(code)).status for _ in range(5)]
    assert said == [422, 422, 422, 422, 423]
    assert person.type_code(link, code).status == 423
    assert software.get(case.id)["state"] == "active"
    assert person.consent(link).status == 303
    fresh = person.wait_code(2)
    wait_for("the code field", lambda: 'name="code"' in http("GET", link).text)
    assert person.type_code(link, fresh).status == 303
    software.wait_state(case.id, "completed")


def test_a_code_after_thirty_minutes(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P9: at 30 minutes it is refused, and another can be asked for."""
    case = launched(platform, software, (1,))
    link, code = _with_code(case)
    clock.ahead(30 * 60 + 1)
    assert case.people[0].type_code(link, code).status == 410
    assert case.recipient(0)["state"] == "consented"


def test_a_code_of_another_person_is_wrong(platform: LocalStack, software: Software) -> None:
    """P9: a code is for one recipient and these documents only."""
    case = launched(platform, software, (1,))
    other = launched(platform, software, (1,))
    link, code = _with_code(case)
    _, foreign = _with_code(other)
    if foreign != code:
        assert case.people[0].type_code(link, foreign).status == 422


def test_five_codes_at_most(platform: LocalStack, software: Software, clock: Clock) -> None:
    """P9: the sixth is refused."""
    case = launched(platform, software, (1,))
    link, person = case.link(0), case.people[0]
    for number in range(5):
        clock.ahead(31 * number)
        assert person.consent(link).status == 303
        person.wait_code(number + 1)
        wait_for("the code field", lambda: 'name="code"' in http("GET", link).text)
    clock.ahead(31 * 5)
    assert person.consent(link).status == 429
    assert len(person.codes()) == 5


def test_scanners_change_nothing(platform: LocalStack, software: Software) -> None:
    """P10: GET, HEAD, and posted forms with ticked boxes and junk leave everything as it was.

    What could be the digits stands in the trail: counted once, however often it is posted.
    """
    case = launched(platform, software, (1,))
    link, person = case.link(0), case.people[0]
    before = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    for method in ("GET", "HEAD", "GET"):
        assert http(method, link).status == 200
    junk = "0000" if not person.phone.endswith("0000") else "0001"
    for digits in ("", junk, "abcd", "12345678901234567890"):
        assert person.consent(link, digits=digits or " ").status == 422
        assert person.decline(link, "test", digits=digits or " ").status == 422
    after = software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
    assert after[: len(before)] == before
    more = [event["kind"] for event in after[len(before) :]]
    assert more == ["phone_digits_tried", "phone_digits_wrong"]
    assert case.recipient(0)["state"] == "notified"
    assert person.codes() == []


def test_a_link_that_never_existed(platform: LocalStack) -> None:
    """An unknown token gets a helpful page, and nothing else."""
    assert http("GET", f"{platform.url}/s/{'x' * 43}").status == 404
