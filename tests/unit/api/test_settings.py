"""A firm's settings over HTTP: bounds, defaults, and where they end up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.evidence.account import settings_of
from paraphe.domain.firms.firm_settings import contrast_with_white
from paraphe.domain.requests import deadlines
from paraphe.domain.requests.model import NoticeKind
from paraphe.usecases.delivery.deliver_notice import deliver_notice
from tests.support.world import FIRM, SEALING, World

if TYPE_CHECKING:
    from paraphe.ports.requests import RequestRef
    from tests.support.api import Caller

ROOT = "/v1/settings"


def changed(caller: Caller, **given: object) -> dict[str, Any]:
    """Change settings that are taken."""
    answer = caller.call("PATCH", ROOT, given)
    assert answer.status == 200, answer.text
    return dict(answer.json)


def test_defaults_are_those_of_the_rules(caller: Caller) -> None:
    """P9: 30 minutes; P15: 7 and 2 days; P17: attached; evidence ten years."""
    shown = caller.call("GET", ROOT).json
    assert (shown["code_minutes"], shown["reminder_days"]) == (30, [7, 2])
    assert (shown["originals"], shown["evidence_years"]) == ("attached", 10)
    assert (shown["notice_hour"], shown["locale"]) == (None, "fr")
    assert "FR" in shown["phone_countries"]
    assert "RE" in shown["phone_countries"]
    assert shown["brand"] == {"name": None, "colour": None}


def test_requests_take_what_is_set_when_they_are_made(caller: Caller, world: World) -> None:
    """Earlier ones keep theirs; the evidence tells which."""
    before = world.draft()
    changed(
        caller,
        code_minutes=10,
        reminder_days=[3],
        notice_hour=9,
        originals="link",
        evidence_years=6,
        phone_countries=["FR", "BE"],
        brand={"name": "Martin & Associés", "colour": "#7a1f3d"},
    )
    after = world.load(world.draft())
    assert world.load(before).otp_minutes == 30
    assert settings_of(after) == {
        "code_minutes": 10,
        "reminder_days": [3],
        "notice_hour": 9,
        "originals": "link",
        "evidence_years": 6,
        "phone_countries": ["FR", "BE"],
        "shown_as": "Martin & Associés",
    }
    assert (after.firm_name, after.brand_colour) == (FIRM.name, "#7a1f3d")


def test_originals_are_linked_only_when_the_firm_says_so(caller: Caller, world: World) -> None:
    """P17: attached by default; with `link` no mail holds a document."""

    def attached(ref: RequestRef) -> list[int]:
        done = [n for n in world.notices(ref) if n.kind is NoticeKind.COMPLETED]
        for notice in done:
            assert deliver_notice(world.post, ref, notice, world.now).sent
        return [len(mail.attachments) for mail in world.mailer.sent[-len(done) :]]

    first = world.launched()
    world.sign_all(first)
    assert set(attached(first)) == {1}
    changed(caller, originals="link")
    second = world.launched()
    world.sign_all(second)
    assert set(attached(second)) == {0}


def test_null_takes_away_and_nothing_else_changes(caller: Caller) -> None:
    """Hour and brand can be taken back; what is left out stays."""
    changed(caller, notice_hour=8, brand={"name": "Martin", "colour": "#1f4e79"})
    shown = changed(caller, notice_hour=None, brand={"name": None})
    assert shown["notice_hour"] is None
    assert shown["brand"] == {"name": None, "colour": "#1f4e79"}


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"code_minutes": 31},
        {"code_minutes": 4},
        {"reminder_days": [15]},
        {"reminder_days": [2, 2]},
        {"notice_hour": 24},
        {"originals": "both"},
        {"evidence_years": 4},
        {"evidence_years": 11},
        {"locale": "de"},
        {"phone_countries": []},
        {"phone_countries": ["XX"]},
        {"phone_countries": ["fr"]},
        {"brand": {"colour": "red"}},
        {"brand": {"name": "A\r\nB"}},
        {"brand": {"logo": "x"}},
        {"otp_minutes": 10},
        {"locale": None},
    ],
)
def test_bad_settings_are_refused(caller: Caller, given: dict[str, Any]) -> None:
    """422 with the field; nothing changed."""
    before = caller.call("GET", ROOT).text
    assert caller.call("PATCH", ROOT, given).code == "invalid_body"
    assert caller.call("GET", ROOT).text == before


def test_rules_refuse_what_the_shape_cannot(caller: Caller, world: World) -> None:
    """A colour that hides the text on it; sealing without a seal."""
    light = caller.call("PATCH", ROOT, {"brand": {"colour": "#ffcc00"}})
    assert (light.status, light.code) == (422, "colour_too_light")
    assert light.json["errors"][0]["pointer"] == "#/brand/colour"
    assert caller.call("PATCH", ROOT, {"seal_at_end": True}).code == "no_seal"
    world.firms.save(SEALING)
    assert changed(caller, seal_at_end=True)["seal_at_end"] is True


def test_nobody_overwrites_what_they_have_not_seen(caller: Caller) -> None:
    """If-Match; each change is a new version."""
    tag = caller.call("GET", ROOT).headers["ETag"]
    changed(caller, code_minutes=10)
    stale = caller.call("PATCH", ROOT, {"code_minutes": 15}, headers={"If-Match": tag})
    assert stale.code == "changed_meanwhile"


def test_contrast_is_wcag_s() -> None:
    """Black is 21, white is 1."""
    assert contrast_with_white("#000000") == pytest.approx(21)
    assert contrast_with_white("#ffffff") == pytest.approx(1)
    assert contrast_with_white("#767676") == pytest.approx(4.54, abs=0.01)


_FIRST, _LAST = datetime(2026, 1, 1), datetime(2027, 12, 31)  # noqa: DTZ001 - made aware below


@given(st.datetimes(_FIRST, _LAST), st.integers(0, 23))
def test_reminders_wait_for_the_hour_and_no_longer(day: datetime, hour: int) -> None:
    """P15: within a day of the instant without an hour, at that hour in Paris, before the end."""
    start = day.replace(tzinfo=UTC)
    end = start + timedelta(days=15)
    plain = dict(deadlines.reminder_times(end, start, (7, 2)))
    for days, at in deadlines.reminder_times(end, start, (7, 2), hour):
        assert plain[days] <= at < plain[days] + timedelta(hours=25)
        # In the night when the clocks go forward, two o'clock is three.
        assert at.astimezone(deadlines.PARIS).hour in {hour, hour + 1 if hour == 2 else hour}
        assert at < end


def test_a_reminder_of_the_last_day_still_leaves_time() -> None:
    """One hour at least, whatever the hour."""
    end = datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    ((_, at),) = deadlines.reminder_times(end, end - timedelta(days=15), (1,), 8)
    assert at <= end - timedelta(hours=1)
