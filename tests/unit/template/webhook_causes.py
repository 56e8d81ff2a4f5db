"""What makes the alarms on webhooks ring."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support.alarms import Datum, embedded_metrics
from tests.support.doors import Play, door, webhook
from tests.support.services import Broken, in_memory

if TYPE_CHECKING:
    import pytest

    Log = pytest.CaptureFixture[str]

EVENTS = Path(__file__).resolve().parents[3] / "events"
SAMPLE = json.loads((EVENTS / "deliver_webhook.json").read_text(encoding="utf-8"))


def written(log: Log) -> list[Datum]:
    """Return the metrics that were written since the last look."""
    return list(embedded_metrics(log.readouterr().out))


def webhook_faults(log: Log) -> list[Datum]:
    """The table of webhooks is gone: each firm's events fail, and are given again."""
    for _ in range(4):
        broken = in_memory(webhooks=Broken(ValueError("gone")))
        door("deliver_webhook", broken)(SAMPLE)
    return written(log)


def webhooks_fail(log: Log) -> list[Datum]:
    """Receivers of a firm do not answer, again and again."""
    found: list[Datum] = []
    for _ in range(11):
        play = Play()
        for number in range(20):
            webhook(play, f"https://hooks.example.com/{number}", None)
        play.call("deliver_webhook", SAMPLE)
        found += written(log)
    return found


def webhook_paused(log: Log) -> list[Datum]:
    """A receiver says that it is gone."""
    play = Play()
    webhook(play, "https://hooks.example.com/", 410)
    play.call("deliver_webhook", SAMPLE)
    return written(log)
