"""Amounts times prices, by hand."""

from __future__ import annotations

import pytest

from infra.cost.bill import SMS, Amounts, bill, table, total, without_sms
from infra.cost.prices import Price

PRICES = {
    "apples": Price(0.30, 10, "the market", "the market's list"),
    "plums": Price(9.00, 1, "the market", "the market's list"),
    "pears": Price(2.00, 1, "the market", "from memory; a guess"),
    SMS: Price(0.05, 1, "carriers", "their list"),
}


def test_the_dearest_comes_first_and_nothing_is_left_out() -> None:
    lines = bill({"apples": 100, "plums": 0, "pears": 2, SMS: 1}, PRICES)
    assert [(line.what, round(line.usd, 9)) for line in lines] == [
        ("pears", 4.00),
        ("apples", 3.00),
        (SMS, 0.05),
    ]
    assert total(lines) == pytest.approx(7.05)
    assert total(without_sms(lines)) == pytest.approx(7.00)


def test_what_has_no_price_is_not_free() -> None:
    with pytest.raises(LookupError, match="cherries"):
        bill({"apples": 1, "cherries": 1}, PRICES)


def test_a_line_shows_amount_dollars_and_share() -> None:
    first, second = table(bill({"apples": 100, "pears": 0.5}, PRICES), per=10)
    assert first.split() == ["apples", "100.0000", "$", "30.0000", "75.0%"]
    assert second.split() == ["pears", "0.5000", "$", "10.0000", "25.0%"]


def test_amounts_are_added_so_many_times() -> None:
    amounts = Amounts({"apples": 1})
    amounts.add({"apples": 2, "pears": 0.5}, 3)
    assert amounts == {"apples": 7, "pears": 1.5}
    assert amounts["plums"] == 0


def test_what_was_not_checked_is_known() -> None:
    assert PRICES["pears"].is_known_from_memory
    assert not PRICES["apples"].is_known_from_memory
