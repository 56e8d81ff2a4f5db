"""The door `deliver` when mail does not go out: nothing is lost, nobody waits for a broken one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.support.doors import Play, stream_event

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


@pytest.fixture
def play() -> Play:
    """A world behind the doors."""
    return Play()


@pytest.fixture
def ahead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Sets the doors' clock ahead, as a laptop may."""
    file = tmp_path / "clock"
    file.write_text("0")
    monkeypatch.setenv("CLOCK_FILE", str(file))

    def set_ahead(by: timedelta) -> None:
        file.write_text(str(by.total_seconds()))

    return set_ahead


def _batch(play: Play) -> dict[str, Any]:
    ref = play.world.launched(people=(1, 1))
    events = [stream_event(ref, notice) for notice in play.world.notices(ref)]
    records = [event["Records"][0] for event in events]
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(number)
    return {"Records": records}


def test_a_mail_that_fails_is_put_off_and_the_others_go_out(play: Play) -> None:
    """The stream is told that all is well: it must not hold up what comes behind."""
    batch = _batch(play)
    play.world.mailer.outages = 1
    assert play.call("deliver", batch) == {"batchItemFailures": []}
    assert len(play.world.mailer.sent) == 1
    assert len(play.world.outbox.due) == 1


def test_what_was_put_off_goes_out_on_the_schedule(
    play: Play, ahead: Callable[[timedelta], None]
) -> None:
    batch = _batch(play)
    play.world.mailer.outages = 2
    play.call("deliver", batch)
    assert play.call("deliver", {}) == {"delivered": 0, "postponed": 0, "givenUp": 0}
    ahead(timedelta(minutes=2))
    assert play.call("deliver", {}) == {"delivered": 2, "postponed": 0, "givenUp": 0}
    assert len(play.world.mailer.sent) == 2


def test_what_cannot_even_be_put_off_is_given_again_by_the_stream(play: Play) -> None:
    batch = _batch(play)
    play.world.mailer.outages = 1
    play.world.outbox.outages = 1
    answer = play.call("deliver", batch)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}
    assert play.world.outbox.due == {}
    assert play.call("deliver", {"Records": batch["Records"][:1]}) == {"batchItemFailures": []}
