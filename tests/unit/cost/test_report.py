"""The budget: what is over it is named."""

from __future__ import annotations

from dataclasses import replace

import pytest

from infra.cost import prices, quotas
from infra.cost.bill import SMS, Amounts
from infra.cost.journey import Travelled
from infra.cost.measure import TRANSITIONS, Measured, of_client, of_keeping, of_request
from infra.cost.report import over_budget, report

PRICES = prices.load()
OTHERS = {what for quota in quotas.load_quotas()[0] for what in quota.uses} - {
    *(TRANSITIONS, "SES: mails", SMS)
}


def _measured(transitions: float, mails: float) -> Measured:
    plain = Amounts({TRANSITIONS: transitions})
    sealed = Amounts({TRANSITIONS: transitions + 2, "SES: mails": mails, SMS: 2})
    # What quotas are for; too little to be seen among the dollars.
    sealed |= dict.fromkeys(OTHERS, 1e-6)
    return Measured(plain, sealed, Amounts(), Amounts(), Amounts(), Amounts(), 3, 16)


def test_what_is_within_the_budget_is_not_told() -> None:
    """27 transitions are 0.0008019 and 20 mails 0.0020 dollars; SMS are not in it."""
    assert over_budget(_measured(25, 20), PRICES) == []
    assert over_budget(_measured(26, 20), PRICES) == []


def test_dollars_and_transitions_are_each_told() -> None:
    (dollars,) = over_budget(_measured(25, 22), PRICES)
    assert dollars == "$0.00300 a request without SMS is over $0.003"
    (transitions,) = over_budget(_measured(27, 1), PRICES)
    assert transitions == "27 transitions a request are over 26"


def test_the_report_has_both_sums_and_what_could_not_be_checked() -> None:
    text = "\n".join(report(_measured(25, 20), PRICES))
    assert "without SMS $0.00280 (budget $0.003), with SMS to France $0.15180" in text
    assert "transitions 25 (budget 26), with the seal 27" in text
    assert "71% of it at prices that could not be checked" in text
    assert "3 more metrics, $0.90" in text
    assert "time-stamps 16, at the price of their service" in text


def test_keeping_is_bytes_times_months() -> None:
    assumed = replace(
        PRICES.assumed, months_of_documents=2, months_of_evidence=120, months_of_table=100
    )
    kept = {"table": 10_000, "documents": 1_000_000, "evidence": 500_000}
    found = of_keeping(kept, assumed)
    assert found["S3: storage, GB-months"] == pytest.approx(0.002 + 0.060)
    assert found["DynamoDB: storage, GB-months"] == pytest.approx(0.001)


def test_a_client_costs_its_month_and_its_tokens() -> None:
    found = of_client(replace(PRICES.assumed, tokens_per_client=10))
    assert found == {"Cognito: API clients, months": 1, "Cognito: tokens of software": 10}


def test_a_request_has_its_transitions_its_trace_and_its_share_of_cold_starts() -> None:
    def run(cpu_ms: float, *, cold: bool) -> dict[str, object]:
        return {
            "kind": "run",
            "function": "paraphe-local-sign",
            "memory": 1769,
            "log": 0,
            "cpu_ms": cpu_ms,
            "cold": cold,
            "metrics": [],
        }

    assumed = replace(PRICES.assumed, cold_starts=0.5, core_slowness=1, traced=1, time_stamp_ms=200)
    warming = Travelled("sr_1", [run(1100, cold=True)], 27, 2)
    travelled = Travelled("sr_2", [run(100, cold=False)], 25, 3)
    found = of_request(travelled, warming, assumed)
    assert found[TRANSITIONS] == 25
    assert found["X-Ray: traces"] == 1
    assert found["Lambda: GB-seconds, arm64"] == pytest.approx(
        1769 / 1024 * (0.1 + 0.5 * 1.0 + 3 * 0.2)
    )
