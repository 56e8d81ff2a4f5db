"""Names in which something, or everything, cannot be seen; keys that stand there twice."""

import pytest

from tests.support.api import Caller
from tests.support.world import World

ROOT = "/v1/signature_requests"
SENDER = {"name": "Claire", "email": "claire@cabinet.example"}
HOSTILE = {
    "zero-width": "\u200b",
    "tags": "\U000e0041",
    "filler": "\u3164",
    "braille": "\u2800",
    "choseong": "\u115f",
    "combining": "\u0301",
    "unassigned": "\U000e0fff",
    "private": "\ue000",
    "override": "a\u202egpj",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_names_titles_and_files_show_what_they_say(caller: Caller, world: World, kind: str) -> None:
    """Refused at their field, with the character's number; nothing is made of them."""
    ref = world.draft()
    (signer,) = world.signer_ids(ref)
    before = world.load(ref)
    text, path = HOSTILE[kind], f"{ROOT}/{ref.request_id}"
    person = {"name": text, "email": "a@b.fr", "phone": "0612345678"}
    draft = {"title": "T", "sender": SENDER}
    calls = [
        ("POST", ROOT, {**draft, "title": text}, "#/title"),
        ("POST", ROOT, {**draft, "message": text}, "#/message"),
        ("POST", ROOT, {**draft, "sender": {**SENDER, "name": text}}, "#/sender/name"),
        ("POST", f"{path}/documents", {"name": text}, "#/name"),
        ("POST", f"{path}/recipients", person, "#/name"),
        ("PATCH", f"{path}/recipients/{signer}", {"name": text}, "#/name"),
        ("POST", f"{path}/recipients/{signer}/replace", person, "#/name"),
    ]
    for method, address, body, pointer in calls:
        if pointer == "#/message" and kind == "zero-width":
            continue  # taken out of running text, which may be empty
        answer = caller.call(method, address, body)
        assert (answer.status, answer.code) == (422, "invalid_body"), (address, body)
        (fault,) = answer.json["errors"]
        assert fault["pointer"] == pointer
        assert fault["code"] == "invisible_characters"
        assert "U+" in fault["detail"] or "accent" in fault["detail"]
    assert world.load(ref) == before
    assert len(world.requests.stored) == 1


def test_a_message_is_taken_as_it_is_pasted(caller: Caller) -> None:
    """Line breaks stay; soft hyphens and zero-width spaces go."""
    body = {"title": "T", "sender": SENDER, "message": "Mer\u00adci\u200b,\r\nà signer"}
    assert caller.call("POST", ROOT, body).json["message"] == "Merci,\nà signer"


@pytest.mark.parametrize(
    ("raw", "pointers"),
    [
        (b'{"title":"A","title":"B","sender":{"name":"C","email":"c@d.fr"}}', ["#/title"]),
        (b'{"title":"A","sender":{"name":"C","name":"D","email":"c@d.fr"}}', ["#/sender/name"]),
        (b'{"title":"A","t\\u0069tle":"B","sender":{"name":"C","email":"c@d.fr"}}', ["#/title"]),
        (
            b'{"title":"A","sender":{"name":"C","email":"c@d.fr","email":"e@f.fr"},"title":"B"}',
            ["#/sender/email", "#/title"],
        ),
    ],
)
def test_a_key_that_stands_there_twice_is_named(
    caller: Caller, world: World, raw: bytes, pointers: list[str]
) -> None:
    """Readers differ in which one they take, so none is taken."""
    answer = caller.call("POST", ROOT, raw=raw)
    assert (answer.status, answer.code) == (400, "repeated_key")
    assert [fault["pointer"] for fault in answer.json["errors"]] == pointers
    assert world.requests.stored == {}


def test_in_lists_too(caller: Caller, world: World) -> None:
    """The pointer counts from 0."""
    ref = world.draft()
    (document,) = world.load(ref).documents
    box = f'"document_id":"{document.id}","page":1,"x":1,"y":1,"width":9,"height":9,"x":2'
    raw = f'{{"name":"A","email":"a@b.fr","phone":"0612345678","placements":[{{{box}}}]}}'.encode()
    answer = caller.call("POST", f"{ROOT}/{ref.request_id}/recipients", raw=raw)
    assert answer.code == "repeated_key"
    assert answer.json["errors"][0]["pointer"] == "#/placements/0/x"
