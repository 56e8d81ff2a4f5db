"""docs/COST.md says of the budget what CI holds."""

from __future__ import annotations

from infra.cost.report import MOST_TRANSITIONS, MOST_USD
from infra.local.emulator import REPOSITORY


def test_the_budget_in_the_document_is_the_one_that_is_held() -> None:
    text = (REPOSITORY / "docs" / "COST.md").read_text(encoding="utf-8")
    assert f"**${MOST_USD}**" in text
    assert f"**{MOST_TRANSITIONS}**" in text


def test_ci_holds_it() -> None:
    assert "make cost\n" in (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8")
