"""The page of webhooks: its figures, its list of events and its receiver are the code's."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from infra.tree import text_of
from paraphe.adapters.delivery import webhook_sender
from paraphe.contracts.delivery import webhook_urls
from paraphe.domain.delivery import webhook_endpoints as endpoints
from paraphe.domain.delivery import webhook_retries as retries
from paraphe.domain.delivery.webhook_deliveries import KEPT
from paraphe.domain.delivery.webhook_events import CATALOGUE, example
from paraphe.domain.delivery.webhook_signatures import SECRET_BYTES, headers, secret_of
from paraphe.usecases.delivery.replay_webhooks import MOST_REPLAYED

PAGE = text_of("functions/reference/pages/webhooks.md")
FIGURES = {
    "MOST_ENDPOINTS": endpoints.MOST_ENDPOINTS,
    "HTTPS_PORT": webhook_urls.HTTPS_PORT,
    "MOST_CHARACTERS": webhook_urls.MOST_CHARACTERS,
    "TOTAL_SECONDS": webhook_sender.TOTAL_SECONDS,
    "CONNECT_SECONDS": webhook_sender.CONNECT_SECONDS,
    "MOST_READ": webhook_sender.MOST_READ / 1024,
    "SPAN": retries.SPAN / timedelta(days=1),
    "FIRST_PAUSE": retries.FIRST_PAUSE / timedelta(seconds=1),
    "LONGEST_PAUSE": retries.LONGEST_PAUSE / timedelta(hours=1),
    "MOST_ATTEMPTS": retries.MOST_ATTEMPTS,
    "SLOW": endpoints.SLOW / timedelta(seconds=1),
    "KEPT": KEPT / timedelta(days=1),
    "MOST_REPLAYED": MOST_REPLAYED,
    "OVERLAP": endpoints.OVERLAP / timedelta(hours=1),
    "LONGEST_OVERLAP": endpoints.LONGEST_OVERLAP / timedelta(hours=1),
}


def test_figures_are_the_codes() -> None:
    told = re.findall(r"<!--(\w+)-->([0-9]+)<!--/-->", PAGE)
    assert {name for name, _ in told} == set(FIGURES)
    for name, figure in told:
        assert float(figure) == float(FIGURES[name]), name


def test_every_type_is_listed() -> None:
    rows = re.findall(r"^\| `([a-z_]+\.[a-z_]+)` \| (.+) \|$", PAGE, re.MULTILINE)
    assert rows == [(entry.name, entry.tells) for entry in CATALOGUE.values()]


@pytest.fixture
def received() -> Any:  # noqa: ANN401 - the page's function
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found is not None
    space: dict[str, Any] = {}
    exec(compile(found[1], "functions/reference/pages/webhooks.md", "exec"), space)  # noqa: S102 - our own page
    return space["received"]


def test_the_pages_receiver_takes_ours_and_nothing_else(received: Any) -> None:  # noqa: ANN401
    """Also while a secret is rotated; not what was changed, is of another, or is old."""
    old, new, other = (secret_of(bytes([n]) * SECRET_BYTES) for n in (1, 2, 3))
    now = datetime.fromtimestamp(int(time.time()), UTC)
    message = example(CATALOGUE["evidence.available"], now)
    body = message.body.encode()
    sent = dict(headers(message.id, now, body, [new, old]))
    for secret in (old, new):
        assert received(secret, sent, body)["type"] == "evidence.available"
    assert received(other, sent, body) is None
    assert received(new, sent, body + b" ") is None
    assert received(new, {**sent, "webhook-id": "whd_00000000"}, body) is None
    late = dict(headers(message.id, now - timedelta(minutes=6), body, [new]))
    assert received(new, late, body) is None
