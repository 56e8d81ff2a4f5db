"""Open a firm and give its software an API client: `python -m infra.firms --stack paraphe-dev …`.

Works on AWS and on the laptop: everything it needs are the stack's outputs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import boto3

from paraphe.adapters.dynamodb import DynamoFirms
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.model import Firm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

SCOPES = ("requests.read", "requests.write", "documents.read")


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Credentials for OAuth 2 client credentials (RFC 6749 §4.4). The secret is shown once."""

    firm_id: str
    client_id: str
    client_secret: str
    scope: str


def open_firm(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    *,
    name: str,
    siren: str | None,
    now: datetime,
) -> ApiClient:
    """Write the firm and create one API client bound to it.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: of the deployed stack (`TableName`, `UserPoolId`).
        name: what signers read.
        siren: the firm's number in the French register, 9 digits.
        now: the instant, UTC.

    """
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = Firm(id=new_id("frm", now, os.urandom(RANDOM_BYTES)), name=name, siren=siren)
    firms.save(firm)
    scopes = [f"paraphe/{scope}" for scope in SCOPES]
    made = client_of("cognito-idp").create_user_pool_client(
        UserPoolId=outputs["UserPoolId"],
        ClientName=f"{firm.id}-api",
        GenerateSecret=True,
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=scopes,
    )["UserPoolClient"]
    firms.bind_client(made["ClientId"], firm.id)
    return ApiClient(firm.id, made["ClientId"], made["ClientSecret"], " ".join(scopes))


def main(arguments: list[str]) -> int:
    """Open a firm in a stack of the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.firms", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--name", required=True, help="the firm's name as signers read it")
    parser.add_argument("--siren", help="the firm's SIREN, 9 digits")
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    stacks = session.client("cloudformation").describe_stacks(StackName=chosen.stack)["Stacks"]
    outputs = {o["OutputKey"]: o["OutputValue"] for o in stacks[0]["Outputs"]}
    client = open_firm(
        session.client,  # type: ignore[arg-type] - boto3-stubs overload it per service
        outputs,
        name=chosen.name,
        siren=chosen.siren,
        now=datetime.now(UTC),
    )
    json.dump(
        {
            "firm_id": client.firm_id,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": client.scope,
        },
        sys.stdout,
        indent=2,
    )
    sys.stdout.write("\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
