"""What API Gateway itself answers, as the template says it: the embedded AWS leaves it out.

SAM writes an API's `GatewayResponses` into the definition that it deploys; here they are put to the
API one by one, and deployed.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

from infra import sam_template
from infra.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient

_API = "AWS::Serverless::Api"
# SAM's names of the parts of an answer, and the API's own.
_PARTS = {
    "Headers": "gatewayresponse.header.",
    "Paths": "gatewayresponse.path.",
    "QueryStrings": "gatewayresponse.querystring.",
}


def of(template: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the arguments of PutGatewayResponse, by the API's logical name and type of answer."""
    return {
        name: {kind: _put(answer) for kind, answer in answers.items()}
        for name, resource in template["Resources"].items()
        if resource["Type"] == _API
        and (answers := resource["Properties"].get("GatewayResponses")) is not None
    }


def answer(kind: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an answer of the HTTP API, as a caller gets them."""
    made = _http_api()[kind]
    headers = {
        name: value.strip("'") for name, value in made["ResponseParameters"]["Headers"].items()
    }
    return made["StatusCode"], headers, made["ResponseTemplates"]["application/json"].encode()


@functools.cache
def _http_api() -> dict[str, Any]:
    template = sam_template.load(ROOT / "infra" / "template.yaml")
    answers: dict[str, Any] = template["Resources"]["HttpApi"]["Properties"]["GatewayResponses"]
    return answers


def _put(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "statusCode": str(answer["StatusCode"]),
        "responseParameters": {
            prefix + name: value
            for part, prefix in _PARTS.items()
            for name, value in answer.get("ResponseParameters", {}).get(part, {}).items()
        },
        "responseTemplates": dict(answer["ResponseTemplates"]),
    }


def put(
    gateway: APIGatewayClient, cloudformation: CloudFormationClient, source: Path, stack: str
) -> None:
    """Have each API of a deployed stack answer as its template says."""
    for name, answers in of(sam_template.load(source)).items():
        found = cloudformation.describe_stack_resource(StackName=stack, LogicalResourceId=name)
        api = found["StackResourceDetail"]["PhysicalResourceId"]
        for kind, answer in answers.items():
            gateway.put_gateway_response(restApiId=api, responseType=kind, **answer)  # type: ignore[arg-type]
        for stage in gateway.get_stages(restApiId=api)["item"]:
            gateway.create_deployment(restApiId=api, stageName=stage["stageName"])
