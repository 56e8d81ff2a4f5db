"""P4: scripts and actions are removed from a file only if its sender allows it."""

from dataclasses import replace

import pytest

from paraphe.domain.errors import ConflictError
from paraphe.domain.requests import drafts
from paraphe.domain.requests.document import DocumentState
from paraphe.domain.requests.inspection import RefusalReason, Refused
from paraphe.domain.requests.model import SignatureRequest
from tests.support.world import World, accepted

DOCUMENT = "doc_00000001"
KINDS = (RefusalReason.JAVASCRIPT, RefusalReason.OPEN_ACTION)


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _active() -> Refused:
    without = replace(accepted(b"pdf"), original_sha256="0" * 64, removed=KINDS)
    return Refused(RefusalReason.JAVASCRIPT, "Or allow remove_active_content.", without=without)


def _draft(world: World, *, allowed: bool = False) -> SignatureRequest:
    request = world.load(world.draft(files=0))
    return drafts.add_document(
        request, DOCUMENT, "a.pdf", world.now, remove_active_content=allowed
    ).request


def test_it_is_refused_by_default_and_the_refusal_names_the_way(world: World) -> None:
    """The state is `refused`, with the gravest reason, every kind and what to send."""
    decision = drafts.record_inspection(_draft(world), DOCUMENT, _active(), None, world.now)
    document = decision.request.documents[0]
    assert (document.state, document.refusal) == (DocumentState.REFUSED, "javascript")
    assert document.removable == ("javascript", "open_action")
    assert "remove_active_content" in (document.refusal_detail or "")
    assert (document.removed, document.sha256) == ((), None)
    again = drafts.record_inspection(decision.request, DOCUMENT, _active(), None, world.now)
    assert again.changes_nothing


def test_what_the_sender_allowed_is_accepted_and_told(world: World) -> None:
    """Consent, what was removed and both hashes are in the trail."""
    draft = _draft(world, allowed=True)
    decision = drafts.record_inspection(draft, DOCUMENT, _active(), "key", world.now)
    document = decision.request.documents[0]
    assert (document.state, document.removed) == (
        DocumentState.READY,
        ("javascript", "open_action"),
    )
    assert document.original_sha256 != document.sha256
    (event,) = decision.events
    assert event.data["removed"] == ["javascript", "open_action"]
    assert event.data["original_sha256"] == "0" * 64


def test_consent_after_the_refusal(world: World) -> None:
    """It is an event of its own, by the sender; the same again is none; it can be taken back."""
    refused = drafts.record_inspection(_draft(world), DOCUMENT, _active(), None, world.now)
    given = drafts.allow_removal(refused.request, DOCUMENT, world.now, allowed=True)
    (event,) = given.events
    assert (event.kind, event.actor.kind) == ("removal_allowed", "sender")
    same = drafts.allow_removal(given.request, DOCUMENT, world.now, allowed=True)
    assert same.changes_nothing
    ready = drafts.record_inspection(given.request, DOCUMENT, _active(), "key", world.now)
    document = ready.request.documents[0]
    assert (document.state, document.removable) == (DocumentState.READY, ())
    with pytest.raises(ConflictError, match="already_uploaded"):
        drafts.allow_removal(ready.request, DOCUMENT, world.now, allowed=False)
    back = drafts.allow_removal(given.request, DOCUMENT, world.now, allowed=False)
    assert [event.kind for event in back.events] == ["removal_withdrawn"]
    kept = drafts.record_inspection(back.request, DOCUMENT, _active(), "key", world.now)
    assert kept.request.documents[0].state is DocumentState.REFUSED


def test_consent_that_came_while_the_report_was_recorded(world: World) -> None:
    """Without an adopted file there is nothing to point to: it is sent again."""
    draft = _draft(world, allowed=True)
    decision = drafts.record_inspection(draft, DOCUMENT, _active(), None, world.now)
    assert decision.request.documents[0].state is DocumentState.REFUSED


def test_a_file_without_active_content_needs_no_consent_and_uses_none(world: World) -> None:
    """Nothing was removed, so nothing is said to have been."""
    for allowed in (False, True):
        draft = _draft(world, allowed=allowed)
        decision = drafts.record_inspection(draft, DOCUMENT, accepted(b"pdf"), "k", world.now)
        document = decision.request.documents[0]
        assert (document.state, document.removed) == (DocumentState.READY, ())
