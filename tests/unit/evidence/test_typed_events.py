"""Typed events: what is stored of them, and how what other versions stored is read."""

from __future__ import annotations

import re
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.dynamodb.rows import event_of
from paraphe.domain.evidence import audit
from paraphe.domain.evidence.audit import SYSTEM, Event, Software
from paraphe.domain.evidence.events import kinds
from paraphe.domain.evidence.events.drafts import (
    DocumentAccepted,
    DocumentAdded,
    DocumentRemoved,
    RequestCreated,
)
from paraphe.domain.evidence.events.ended import ArchiveRenewed
from paraphe.domain.evidence.events.happening import Browser, Happening, Value
from paraphe.domain.evidence.events.kinds import UnknownEvent, parse
from paraphe.domain.evidence.events.running import RecipientDeclined, ReminderDue
from paraphe.domain.evidence.events.signing import (
    CodeWrong,
    ConsentGiven,
    ConsentPage,
    SealAccepted,
)
from tests.support import played

RETENTION = Path(__file__).resolve().parents[3] / "docs" / "RETENTION.md"
# Beside what an event tells: who did it, and on whose behalf.
OF_WHO_ACTS = {
    *("client_name", "member_name", "delegation", "on_behalf", "on_behalf_name", "in_absence"),
}
EVENTS = [event_of(item) for name in sorted(played.STORIES) for item in played.recorded(name)]
VALUES: st.SearchStrategy[Value] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text(), max_size=2)
)
NAMES = sorted({name for event in EVENTS for name in event.data} | {"later"})


def test_p19_what_was_recorded_is_read_and_told_the_same() -> None:
    """P19: every recorded event is of a known class, which loses nothing of it."""
    for event in EVENTS:
        what = parse(event.kind, event.data)
        assert isinstance(what, Happening)
        data = {k: v for k, v in event.data.items() if k not in OF_WHO_ACTS}
        assert list(what.data().items()) == list(data.items())
        assert event.as_a(type(what)) == what


def test_a_kind_that_only_later_versions_know_is_read_as_unknown() -> None:
    assert parse("request_teleported", {"to": "Mars"}) == UnknownEvent(
        "request_teleported", {"to": "Mars"}
    )


