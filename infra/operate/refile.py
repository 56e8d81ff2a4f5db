"""File requests for the sweep anew, after an upgrade (`paraphe refile`).

The index by which `sweep` finds what is due is written with each commit, as the version that
committed knew it. Requests at rest are therefore filed as an older version did: one that had
nothing more to do for a failed or an erased request has it in no class at all. This reads the whole
table once and files each request as its state says now, and for the firm's lists, in which an
earlier version did not enter it (ADR 48). Nothing else of it is changed, and a
request that is committed meanwhile is left as it is. It may be run at any time and repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paraphe.adapters.dynamodb import keys
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.domain.requests import actor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from paraphe.ports.requests import RequestRef


def refile(
    client_of: Callable[..., Any], table: str, told: Callable[[int], None] | None = None
) -> int:
    """File every request of a table; return their number.

    Args:
        client_of: makes AWS clients, `boto3.client` for instance.
        table: its name.
        told: hears how many are filed, after each.

    """
    client = client_of("dynamodb")
    requests = DynamoRequests(client, table)
    filed = 0
    for ref in _all(client, table):
        request = requests.load(ref)
        requests.refile(request, actor.due(request))
        requests.relist(request)
        filed += 1
        if told is not None:
            told(filed)
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
