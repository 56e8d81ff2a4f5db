"""Lists of requests on the deployed platform: a firm's own, read right after what was written."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from tests.integration.conftest import launched

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

TABS = (
    *("draft", "active", "completing", "completed"),
    *("declined", "expired", "canceled", "failed"),
)


def _ids(software: Software, **query: str) -> list[str]:
    items = software.ask("GET", f"/signature_requests?{urlencode(query)}")["items"]
    return [item["id"] for item in items]


def _tabs(software: Software, request: str) -> list[str]:
    return [tab for tab in TABS if request in _ids(software, state=tab)]


def test_requests_are_listed(software: Software) -> None:
    """Newest first, by state as well."""
    made = [software.create(f"Liste {number}") for number in range(2)]
    assert _ids(software, limit="2") == made[::-1]
    assert _ids(software, state="draft", limit="2") == made[::-1]


def test_another_firms_list_does_not_hold_them(
    software: Software, other_software: Software
) -> None:
    """A list is the caller's own firm's."""
    made = software.create("Liste")
    assert made not in _ids(other_software)


def test_every_tab_has_what_was_just_done(platform: LocalStack, software: Software) -> None:
    """The very next call finds it where it belongs, and nowhere else (read-your-write)."""
    drafted = software.create("Onglets")
    assert _tabs(software, drafted) == ["draft"]
    software.ask("POST", f"/signature_requests/{drafted}/cancel")
    assert _tabs(software, drafted) == ["canceled"]
    case = launched(platform, software, (1,))
    assert _tabs(software, case.id) == ["active"]
    case.sign(0)
    software.wait_state(case.id, "completed")
    assert _tabs(software, case.id) == ["completed"]
    declining = launched(platform, software, (1,))
    link = declining.link(0)
    assert declining.people[0].decline(link, "Non").status == 303
    software.wait_state(declining.id, "declined")
    assert _tabs(software, declining.id) == ["declined"]
    deleted = software.create("Onglets")
    software.ask("DELETE", f"/signature_requests/{deleted}")
    assert _tabs(software, deleted) == []


def test_words_and_dates_find_it_at_once(platform: LocalStack, software: Software) -> None:
    """By title, person, external id, sender and instants, as it stands after the last call."""
    own = uuid.uuid4().hex[:10]
    made = software.create(f"Révision {own}", external_id=f"D/{own}")
    for query in (
        {"text": f"REVISION {own[:6]}"},
        {"external_id": f"D/{own}"},
        {"sort": "updated_at", "limit": "100"},
        {"sender": "claire.martin@cabinet.example", "limit": "100"},
    ):
        found = _ids(software, **query)
        # Among those of the same minute, or of the same sender, there are others'.
        assert made in found if query.keys() & {"sender", "sort"} else found == [made], query
    software.ask("PATCH", f"/signature_requests/{made}", {"title": "Autre"})
    assert _ids(software, text=own) == []
    software.invite(made, f"Zoé {own}", f"zoe.{own}@client.example", phone="0639980001")
    assert _ids(software, person=f"zoe {own}") == [made]
    assert _ids(software, person=f"zoe.{own}@") == [made]
    created = software.get(made)["created_at"]
    assert made in _ids(software, created_from=created)
    assert made not in _ids(software, created_to=created)
    case = launched(platform, software, (1,))
    assert _ids(software, sort="deadline", limit="1") == [case.id]
