"""The firm's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(_world: World, caller: Caller) -> None:
    """Read them, change some."""
    caller.call("GET", "/v1/settings")
    caller.call("PATCH", "/v1/settings", {"code_minutes": 10, "originals": "link"})
