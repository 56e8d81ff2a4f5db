"""Which quota breaks first: by hand, and that each of the list can be reckoned."""

from __future__ import annotations

import pytest

from infra.cost import prices, quotas
from infra.cost.prices import Price
from infra.cost.quotas import Load, Quota

LOAD = Load(working_hours=100, working_days=20, peak=3.6, open_days=365 / 12 / 2)
PRICES = {"mails": Price(0.10, 1_000, "page", "checked"), "sms": Price(0.05, 1, "page", "checked")}
REQUEST = {"mails": 5.0, "sms": 2.0}


def _quota(default: float, rate: str, uses: dict[str, str]) -> Quota:
    return Quota(f"{default} a {rate}", uses, rate, default, "checked", "ask")


@pytest.mark.parametrize(
    ("quota", "expected"),
    [
        # 5 mails each, a hundred-thousandth of the month's in the busiest second.
        (_quota(14, "second", {"mails": "amount"}), 280_000),
        (_quota(200, "day", {"mails": "amount"}), 800),
        (_quota(1, "month", {"sms": "usd"}), 10),
        (_quota(1_000_000, "open", {}), 2_000_000),
    ],
)
def test_from_how_many_requests_a_quota_is_exceeded(quota: Quota, expected: float) -> None:
    assert quota.breaks_at(REQUEST, PRICES, LOAD) == pytest.approx(expected)


def test_the_first_to_break_is_on_top() -> None:
    given = [_quota(1_000_000, "open", {}), _quota(1, "month", {"sms": "usd"})]
    _, first, last = quotas.table(REQUEST, PRICES, given, LOAD)
    assert first.split()[3:] == ["10", "1,000.00x", "100,000.00x", "1,000,000.00x", "ask"]
    assert last.split()[3:] == ["2,000,000", "0.01x", "0.50x", "5.00x", "ask"]


def test_every_quota_counts_something_that_is_on_the_bill() -> None:
    listed = prices.load().prices
    found, load = quotas.load_quotas()
    request = dict.fromkeys(listed, 1.0)
    assert len({quota.name for quota in found}) == len(found)
    for quota in found:
        assert quota.breaks_at(request, listed, load) > 0
        assert quota.remedy
        assert quota.checked
