"""Every function may do what its door needs, and nothing else.

The embedded AWS writes down every decision on what a function's role asked for. Nothing that was
asked for was denied, and everything that `infra/template.yaml` grants was asked for; so to take any
permission away denies something that a journey needs, and a test fails. conftest.py lets these
tests run last; when the journeys have not run before them, they run them.
"""

from __future__ import annotations

import inspect
import json
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration.conftest import Clock
from tests.integration.journeys import JOURNEYS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from infra.local.journey import Software
    from infra.local.stack import LocalStack

# Needed on AWS, never asked for by the embedded one: (function, action) and why.
ONLY_ON_AWS = {
    ("Enrol", "kms:TagResource"): "KMS asks for it when CreateKey brings tags",
    ("Deliver", "ses:SendRawEmail"): "SES asks for it when the message of SendEmail is raw MIME",
    ("DeliverWebhook", "ses:SendRawEmail"): "as for Deliver",
    ("ExportArchive", "s3:AbortMultipartUpload"): "only of a package that fails midway",
    ("Sign", "s3:ListBucket"): "without it S3 answers 403 for an object that is not there, not 404",
    ("Seal", "s3:ListBucket"): "as for Sign",
    ("Evidence", "s3:ListBucket"): "as for Sign",
    ("Verify", "s3:ListBucket"): "as for Sign",
    ("Api", "s3:ListBucket"): "as for Sign",
    ("ImportContacts", "s3:ListBucket"): "as for Sign",
    ("RecordContacts", "s3:ListBucket"): "as for Sign",
    ("Evidence", "s3:PutObjectTagging"): "as for Renew",
    ("Renew", "s3:PutObjectTagging"): "S3 asks for it when PutObject brings tags",
    ("Ocsp", "s3:ListBucket"): "as for Sign",
    ("Publish", "s3:ListBucket"): "as for Sign",
}
# Statements that are needed now and then, and why.
NOW_AND_THEN = {"Lists": "a commit moves what lists find by only when a minute has passed"}


@dataclass(frozen=True, slots=True)
class Grant:
    """One action on one resource pattern, with one listing prefix, that a statement grants."""

    function: str
    role: str
    sid: str
    action: str
    resource: str
    prefix: str | None

    def __str__(self) -> str:
        listing = f" below {self.prefix}" if self.prefix else ""
        return f"{self.function}: {self.action} on {self.resource}{listing} ({self.sid})"

    def is_used_by(self, entry: dict[str, Any]) -> bool:
        """Whether a decision was taken because of this grant."""
        asked = entry["prefix"]
        prefix = asked[0] if isinstance(asked, list) and asked else asked
        return (
            entry["decision"] == "Allow"
            and (entry["role"], entry["sid"]) == (self.role, self.sid)
            and entry["action"] == self.action
            and fnmatchcase(entry["resource"], self.resource)
            and (self.prefix is None or fnmatchcase(prefix or "", self.prefix))
        )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def _statements(platform: LocalStack) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every statement of the template: logical name of the function, its role, the statement.

    What SAM adds by itself, the right to send to a dead-letter queue, has no Sid.
    """
    functions, iam = platform.client("lambda"), platform.client("iam")
    for output, name in platform.outputs.items():
        if not output.endswith("Function"):
            continue
        arn = functions.get_function_configuration(FunctionName=name)["Role"]
        role = arn.rpartition("/")[2]
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            found = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
            for statement in found["Statement"]:
                if "Sid" not in statement:
                    continue  # SAM's own, for what DestinationConfig sends to the dead letters
                yield output.removesuffix("Function"), role, statement


def grants(platform: LocalStack) -> list[Grant]:
    """Everything that the template grants to its functions."""
    found = []
    for function, role, statement in _statements(platform):
        conditions = statement.get("Condition", {}).get("StringLike", {})
        for action in _listed(statement["Action"]):
            for resource in _listed(statement.get("Resource", "*")):
                prefixes: list[str | None] = [*_listed(conditions.get("s3:prefix", []))]
                for prefix in prefixes or [None]:
                    sid = statement.get("Sid", "unnamed")
                    found.append(Grant(function, role, sid, action, resource, prefix))
    return found


def decisions(platform: LocalStack) -> list[dict[str, Any]]:
    """Everything that was decided so far."""
    lines = platform.aws.permissions_log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def unused(platform: LocalStack) -> list[Grant]:
    """What was granted and never asked for."""
    taken = decisions(platform)
    return [
        grant
        for grant in grants(platform)
        if (grant.function, grant.action) not in ONLY_ON_AWS
        and grant.sid not in NOW_AND_THEN
        and not any(grant.is_used_by(entry) for entry in taken)
    ]


@pytest.fixture(scope="module")
def _journeys(platform: LocalStack, software: Software) -> None:
    """Make every journey that is still needed to see what functions ask for."""
    given = {"platform": platform, "software": software, "clock": Clock(platform)}
    for functions, journey in JOURNEYS:
        if {grant.function for grant in unused(platform)} & functions:
            wanted = inspect.signature(journey).parameters
            journey(**{name: given[name] for name in wanted})
            platform.shift_clock(0)


@pytest.mark.usefixtures("_journeys")
def test_every_permission_is_needed(platform: LocalStack) -> None:
    """Each action of each statement, on each of its resources, was used at least once."""
    superfluous = [str(grant) for grant in unused(platform)]
    assert not superfluous, "\n".join(superfluous)


@pytest.mark.usefixtures("_journeys")
def test_nothing_was_denied(platform: LocalStack) -> None:
    """A missing permission shows here, even where a retry or a fallback hid it."""
    roles = {grant.role for grant in grants(platform)}
    denied = [e for e in decisions(platform) if e["role"] in roles and e["decision"] != "Allow"]
    assert denied == []


def test_every_function_is_looked_at(platform: LocalStack) -> None:
    """A function that the stack does not name in its outputs would escape."""
    listed = platform.client("lambda").list_functions(MaxItems=100)["Functions"]
    named = {v for k, v in platform.outputs.items() if k.endswith("Function")}
    assert {f["FunctionName"] for f in listed} == named
