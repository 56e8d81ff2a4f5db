"""Walks through the API of the deployed platform by the document's links: part of `make soak`.

It ends by itself, after `--calls` calls or `--minutes` minutes; nothing leaves this machine. What
the document does not say, and every answer 500, is printed with what was sent, and is a failure.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import requests

from infra.local import stack
from tests.integration.conftest import launched
from tests.support.contract_walk import Walk, schema_of
from tests.support.receiver import receiving

if TYPE_CHECKING:
    from infra.local.stack import LocalStack


def walked(platform: LocalStack, calls: int, seconds: float, seed: int) -> Walk:
    """Walk as the software of a new firm, which has a member, a template and launched requests."""
    software = stack.open_firm(platform, "Cabinet des promenades")
    stack.sealing_member(platform, software.client_id)
    done = launched(platform, software, (1,))
    done.sign(0)
    software.wait_state(done.id, "completed")
    active = [launched(platform, software, (1, 2)).id for _ in range(2)]
    own = software.ask("GET", "/api_clients")["items"][0]["id"]
    with requests.Session() as session, receiving() as receiver:
        session.trust_env = False
        walk = Walk(
            calls,
            seconds,
            own_client=own,
            requests=(done.id, *active),
            webhook=receiver.url,
            sent={
                "session": session,
                "headers": {"Authorization": f"Bearer {software.token()}"},
                "timeout": 60,
            },
        )
        walk.go(schema_of(platform.url), seed)
    return walk


def main() -> int:
    """Walk; 0 when every answer was as the document says, and none was 500."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, stack.running(Path(folder)) as platform:
        walk = walked(platform, given.calls, given.minutes * 60, given.seed)
    print(walk.told())
    return 1 if walk.faults or walk.statuses[500] else 0


if __name__ == "__main__":
    raise SystemExit(main())
