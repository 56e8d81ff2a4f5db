"""Lists of requests on the deployed platform: a firm's own, all of them or those in one state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from infra.local.journey import Software


def test_requests_are_listed(software: Software) -> None:
    """Newest first, by state as well."""
    made = [software.create(f"Liste {number}") for number in range(2)]
    for query in ("?limit=2", "?state=draft&limit=2"):
        items = software.ask("GET", f"/signature_requests{query}")["items"]
        assert [item["id"] for item in items] == made[::-1]


def test_another_firms_list_does_not_hold_them(
    software: Software, other_software: Software
) -> None:
    """A list is the caller's own firm's."""
    made = software.create("Liste")
    others = other_software.ask("GET", "/signature_requests")["items"]
    assert made not in {item["id"] for item in others}
