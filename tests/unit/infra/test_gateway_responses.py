"""The laptop answers as API Gateway does: with the template's own words."""

from __future__ import annotations

from infra import gateway, sam_template
from infra.local import gateway_responses
from infra.tree import ROOT


def test_the_embedded_aws_is_told_the_answers_of_the_template() -> None:
    """Each of them: status, headers, body."""
    told = gateway_responses.of(sam_template.load(ROOT / "infra" / "template.yaml"))
    assert told.keys() == {"HttpApi"}
    assert told["HttpApi"].keys() == gateway.ANSWERS.keys()
    for kind, put in told["HttpApi"].items():
        status, headers, body = gateway.answer(kind)
        assert gateway_responses.answer(kind) == (status, headers, body)
        assert put["statusCode"] == str(status)
        assert put["responseTemplates"] == {"application/json": body.decode()}
        assert put["responseParameters"] == {
            f"gatewayresponse.header.{name}": f"'{value}'" for name, value in headers.items()
        }


def test_who_is_not_authenticated_learns_how() -> None:
    """RFC 9110 §11.6.1 asks for WWW-Authenticate with 401."""
    for kind in gateway.ANSWERS:
        status, headers, _ = gateway.answer(kind)
        assert ("WWW-Authenticate" in headers) == (status == 401), kind
        assert headers["Content-Type"] == "application/problem+json"
