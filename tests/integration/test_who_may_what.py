"""Every function may do what its door needs, and nothing else.

The embedded AWS writes down which permissions were used and which were denied while all the other
tests of this folder ran (this file's name makes it the last). Each granted permission must have
been used, so taking it away denies something that a test needs; and nothing was denied.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.stack import LocalStack

HERE = Path(__file__).parent
# Needed on AWS, never asked for by the embedded one: (action, why).
ONLY_ON_AWS = {
    "ses:SendRawEmail": "SES asks for it besides ses:SendEmail when a message is raw MIME",
}
# What is needed only when two things happen at the same instant; no test can bring it about.
RACES = {
    ("Deliver", "dynamodb:DeleteItem"),
    ("Expire", "dynamodb:DeleteItem"),
}


@pytest.fixture
def used(platform: LocalStack, request: pytest.FixtureRequest) -> list[dict[str, str]]:
    """What was decided so far; only after a whole run of this folder."""
    ran = {Path(item.path).name for item in request.session.items}
    missing = {path.name for path in HERE.glob("test_*.py")} - ran
    if missing:
        pytest.skip(f"needs a whole run of tests/integration, without: {', '.join(missing)}")
    lines = platform.aws.permissions_log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def _statements(platform: LocalStack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every inline statement: logical name of the function, its role, the statement."""
    functions, iam = platform.client("lambda"), platform.client("iam")
    for output, name in platform.outputs.items():
        if not output.endswith("Function"):
            continue
        arn = functions.get_function_configuration(FunctionName=name)["Role"]
        role = arn.rpartition("/")[2]
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            found = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for statement in found["Statement"]:
                yield output.removesuffix("Function"), role, statement


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_nothing_was_denied(used: list[dict[str, str]]) -> None:
    """A missing permission shows here, even where a retry or a fallback hid it."""
    denied = [entry for entry in used if entry["decision"] != "Allow"]
    assert denied == []


def test_every_permission_is_needed(platform: LocalStack, used: list[dict[str, str]]) -> None:
    """Each action of each statement, and each of its resources, was used at least once."""
    superfluous = []
    for function, role, statement in _statements(platform):
        mine = [entry for entry in used if entry["role"] == role]
        resources = _listed(statement.get("Resource", "*"))
        for action in _listed(statement["Action"]):
            asked = [e["resource"] for e in mine if e["action"] == action]
            hit = any(fnmatchcase(r, p) for r in asked for p in resources)
            if not hit and action not in ONLY_ON_AWS and (function, action) not in RACES:
                superfluous.append(f"{function}: {action} ({statement['Sid']})")
        actions = _listed(statement["Action"])
        for pattern in resources:
            asked = [e["resource"] for e in mine if e["action"] in actions]
            if not any(fnmatchcase(r, pattern) for r in asked):
                superfluous.append(f"{function}: {pattern} ({statement['Sid']})")
    assert superfluous == []
