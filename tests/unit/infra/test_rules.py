"""docs/RULES.md defines every rule that is cited, and lists who cites it."""

from __future__ import annotations

from infra import rules
from infra.tree import files, text_of

CITING = rules.mentions(files())
RULE, OTHER = "P" + "1", "P" + "2"
GUIDE = f"""Words.

### {RULE} · One
It is so.

{rules.BEGIN}{rules.END}
### {OTHER} · Two
{rules.PLANNED} It will be so.

{rules.BEGIN}{rules.END}"""
CARRIED = {RULE: ("functions/a.py", "tests/unit/test_a.py")}


def test_the_lists_are_fresh() -> None:
    """Otherwise run `make generate`."""
    stored = text_of(rules.GUIDE)
    assert rules.generated(stored, CITING) == stored, "run `make generate`"


def test_every_rule_that_is_built_has_code_and_tests_and_no_id_is_unknown() -> None:
    """A rule without either is marked as planned, or the id is cited where it is carried."""
    assert rules.faults(text_of(rules.GUIDE), CITING) == []


def test_all_rules_are_there() -> None:
    assert list(rules.defined(text_of(rules.GUIDE))) == [f"P{n}" for n in range(1, 27)]


def test_a_rule_lists_who_cites_it_and_writing_twice_changes_nothing() -> None:
    once = rules.generated(GUIDE, CARRIED)
    assert "- Carried by: [functions/a.py](../functions/a.py)\n" in once
    assert "- Tests: [unit/test_a.py](../tests/unit/test_a.py)\n" in once
    assert once.startswith("Words.\n")
    assert once.endswith(f"{rules.BEGIN}{rules.END}"), "nobody cites the second"
    assert rules.generated(once, CARRIED) == once


def test_what_is_wrong_is_named() -> None:
    assert rules.faults(GUIDE, CARRIED) == []
    assert rules.faults(GUIDE, {**CARRIED, OTHER: ("tests/a.py",)}) == [
        f"{OTHER} is called planned, but tests/a.py cites it"
    ]
    assert rules.faults(GUIDE, {RULE: ("functions/a.py",)}) == [f"{RULE} is cited by no test"]
    assert rules.faults(GUIDE, {RULE: ("tests/a.py",)}) == [f"{RULE} is cited by no code"]
    unknown = "P" + "88"
    assert rules.faults(GUIDE, {**CARRIED, unknown: ("functions/b.py",)}) == [
        f"{unknown} is no rule: functions/b.py"
    ]