@given(st.sampled_from(sorted(kinds.KINDS)), st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_whatever_is_stored_is_read(kind: str, data: dict[str, Value]) -> None:
    """P19: and what does not fit is not made up: each field holds what is stored, or nothing."""
    what = parse(kind, data)
    assert isinstance(what, kinds.KINDS[kind])
    for name, value in what.data().items():
        known = name in data and data[name] == value
        assert known or value in ("", 0, False, []), (name, value)


def test_an_earlier_trail_may_lack_fields_and_have_others() -> None:
    """P19: missing is the default, or empty; unknown names and other types are passed over."""
    assert parse("code_wrong", {"challenge": "otp_1", "colour": "red"}) == CodeWrong(
        challenge="otp_1", tries=0, void=False
    )
    assert parse("code_wrong", {"challenge": 7, "tries": True, "void": 1}) == CodeWrong(
        challenge="", tries=0, void=False
    )
    stored: dict[str, Value] = {"documents": "doc_1", "proven_until": "soon", "sha256": ["a"]}
    assert parse("archive_renewed", stored) == ArchiveRenewed(
        documents=(), sha256=("a",), evidence_files=0, late=False
    )


def test_stored_is_what_fields_hold_in_their_order() -> None:
    """P19: parts flat, tuples as lists, instants as text; what is not there is left out."""
    page = ConsentPage(browser=Browser(ip="::1", locale="fr"), pages=3)
    told = ConsentGiven(consent_version="1", page=page).data()
    assert list(told.items()) == [
        ("consent_version", "1"),
        ("ip", "::1"),
        ("locale", "fr"),
        ("pages", 3),
    ]
    assert ReminderDue(days=0).data() == {"days": 0}
    assert Browser(ip="", user_agent="").data() == {"ip": "", "user_agent": ""}
    accepted = DocumentAccepted(
        document="d", original_sha256="a", sha256="b", pages=1, judged="none", removed=()
    )
    assert accepted.data()["removed"] == []
    until = datetime(2041, 1, 1, tzinfo=UTC)
    renewed = ArchiveRenewed(
        documents=("d",), sha256=("a",), evidence_files=1, proven_until=until, late=False
    )
    assert renewed.data()["proven_until"] == "2041-01-01T00:00:00.000Z"
    assert parse("archive_renewed", renewed.data()) == renewed


def test_software_is_stored_by_its_name_before_all_else() -> None:
    """P19: an actor has kind and id; its name at the time stands in the data."""
    actor, data = audit.told(DocumentAdded(document="d"), Software.of("c", "Compta"))
    assert list(data.items()) == [("client_name", "Compta"), ("document", "d")]
    assert type(actor) is audit.Actor
    at = datetime(2026, 1, 1, tzinfo=UTC)
    event = Event("sr_1", 1, at, "document_added", actor, data, "", "")
    assert event.software == Software.of("c", "Compta")
    assert event.as_a(DocumentAdded) == DocumentAdded(document="d")
    assert event.as_a(RequestCreated) is None
    assert audit.told(RequestCreated(), Software.of("c"))[1] == {}
    assert Event("sr_1", 1, at, "request_created", SYSTEM, {}, "", "").software is None


def test_p16_what_is_personal_is_what_the_documentation_says() -> None:
    """P16: field by field, kind by kind."""
    text = RETENTION.read_text(encoding="utf-8").partition("| kind of event | fields |")[2]
    rows = re.findall(
        r"^\| (every kind|`\w+`) \| (.+) \|$", text.partition("\n\n")[0], re.MULTILINE
    )
    said = {kind.strip("`"): set(re.findall(r"`(\w+)`", names)) for kind, names in rows}
    everywhere = said.pop("every kind")
    for kind in [*kinds.KINDS, "of_a_later_version"]:
        assert kinds.personal(kind) == everywhere | said.get(kind, set()), kind
    assert set(said) <= set(kinds.KINDS)


@pytest.mark.parametrize("part", [Browser, *kinds.KINDS.values()], ids=lambda kind: kind.__name__)
def test_p16_a_personal_field_can_be_taken_out(part: type[Happening]) -> None:
    """P16: it is None then; a field that has to be there could not be forgotten."""
    assert not part.personal() & set(part.read({}).data())


def test_p16_a_stripped_event_is_read_without_them() -> None:
    """P16: typed, as before."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    declined = RecipientDeclined(reason="Non.")
    event = Event("sr_1", 1, at, declined.kind, SYSTEM, declined.data(), "", "")
    assert audit.stripped(event).as_a(RecipientDeclined) == RecipientDeclined()
    assert audit.stripped(event).withheld == ("reason",)
    sealed: dict[str, Value] = {
        "recipient": "rcp_1",
        "name": "Claire",
        "capability": "seal",
        "tries": 1,
    }
    kept = audit.stripped(Event("sr_1", 1, at, SealAccepted.kind, SYSTEM, sealed, "", ""))
    assert kept.data == {"recipient": "rcp_1", "capability": "seal", "tries": 1}
    later = Event("sr_1", 1, at, "of_a_later_version", SYSTEM, {"ip": "::1", "to": "Mars"}, "", "")
    assert audit.stripped(later).data == {"to": "Mars"}


def test_it_is_made_as_a_frozen_dataclass_is() -> None:
    """All that it needs, nothing that it does not know; equal by what it holds; never changed."""
    made: Any = CodeWrong
    with pytest.raises(TypeError, match="CodeWrong needs tries"):
        made(challenge="otp_1")
    with pytest.raises(TypeError, match="CodeWrong has no colour"):
        made(challenge="otp_1", tries=1, void=False, colour="red")
    one, same = (made(challenge="otp_1", tries=1, void=False) for _ in range(2))
    assert (one, hash(one)) == (same, hash(same))
    assert one != made(challenge="otp_1", tries=2, void=False)
    assert DocumentAdded(document="d") != DocumentRemoved(document="d")
    with pytest.raises(FrozenInstanceError):
        one.tries = 2
    assert repr(one) == "CodeWrong(challenge='otp_1', tries=1, void=False, member=None)"
