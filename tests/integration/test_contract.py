"""The deployed API keeps its published contract: a short walk; `make soak` makes a long one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.benchmarks.contract_soak import walked

if TYPE_CHECKING:
    from infra.local.stack import LocalStack

CALLS, SECONDS = 600, 45


def test_walks_by_the_documents_links_find_no_breach(platform: LocalStack) -> None:
    """Statuses, media types, headers and bodies are the published ones, and none is 500."""
    walk = walked(platform, CALLS, SECONDS, seed=1)
    assert not walk.faults, walk.told()
    assert walk.statuses[500] == 0, walk.told()
    assert len(walk.reached) > 10, walk.told()
