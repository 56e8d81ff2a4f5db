"""How long people wait after the last code: for the mails with the originals, for the evidence.

The real template on the embedded AWS, one request after the other: two signers, one document. The
time is counted from the last code typed to the last completion mail sent, and to the request closed
with its evidence. The first request meets cold functions and is told apart.

`python -m tests.benchmarks.finish --requests 5`
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from infra.local import stack
from infra.local.journey import http, wait_for
from tests.integration.conftest import launched, new_software

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

# The sender and both signers are told.
MAILS = 3


def main() -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stack.running(Path(folder)) as platform:
        software = new_software(platform)
        cold, *warm = [finish(platform, software) for _ in range(1 + given.requests)]
    for place, name in enumerate(("the mails", "the closed evidence")):
        found = [one[place] for one in warm]
        print(
            f"last code to {name}: median {statistics.median(found):.2f} s of {len(found)}, "
            f"{min(found):.2f} to {max(found):.2f}; cold {cold[place]:.2f} s"
        )
    return 0


def finish(platform: LocalStack, software: Software) -> tuple[float, float]:
    """Sign one request; give the seconds to its last completion mail and to its end."""
    case = launched(platform, software, (1, 2))
    case.sign(0)
    person, link = case.people[1], case.link(1)
    person.consent(link)
    code = person.wait_code(1)
    wait_for("the page to ask for the code", lambda: 'name="code"' in http("GET", link).text)
    before = set(platform.aws.mail_dir.iterdir())
    begun = time.time()
    answer = person.type_code(link, code)
    if answer.status != 303:
        raise SystemExit(f"the code was refused: {answer.status}")
    closed = _wait_closed(platform, case.id)
    wait_for("the mails", lambda: len(_mails(platform, before)) >= MAILS)
    # A mail's file is named by the instant at which it was sent.
    sent = max(int(Path(name).stem) / 1e9 for name in _mails(platform, before))
    return sent - begun, closed - begun


def _mails(platform: LocalStack, before: set[Path]) -> list[str]:
    now = set(platform.aws.mail_dir.iterdir())
    return [file.name for file in now - before if file.suffix == ".json"]


def _wait_closed(platform: LocalStack, request: str) -> float:
    """Look at the request's own item until it is closed."""
    client, table = platform.client("dynamodb"), platform.outputs["TableName"]
    names = {"#closed": "closed", "#id": "id"}
    key = None
    while True:
        if key is None:
            scanned = client.scan(
                TableName=table,
                FilterExpression="#id = :id AND #type = :request",
                ExpressionAttributeNames={"#id": "id", "#type": "type"},
                ExpressionAttributeValues={":id": {"S": request}, ":request": {"S": "request"}},
            )["Items"][0]
            key = {"PK": scanned["PK"], "SK": scanned["SK"]}
        item = client.get_item(
            TableName=table,
            Key=key,
            ProjectionExpression="#closed, #id",
            ExpressionAttributeNames=names,
        )["Item"]
        if item["closed"]["BOOL"]:
            return time.time()
        time.sleep(0.05)


if __name__ == "__main__":
    raise SystemExit(main())
