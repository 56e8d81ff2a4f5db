"""The price list is whole: every price is dated, sourced, and none is left that nothing uses."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from infra.cost import bill, idle, measure, prices, usage

PRICES = prices.load()
SOURCES = [Path(module.__file__ or "") for module in (bill, idle, measure, usage)]


def test_it_is_of_one_region_and_day() -> None:
    assert PRICES.region == "eu-west-3"
    assert isinstance(PRICES.dated, date)


@pytest.mark.parametrize("name", sorted(PRICES.prices))
def test_every_price_says_where_it_is_listed_and_is_used(name: str) -> None:
    price = PRICES.prices[name]
    assert price.usd > 0
    assert price.per >= 1
    assert price.page
    assert price.checked
    assert any(f'"{name}"' in source.read_text(encoding="utf-8") for source in SOURCES)


def test_a_price_that_lacks_its_source_is_refused(tmp_path: Path) -> None:
    text = prices.FILE.read_text(encoding="utf-8")
    lacking = tmp_path / "prices.toml"
    lacking.write_text(text.replace('page = "AWS X-Ray pricing"\n', ""), encoding="utf-8")
    with pytest.raises(TypeError, match="page"):
        prices.load(lacking)
