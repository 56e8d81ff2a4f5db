"""What `make cost` prints, and what is over the budget."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.cost import quotas
from infra.cost.bill import bill, table, total, without_sms
from infra.cost.measure import TRANSITIONS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from infra.cost.bill import Line
    from infra.cost.measure import Measured
    from infra.cost.prices import PriceList

MOST_USD = 0.003
MOST_TRANSITIONS = 26
METRICS = "CloudWatch: custom metrics, months"


def over_budget(measured: Measured, prices: PriceList) -> list[str]:
    """Say what is over the budget, in words; nothing when all is within.

    The dollars are those of the dearer request, with the firm's seal.
    """
    usd = total(without_sms(bill(measured.sealed, prices.prices)))
    transitions = measured.plain[TRANSITIONS]
    found = []
    if usd > MOST_USD:
        found.append(f"${usd:.5f} a request without SMS is over ${MOST_USD}")
    if transitions > MOST_TRANSITIONS:
        found.append(f"{transitions} transitions a request are over {MOST_TRANSITIONS}")
    return found


def report(measured: Measured, prices: PriceList) -> list[str]:
    """The lines to print."""
    return [
        f"List prices of {prices.region}, {prices.dated}, without free tiers (docs/COST.md).",
        *_request(measured, prices),
        *_later(measured, prices),
        *_month(measured, prices),
        "",
        "Which quota breaks first (infra/cost/quotas.toml):",
        *quotas.table(measured.sealed, prices.prices, *quotas.load_quotas()),
    ]


def _request(measured: Measured, prices: PriceList) -> list[str]:
    plain = bill(measured.plain, prices.prices)
    sealed = bill(measured.sealed, prices.prices)
    return [
        "",
        "One request: 1 document, 2 signers one after the other, the firm's seal, evidence.",
        *_section("amounts of one, dollars of 1,000:", without_sms(sealed), 1000),
        (
            f"  without SMS ${total(without_sms(sealed)):.5f} (budget ${MOST_USD}),"
            f" with SMS to France ${total(sealed):.5f};"
            f" without the seal ${total(without_sms(plain)):.5f}"
        ),
        (
            f"  transitions {measured.plain[TRANSITIONS]} (budget {MOST_TRANSITIONS}),"
            f" with the seal {measured.sealed[TRANSITIONS]}"
        ),
        f"  time-stamps {measured.stamps}, at the price of their service, which is not in it",
        f"  {_from_memory(without_sms(sealed)):.0%} of it at prices that could not be checked",
    ]


def _later(measured: Measured, prices: PriceList) -> list[str]:
    found = []
    for title, used in (
        ("Chain heads on the same day, forgetting after a month", measured.forgetting),
        ("Keeping it for its whole life", measured.keeping),
    ):
        lines = bill(used, prices.prices)
        found += [
            "",
            *_section(f"{title}: amounts of one request, dollars of 1,000:", lines, 1000),
            f"  ${total(lines):.5f} a request",
        ]
    return found


def _month(measured: Measured, prices: PriceList) -> list[str]:
    lines = bill(measured.idle, prices.prices)
    busy = measured.more_metrics * prices.prices[METRICS].each
    return [
        "",
        *_section("A month in which nothing happens:", lines, 1),
        (
            f"  ${total(lines):.2f} a month; with traffic in every hour"
            f" {measured.more_metrics} more metrics, ${busy:.2f}"
        ),
        f"  and for each API client ${_usd(measured.client, prices):.2f} a month",
    ]


def _usd(used: Mapping[str, float], prices: PriceList) -> float:
    return total(bill(used, prices.prices))


def _section(title: str, lines: Sequence[Line], per: int) -> list[str]:
    return [title, *table(lines, per=per)]


def _from_memory(lines: Sequence[Line]) -> float:
    return total(line for line in lines if line.price.is_known_from_memory) / (total(lines) or 1)
