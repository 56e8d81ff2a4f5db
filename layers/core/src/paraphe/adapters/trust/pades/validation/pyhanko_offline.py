"""Imports pyHanko without the HTTP client that it brings along: nothing is fetched here.

aiohttp is 150 ms of the 350 that importing pyHanko takes, and only its time-stamp client and its
fetchers use it. It is wanted for the names in their annotations; a stand-in gives those while
pyHanko is imported, and is gone afterwards: who imports aiohttp later gets aiohttp.
"""

from __future__ import annotations

import sys
from types import ModuleType

_NAME = "aiohttp"


class _StandIn(ModuleType):
    """Has every name that is asked for, and none that works."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            raise AttributeError(name)
        return type(name, (), {})


def _import() -> None:
    if _NAME in sys.modules or "pyhanko.sign" in sys.modules:
        return
    stand_in = _StandIn(_NAME)
    stand_in.__path__ = []
    sys.modules[_NAME] = stand_in
    try:
        import pyhanko.sign  # noqa: F401, PLC0415 - what this module is for
    finally:
        del sys.modules[_NAME]


_import()
