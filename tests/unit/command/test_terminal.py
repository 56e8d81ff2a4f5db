"""`paraphe verify` at a terminal, with a file that is long in coming: progress, and Ctrl-C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from infra.layer import ROOT
from infra.local.journey import sample_pdf
from paraphe.command.progress import CLEAR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_SIGNED = 4
SHOWN = f"{CLEAR}verifying signed.pdf"


@dataclass
class AtTerminal:
    """A command that reads a pipe named signed.pdf; its standard error is a terminal."""

    process: subprocess.Popen[bytes]
    terminal: int
    pipe: Path
    seen: str = ""

    def look(self, seconds: float, until: str = "") -> None:
        """Read what the terminal shows, for a time or until it shows a text."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and not (until and until in self.seen):
            try:
                self.seen += os.read(self.terminal, 4096).decode()
            except BlockingIOError:
                time.sleep(0.02)
            except OSError:  # the other end is closed
                return

    def end(self) -> int:
        """Wait for the end, with all that was shown; returns the exit code."""
        code = self.process.wait(60)
        self.look(0.2)
        return code


@pytest.fixture
def started(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[AtTerminal]:
    """`paraphe verify signed.pdf`, with the options of the test's parameter."""
    pipe = tmp_path / "signed.pdf"
    os.mkfifo(pipe)
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    # Shells have what runs in the background ignore it, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    process = subprocess.Popen(
        [sys.executable, "-m", "paraphe", "verify", "signed.pdf", *request.param],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "layers/core/src"), "TERM": "xterm"},
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    )
    signal.signal(signal.SIGINT, before)
    os.close(theirs)
    yield AtTerminal(process, ours, pipe)
    process.kill()
    process.wait()
    os.close(ours)


@pytest.mark.parametrize("started", [()], indirect=True)
def test_progress_is_shown_then_gone(started: AtTerminal) -> None:
    started.look(60, until=SHOWN)
    started.pipe.write_bytes(sample_pdf(["x"]))
    assert started.end() == NOT_SIGNED
    assert SHOWN in started.seen
    assert started.seen.endswith(CLEAR)


@pytest.mark.parametrize("started", [("--quiet",), ("--json",)], indirect=True)
def test_quiet_and_json_show_none(started: AtTerminal) -> None:
    started.look(1.5)
    started.pipe.write_bytes(sample_pdf(["x"]))
    assert started.end() == NOT_SIGNED
    assert started.seen == ""


@pytest.mark.parametrize("started", [()], indirect=True)
def test_an_interrupted_command_says_so(started: AtTerminal) -> None:
    """One line, no traceback, the code that shells know."""
    started.look(60, until=SHOWN)
    started.process.send_signal(signal.SIGINT)
    assert started.end() == 128 + signal.SIGINT
    assert started.seen.endswith(f"{CLEAR}paraphe verify: interrupted\r\n")
