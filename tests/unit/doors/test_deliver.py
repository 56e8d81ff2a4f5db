"""The door `deliver` when mail does not go out: nothing is lost, nobody waits for a broken one."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from deliver.handler import side_by_side
from tests.support.doors import Play, stream_event

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
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
    # They go out side by side: which of them fails is chance.
    (failed,) = answer["batchItemFailures"]
    assert play.world.outbox.due == {}
    again = batch["Records"][int(failed["itemIdentifier"])]
    assert play.call("deliver", {"Records": [again]}) == {"batchItemFailures": []}
    assert len(play.world.mailer.sent) == 2


def _record(number: int, person: str | None) -> dict[str, Any]:
    image = {"PK": {"S": "F#frm_1#R#sr_1"}, "SK": {"S": f"O#{number:08d}-000-completed"}}
    whose = {"NULL": True} if person is None else {"S": person}
    image["recipient_id"] = whose  # type: ignore[assignment] # as DynamoDB writes None
    return {"dynamodb": {"NewImage": image, "SequenceNumber": str(number)}}


def test_mails_to_several_people_go_out_at_once() -> None:
    """Each waits for the two others: one after the other, none would ever end."""
    meeting = Barrier(3, timeout=20)
    records = [_record(n, person) for n, person in enumerate(("rcp_1", "rcp_2", None))]

    def meet(_: Mapping[str, Any]) -> None:
        meeting.wait()

    done = side_by_side(meet, records)
    assert all(future.exception() is None for future in done.values())


def test_mails_to_one_person_keep_their_order() -> None:
    """And a failure of one is the next one's no more than anybody else's."""
    seen: dict[str, list[str]] = {"rcp_1": [], "rcp_2": []}

    def one(record: Mapping[str, Any]) -> None:
        told, number = record["dynamodb"], record["dynamodb"]["SequenceNumber"]
        seen[told["NewImage"]["recipient_id"]["S"]].append(number)
        if number == "2":
            raise RuntimeError

    done = side_by_side(one, [_record(n, f"rcp_{1 + n % 2}") for n in range(8)])
    assert seen == {"rcp_1": ["0", "2", "4", "6"], "rcp_2": ["1", "3", "5", "7"]}
    assert [n for n, future in done.items() if future.exception()] == ["2"]
