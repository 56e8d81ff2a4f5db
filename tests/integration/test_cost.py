"""What a whole request costs, recorded on the deployed platform (docs/COST.md, `make cost`)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from infra.cost import usage
from infra.cost.bill import Amounts, bill, total, without_sms
from infra.cost.journey import Travelled, stored, travel
from infra.cost.measure import TRANSITIONS, Measured, of_keeping, of_request
from infra.cost.prices import load
from infra.cost.report import over_budget
from infra.local.stack import open_firm

if TYPE_CHECKING:
    from infra.local.stack import LocalStack

PRICES = load()


@pytest.fixture(scope="module")
def travelled(platform: LocalStack) -> tuple[Travelled, Travelled]:
    """Two people sign one document: with the firm's seal at the end, and without.

    The one without goes first, so that of the other little starts cold.
    """
    plain = travel(platform, open_firm(platform, "Cabinet Durand"))
    sealing = open_firm(platform, "Cabinet Martin", seal_at_end=True)
    return travel(platform, sealing), plain


def _calls(travelled: Travelled, service: str) -> list[dict[str, Any]]:
    return [
        line
        for line in travelled.lines
        if (line["kind"], line.get("service")) == ("call", service)
        and line["by"] != usage.ADMINISTRATOR
    ]


def test_a_request_is_within_the_budget(travelled: tuple[Travelled, Travelled]) -> None:
    sealed, plain = (of_request(one, travelled[1], PRICES.assumed) for one in travelled)
    none = Amounts()
    measured = Measured(plain, sealed, none, none, none, none, more_metrics=0, stamps=0)
    assert over_budget(measured, PRICES) == []
    assert sealed[TRANSITIONS] == plain[TRANSITIONS] + 2


def test_all_that_happened_is_on_the_bill(travelled: tuple[Travelled, Travelled]) -> None:
    """What is known of the journey, against what was recorded of it."""
    sealed, _ = travelled
    used = usage.used(sealed.lines, PRICES.assumed)
    assert used["SES: mails"] == 5  # two invitations; the original to both and to the sender
    assert used["SNS: SMS to France"] == 2
    attached = [line["bytes"] for line in sealed.lines if line["kind"] == "mail"]
    assert sum(size > 100_000 for size in attached) == 3
    runs = Counter(usage.door(r["function"]) for r in sealed.lines if r["kind"] == "run")
    once = {"inspect_upload": 1, "record_upload": 1, "seal": 1, "evidence": 1}
    twice = {"issue_otp": 2, "sign": 2, "launch": 2, "complete": 2}
    assert {door: runs[door] for door in (*once, *twice)} == once | twice
    gateway = sum(line["kind"] == "gateway" for line in sealed.lines)
    assert runs["api"] + runs["web"] == gateway == used["API Gateway: REST requests"]
    signatures = Counter(line["by"] for line in _calls(sealed, "kms"))
    assert signatures["paraphe-local-sign"] >= 2
    assert signatures["paraphe-local-web"] == 2  # each code is compared once
    # Two on each of five sealed files (the seal's and the archive's), one on each signature before;
    # each of four runs asks once to learn the service's chain, and cold ones ask again.
    assert 2 + 2 * 5 + 4 <= sealed.stamps <= 2 + 2 * 5 + 4 + 4


def test_units_of_the_table_are_counted(travelled: tuple[Travelled, Travelled]) -> None:
    """A transaction writes each item for two units at least; nothing is written for nothing."""
    sealed, _ = travelled
    calls = _calls(sealed, "dynamodb")
    operations = Counter(line["operation"] for line in calls)
    assert operations["TransactWriteItems"] >= 20
    for line in calls:
        if line["operation"] == "TransactWriteItems":
            assert line["write_units"] >= 6  # the request, an event, and what changed
        elif line["operation"] in {"Query", "GetItem"}:
            assert line["read_units"] >= 0.5
        else:
            assert line["write_units"] >= 1


def test_processor_time_was_measured(travelled: tuple[Travelled, Travelled]) -> None:
    sealed, _ = travelled
    warm = usage.warm_ms(line for line in sealed.lines if line["kind"] == "run")
    assert warm["api"] > 0
    assert warm["web"] > 0


def test_what_is_kept_is_measured(
    platform: LocalStack, travelled: tuple[Travelled, Travelled]
) -> None:
    kept = stored(platform, travelled[0].id)
    assert kept["table"] > 10_000
    assert kept["documents"] > 100_000
    assert kept["evidence"] > 100_000
    assert total(bill(of_keeping(kept, PRICES.assumed), PRICES.prices)) > 0


def test_sms_are_most_of_the_bill(travelled: tuple[Travelled, Travelled]) -> None:
    lines = bill(of_request(travelled[0], travelled[0], PRICES.assumed), PRICES.prices)
    assert total(lines) > 10 * total(without_sms(lines))
