"""File requests for the sweep anew, after an upgrade: `python -m infra.operate.refile --stack …`.

The index by which `sweep` finds what is due is written with each commit, as the version that
committed knew it. Requests at rest are therefore filed as an older version did: one that had
nothing more to do for a failed or an erased request has it in no class at all. This reads the whole
table once and files each request as its state says now; nothing else of it is changed, and a
request that is committed meanwhile is left as it is. It may be run at any time and repeated.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import boto3

from infra.operate.firms import outputs_of
from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.domain.requests import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paraphe.ports.requests import RequestRef


def refile(client_of: Callable[..., Any], table: str) -> int:
    """File every request of a table; return their number.

    Args:
        client_of: makes AWS clients, `boto3.client` for instance.
        table: its name.

    """
    client = client_of("dynamodb")
    requests = DynamoRequests(client, table)
    filed = 0
    for ref in _all(client, table):
        request = requests.load(ref)
        requests.refile(request, actor.due(request))
        filed += 1
    return filed


def _all(client: Any, table: str) -> Iterator[RequestRef]:  # noqa: ANN401 - boto3's
    pages = client.get_paginator("scan").paginate(
        TableName=table,
        FilterExpression="SK = :request",
        ExpressionAttributeValues={":request": {"S": keys.REQUEST}},
        ProjectionExpression="PK",
    )
    for page in pages:
        yield from (keys.ref_of(item["PK"]["S"]) for item in page["Items"])


def main(arguments: list[str]) -> int:
    """File in the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.operate.refile", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    filed = refile(session.client, outputs_of(session, chosen.stack)["TableName"])
    sys.stdout.write(f"{filed} requests filed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
