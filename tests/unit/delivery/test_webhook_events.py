"""What webhooks tell: each event of the trail is decided on; thin, typed, signed."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import yaml
from standardwebhooks import Webhook, WebhookVerificationError

from infra.tree import text_of
from paraphe.contracts.delivery.webhook_events import SHAPES
from paraphe.domain.delivery import webhook_events
from paraphe.domain.delivery.webhook_events import (
    CATALOGUE,
    NOT_TOLD,
    TOLD,
    Subject,
    example,
    messages,
)
from paraphe.domain.delivery.webhook_signatures import SECRET_BYTES, headers, secret_of
from paraphe.domain.evidence.events import kinds
from paraphe.domain.ids import is_id
from tests.support.world import World

NOW = datetime.now(UTC).replace(microsecond=0)


def test_each_kind_of_the_trail_is_told_or_is_not() -> None:
    """A new kind is decided on here: TOLD, or NOT_TOLD."""
    assert set(kinds.WRITTEN) == set(TOLD) | NOT_TOLD
    assert not set(TOLD) & NOT_TOLD


def test_each_entry_of_the_catalogue_happens() -> None:
    told = {name for names in TOLD.values() for name in names}
    assert told == set(CATALOGUE) - {webhook_events.TEST}


def test_the_stream_lets_through_what_is_told_and_nothing_else() -> None:
    """So that no function runs for what no webhook tells."""
    text = text_of("infra/template/parts/delivery.yaml")
    pattern = re.search(r'\{"eventName".*"type": \{"S": \["event"\]\}.*\}', text)
    assert pattern is not None
    image = json.loads(pattern[0])["dynamodb"]["NewImage"]
    assert image["kind"]["S"] == sorted(TOLD)
    assert yaml.safe_load(pattern[0])["eventName"] == ["INSERT"]


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_bodies_have_the_published_shape(name: str) -> None:
    entry = CATALOGUE[name]
    made = example(entry, NOW)
    shown = SHAPES[entry.about].model_validate_json(made.body)
    assert (shown.id, shown.type) == (made.id, name)
    assert len(made.body) < 1000


def test_a_whole_life_is_told_without_a_word_about_people() -> None:
    """No name, address, phone, title, file name, code or link; ids are stable."""
    world = World()
    ref = world.launched(people=(1, 2))
    request = world.sign_all(ref)
    trail = world.requests.events(ref)
    told = [m for event in trail for m in messages(event, Subject("DOSSIER-1", "test"))]
    types = [m.type for m in told]
    assert types[0] == "signature_request.created"
    assert types.count("recipient.signed") == 2
    assert "signature_request.completed" in types
    assert len({m.id for m in told}) == len(told)
    assert told == [m for event in trail for m in messages(event, Subject("DOSSIER-1", "test"))]
    everything = "".join(m.body for m in told)
    private = [request.title, request.sender.name, request.sender.email, "lettre-"]
    private += [str(v) for r in request.recipients for v in (r.name, r.email, r.phone, r.link_hash)]
    private += [str(d.current_sha256) for d in request.documents]
    assert [text for text in private if text and text in everything] == []
    for message in told:
        body = json.loads(message.body)
        assert is_id(message.id, "whd")
        assert body["data"]["signature_request_id"] == ref.request_id
        assert body["data"]["external_id"] == "DOSSIER-1"
        assert body["data"]["mode"] == "test"
        SHAPES[CATALOGUE[message.type].about].model_validate_json(message.body)


def test_a_decline_is_told_of_both_without_its_reason() -> None:
    world = World()
    ref = world.launched()
    (signer,) = world.signer_ids(ref)
    world.decline(ref, signer, "Je ne suis pas d'accord.")
    told = [m for event in world.requests.events(ref) for m in messages(event)]
    ended = [m for m in told if m.type.endswith(".declined")]
    assert [m.type for m in ended] == ["recipient.declined", "signature_request.declined"]
    assert json.loads(ended[0].body)["data"]["recipient_id"] == signer
    assert "accord" not in "".join(m.body for m in told)


def test_the_standards_library_verifies_ours() -> None:
    """Also while a secret is rotated: with the old one, and with the new one."""
    old, new, other = (secret_of(bytes([n]) * SECRET_BYTES) for n in (1, 2, 3))
    message = example(CATALOGUE["signature_request.completed"], NOW)
    body = message.body.encode()
    for secrets in ([old], [new, old]):
        sent = dict(headers(message.id, NOW, body, secrets))
        for secret in secrets:
            assert Webhook(secret).verify(body, sent)["id"] == message.id
        with pytest.raises(WebhookVerificationError):
            Webhook(other).verify(body, sent)
        with pytest.raises(WebhookVerificationError):
            Webhook(secrets[0]).verify(body + b" ", sent)


def test_a_code_that_nobody_needs_any_more_is_no_failure() -> None:
    world = World()
    ref = world.launched()
    event = world.requests.events(ref)[-1]
    data = {"challenge": "x", "reason": "phone_refused"}
    failed = replace(event, kind="code_not_sent", data=data)
    assert [m.type for m in messages(failed)] == ["delivery.failed"]
    assert messages(replace(failed, data={"challenge": "x", "reason": "request_over"})) == ()
