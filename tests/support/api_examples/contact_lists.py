"""A contact list, imported; the address book, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.contact_lists import FRENCH_EXCEL, Importing

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(_world: World, caller: Caller) -> None:
    """Begin, upload, look, commit, look again; export."""
    importing = Importing(caller, caller.services)
    importing.upload(FRENCH_EXCEL)
    caller.call("GET", f"{importing.path}/rows", query={"limit": ["4"]})
    caller.call("GET", f"{importing.path}/rejected")
    importing.commit(duplicates="skip")
    caller.call("POST", "/v1/contact_exports", {"format": "csv"})
