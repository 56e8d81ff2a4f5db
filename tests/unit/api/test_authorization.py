"""P23: every operation of the API, whoever calls, own firm and foreign; none is left out.

The stories are those of the reference's examples: each call is first tried by everybody who may not
make it, then made by a member who has just the capability that it needs, under a delegation, or,
where a member cannot, by software.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re

import pytest

from api.app import operations
from paraphe.domain.firms.member import Capability
from paraphe.ports.requests import RecipientRef
from tests.support import api_examples
from tests.support.who_calls import Everybody
from tests.support.world import World

PREPARE, LAUNCH = frozenset({Capability.PREPARE}), frozenset({Capability.LAUNCH})
SEAL, MANAGE = frozenset({Capability.SEAL}), frozenset({Capability.MANAGE})
READ: frozenset[Capability] = frozenset()
# What each operation needs; a new one has no row here, and this test fails until it has.
NEEDS: dict[str, frozenset[Capability]] = {
    name: needed
    for needed, names in {
        PREPARE: """
            create_signature_request change_signature_request delete_signature_request
            add_document renew_upload change_document remove_document
            add_recipient remove_recipient
            create_template create_template_from_draft change_template set_template_documents
            copy_template delete_template create_request_from_template
            create_contact change_contact delete_contact begin_contact_import commit_contact_import
        """,
        LAUNCH: """
            replace_recipient resend_recipient launch_signature_request
            relaunch_signature_request remind_signature_request cancel_signature_request
            resume_signature_request
        """,
        # Of a draft the one, of what was launched the other; a bulk launch both.
        PREPARE | LAUNCH: """
            change_recipient begin_bulk_launch preview_bulk_launch launch_bulk
        """,
        SEAL: "seal_signature_request confirm_seal",
        MANAGE: """
            create_webhook change_webhook delete_webhook rotate_webhook_secret test_webhook
            replay_webhook_delivery replay_webhook_deliveries
            change_member remove_member invite_member resend_invitation revoke_invitation
            create_delegation revoke_delegation
            create_api_client change_api_client rotate_api_client revoke_api_client
            change_settings put_archive_target delete_archive_target answer_data_request
        """,
        READ: """
            list_signature_requests get_signature_request get_document get_recipient
            download_document list_events get_evidence list_audit_heads get_audit_heads
            list_webhooks get_webhook list_webhook_events list_webhook_deliveries
            list_templates get_template get_bulk_sample get_bulk_launch list_bulk_rows
            list_contacts get_contact list_members get_member list_invitations list_delegations
            list_api_clients get_api_client get_contact_import list_contact_import_rows
            get_rejected_contacts export_contacts get_settings
            export_to_archive get_archive_export download_archive_export
            retry_archive_export list_archive_exports get_archive_target
        """,
    }.items()
    for name in names.split()
}
# A member cannot make these in the way of the stories: they seal with a code of their own,
# delegate in their own name, change nobody who may do more, and give software no more than they
# have (tests/unit/firms/test_acting_members.py).
BY_SOFTWARE = frozenset(
    {
        *("seal_signature_request", "confirm_seal", "create_delegation"),
        *("change_member", "remove_member", "create_api_client"),
    }
)
STORIES = sorted(one.name for one in pkgutil.iter_modules(api_examples.__path__))
STORIES.remove("__main__")

FORBIDDEN = (403, "not_permitted")
REFUSED = {
    "without scope": {(403, "insufficient_scope")},
    "without capability": {FORBIDDEN},
    "staff": {FORBIDDEN},
    "signer": {FORBIDDEN},
    "other templates": {FORBIDDEN},
}

# What is not told by the transaction itself that a member was revoked, only by the next click.
NOT_IN_ONE_TRANSACTION = {
    "begin_contact_import": "contact lists lie in S3",
    "commit_contact_import": "likewise; the contacts are written by another door",
    "answer_data_request": "an export writes nothing; each write of an erasure is told",
}


@functools.cache
def played(name: str) -> Everybody:
    """Play a story."""
    everybody = Everybody(World(), NEEDS, BY_SOFTWARE, frozenset(NOT_IN_ONE_TRANSACTION))
    importlib.import_module(f"{api_examples.__name__}.{name}").play(everybody.world, everybody)
    return everybody


def test_every_operation_has_a_row_and_is_played() -> None:
    """All of them, and nothing that is no operation."""
    every = {operation.id for operation in operations()}
    assert set(NEEDS) == every
    assert {name for story in STORIES for name in played(story).answers} == every


@pytest.mark.parametrize("story", STORIES)
def test_who_may_not_is_refused_and_changes_nothing(story: str) -> None:
    """The scope first; then the capability, the delegation's templates, what was revoked."""
    everybody = played(story)
    wrong = [
        (one.operation, one.who, one.answer.status, one.answer.text[:150])
        for one in everybody.tried
        if one.who in REFUSED and (one.answer.status, one.answer.code) not in REFUSED[one.who]
    ]
    assert not wrong, "\n".join(map(str, wrong))
    assert everybody.changed == []


@pytest.mark.parametrize("story", STORIES)
def test_who_was_revoked_meanwhile_is_missed_by_the_act(story: str) -> None:
    """P23: the transaction relies on the member; or the rule asks before it, for other reasons."""
    refused = {FORBIDDEN, (403, "not_permitted_anymore"), (403, "scope_not_held")}
    wrong = [
        (one.operation, one.answer.status, one.answer.text[:150])
        for one in played(story).tried
        if one.who == "revoked" and (one.answer.status, one.answer.code) not in refused
    ]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("story", STORIES)
def test_no_answer_log_or_event_holds_a_link_or_a_code(story: str) -> None:
    """Of no signer, whoever asks: neither in an answer, nor in its log line, nor in the trail."""
    everybody = played(story)
    world = everybody.world
    told = [one.answer.text for one in everybody.tried]
    told += [answer.text for answer in everybody.answers.values()]
    told += [str(answer.headers) for answer in everybody.answers.values()]
    told += [repr(call) for call in everybody.observer.calls]
    for ref in world.requests.stored:
        told += [str(dict(event.data)) for event in world.requests.events(ref)]
    whole = "\n".join(told)
    for ref in world.requests.stored:
        request = world.requests.load_whole(ref)
        for person in request.recipients:
            whose = RecipientRef(ref.firm_id, ref.request_id, person.id)
            for generation in range(person.link_generation + 1):
                assert world.links.token(whose, generation) not in whole
        for challenge in request.challenges:
            code = world.codes.make(challenge.id)
            assert not re.search(rf"(?<![0-9a-z]){code}(?![0-9a-z])", whole)


@pytest.mark.parametrize("story", STORIES)
def test_what_is_not_yours_is_not_there(story: str) -> None:
    """The same answer, but for its ids, whether it is another firm's or nobody's."""
    tried = played(story).tried
    pairs = zip(
        (one for one in tried if one.who == "another firm"),
        (one for one in tried if one.who == "not there"),
        strict=True,
    )
    wrong = [
        (theirs.operation, theirs.answer.status, theirs.answer.text[:150], none.answer.text[:150])
        for theirs, none in pairs
        if (theirs.answer.status, theirs.answer.text) != (none.answer.status, none.answer.text)
    ]
    assert not wrong, "\n".join(map(str, wrong))
