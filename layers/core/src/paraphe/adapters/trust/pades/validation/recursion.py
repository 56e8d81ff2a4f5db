"""A call with room for deep recursion.

pyHanko walks documents by recursion: a level of 400 bookmarks, each naming the next one, takes more
than Python's usual 1,000 frames, and a sound signature would be called broken.
"""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_FRAMES = 20_000
_STACK = 256 * 1024 * 1024  # address space; only what is used becomes memory


def call(work: Callable[[], T]) -> T:
    """Do `work`; when it goes too deep, once more with room. Gives and raises what `work` does."""
    try:
        return work()
    except RecursionError:
        return _with_room(work)


def _with_room(work: Callable[[], T]) -> T:
    """Do `work` on a stack of its own."""
    done: list[T] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again where it was asked for
            failed.append(error)

    frames, size = sys.getrecursionlimit(), threading.stack_size(_STACK)
    sys.setrecursionlimit(_FRAMES)
    try:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    finally:
        sys.setrecursionlimit(frames)
        threading.stack_size(size)
    if failed:
        raise failed[0]
    return done[0]
