"""Progress: on a terminal alone, only of long work, and gone when it is over."""

from __future__ import annotations

import contextlib
import io
import time

import pytest

from paraphe.command.progress import CLEAR, Progress

SOON = 0.01


class FakeTerminal(io.StringIO):
    """A terminal that remembers all that was drawn."""

    def isatty(self) -> bool:
        """Keep `TextIO.isatty`."""
        return True


def _wait_for(stream: io.StringIO, text: str) -> None:
    end = time.monotonic() + 10
    while text not in stream.getvalue():
        assert time.monotonic() < end, stream.getvalue()
        time.sleep(SOON)


def test_a_terminal_is_told_what_is_done_and_left_clean() -> None:
    terminal = FakeTerminal()
    with Progress(terminal, seconds=SOON) as progress:
        progress.say("1 of 2")
        _wait_for(terminal, "1 of 2 (0 s)")
        progress.say("2 of 2")
        _wait_for(terminal, "2 of 2 (0 s)")
    assert terminal.getvalue().endswith(CLEAR)
    assert "\n" not in terminal.getvalue()


def test_it_is_gone_after_a_failure_too() -> None:
    terminal = FakeTerminal()
    with contextlib.suppress(ValueError), Progress(terminal, seconds=SOON) as progress:
        progress.say("working")
        _wait_for(terminal, "working")
        raise ValueError("reason")
    assert terminal.getvalue().endswith(CLEAR)


def test_a_line_is_no_wider_than_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    terminal = FakeTerminal()
    with Progress(terminal, seconds=SOON) as progress:
        progress.say("x" * 50)
        _wait_for(terminal, "x" * 19)
    assert "x" * 20 not in terminal.getvalue()


@pytest.mark.parametrize("quiet", [True, False])
def test_a_file_or_a_quiet_terminal_is_told_nothing(*, quiet: bool) -> None:
    stream = FakeTerminal() if quiet else io.StringIO()
    with Progress(stream, quiet=quiet, seconds=SOON) as progress:
        progress.say("working")
        time.sleep(5 * SOON)
    assert stream.getvalue() == ""


def test_short_work_shows_nothing() -> None:
    terminal = FakeTerminal()
    with Progress(terminal) as progress:
        progress.say("working")
    assert terminal.getvalue() == ""
