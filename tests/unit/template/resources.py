"""The template's resources, and what its roles are allowed to do."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from infra import sam_template

SOURCE = Path(__file__).resolve().parents[3] / "infra" / "template.yaml"
TEMPLATE = sam_template.load(SOURCE)
RESOURCES: dict[str, dict[str, Any]] = TEMPLATE["Resources"]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    found = {n: r.get("Properties", {}) for n, r in RESOURCES.items() if r["Type"] == kind}
    assert found, kind
    return found


# ------------------------------------------------------------------------------------------ rights


def allowed() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, statement)
        for name, function in of_type("AWS::Serverless::Function").items()
        for policy in function.get("Policies", [])
        for written in policy["Statement"]
        for statement in _branches(written)
    ]


def _branches(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The statements that one may become, whatever the conditions say."""
    if "Fn::If" not in statement:
        return [] if statement == {"Ref": "AWS::NoValue"} else [statement]
    _, yes, no = statement["Fn::If"]
    return [*_branches(yes), *_branches(no)]
