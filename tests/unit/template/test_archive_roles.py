"""Whose roles the door of archive exports may assume, on AWS and on a laptop (P18)."""

from __future__ import annotations

from tests.support.cloudformation import PRODUCTION, deployed

LOCAL = {"Stage": "local"}
OURS = "arn:aws:iam::123456789012:role/*"


def test_on_aws_no_role_of_our_own_account_can_be_assumed() -> None:
    """Roles that trust the account as a whole would let any firm in."""
    told = deployed(PRODUCTION).statements("ExportArchive")
    assume = [s for s in told if "sts:AssumeRole" in s["Action"]]
    assert {s["Effect"]: s["Resource"] for s in assume} == {
        "Allow": "arn:aws:iam::*:role/*",
        "Deny": OURS,
    }
    (allowed,) = (s for s in assume if s["Effect"] == "Allow")
    assert allowed["Condition"] == {"Null": {"sts:ExternalId": "false"}}


def test_on_a_laptop_there_is_one_account() -> None:
    """So its roles stand for those of firms."""
    told = deployed(LOCAL).statements("ExportArchive")
    assert not [s for s in told if s["Effect"] == "Deny"]
