"""Who erases objects may erase their versions, which the embedded AWS does not tell apart (P16)."""

from __future__ import annotations

from tests.support.cloudformation import PRODUCTION, deployed

NEEDED = {"s3:DeleteObject", "s3:DeleteObjectVersion"}


def test_both_permissions_or_none() -> None:
    """docs/EMULATOR.md: without the second one, erasing would fail on AWS only."""
    found = [
        set(statement["Action"]) & NEEDED
        for role in deployed(PRODUCTION).of("AWS::IAM::Role").values()
        for policy in role.get("Policies", ())
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    erasing = [actions for actions in found if actions]
    assert erasing
    assert all(actions == NEEDED for actions in erasing), erasing
