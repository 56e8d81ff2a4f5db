"""One line on a terminal that says how far long work is, and nothing anywhere else."""

from __future__ import annotations

import os
import shutil
import threading
import time
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from types import TracebackType

CLEAR = "\r\x1b[K"
SECONDS = 0.5


class Progress:
    """Redraws its line twice a second, with the time spent; short work never shows it.

    A thread draws, because the work itself may wait for a service or read a long file.
    """

    def __init__(self, stream: TextIO, *, quiet: bool = False, seconds: float = SECONDS) -> None:
        self._stream = stream
        self._shown = not quiet and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._seconds = seconds
        self._text = ""
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def say(self, text: str) -> None:
        """Say what is being done from now on."""
        self._text = text

    def __enter__(self) -> Self:
        """Begin to draw."""
        if self._shown:
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave the terminal as it was."""
        self._over.set()
        if self._shown:
            self._thread.join()

    def _draw(self) -> None:
        begun, drawn = time.monotonic(), False
        while not self._over.wait(self._seconds):
            line = f"{self._text} ({time.monotonic() - begun:.0f} s)"
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(CLEAR + line[:width])
            self._stream.flush()
            drawn = True
        if drawn:
            self._stream.write(CLEAR)
            self._stream.flush()
