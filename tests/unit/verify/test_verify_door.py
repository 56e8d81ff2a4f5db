"""The public door of verification: page, route, large files, bad input."""

from __future__ import annotations

import base64
import functools
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from infra.local import emulator
from infra.local.journey import sample_pdf
from paraphe.domain.evidence.account import written
from tests.support import attacks, signed
from tests.support.verify_world import NOW, VerifyWorld, house, signed_pdf
from verify.routes import answer

if TYPE_CHECKING:
    from verify.replies import Reply

ID = "ver_" + "a" * 22


def ask(
    method: str,
    resource: str,
    *,
    world: VerifyWorld | None = None,
    body: bytes = b"",
    media_type: str = "",
    verification: str = "",
    query: dict[str, str] | None = None,
) -> Reply:
    """One request as API Gateway passes it on."""
    path = resource.replace("{id}", verification)
    event: dict[str, Any] = {
        "httpMethod": method,
        "resource": resource,
        "path": path,
        "requestContext": {"path": f"/prod{path}"},
        "headers": {"Content-Type": media_type, "Host": "sign.example.org"},
        "queryStringParameters": query,
        "pathParameters": {"id": verification} if verification else None,
        "body": base64.b64encode(body).decode() if body else None,
        "isBase64Encoded": bool(body),
    }
    return answer((world or VerifyWorld()).services(), event, NOW)


def form(**parts: bytes) -> tuple[bytes, str]:
    """A multipart body and its type."""
    out = b""
    for name, content in parts.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="x"'
        out += b"--edge\r\n" + head.encode() + b"\r\nContent-Type: application/pdf\r\n\r\n"
        out += content + b"\r\n"
    return out + b"--edge--\r\n", "multipart/form-data; boundary=edge"


def test_form() -> None:
    """The page has both forms and its own policy; its links hold below any stage and domain."""
    world = VerifyWorld()
    reply = ask("GET", "/verify", world=world, query={"lang": "en"})
    assert reply.status == 200
    assert 'action="verify?lang=en"' in reply.body
    assert "https://uploads.example.org" in reply.headers["Content-Security-Policy"]
    assert world.backs[0] is not None
    assert re.match(r"https://sign\.example\.org/verify/ver_.{22}\?lang=en\Z", world.backs[0])
    assert "Vérifier" in ask("GET", "/verify").body


def test_posted_file() -> None:
    """A posted file is judged in the reader's language."""
    body, media_type = form(pdf=signed_pdf())
    for lang, word in (("fr", "VALIDE"), ("en", "VALID")):
        reply = ask("POST", "/verify", body=body, media_type=media_type, query={"lang": lang})
        assert reply.judged
        assert f"<strong>{word}</strong>" in reply.body
        assert "Cabinet Martin" in reply.body
    body, media_type = form(pdf=attacks.content(signed_pdf()))
    reply = ask("POST", "/verify", body=body, media_type=media_type, query={"lang": "en"})
    assert "NOT VALID" in reply.body


def test_a_file_that_nobody_signed() -> None:
    """Page and route say so, also of one that bears a time-stamp."""
    stamped = signed.prepared(house(), sample_pdf(["x"]), 1, seal=False).getvalue()
    for data, words in (
        (stamped, {"fr": "Il ne porte qu’un horodatage", "en": "It only bears a time-stamp"}),
        (sample_pdf(["x"]), {"fr": "Personne n’a signé", "en": "Nobody signed"}),
    ):
        body, media_type = form(pdf=data)
        for lang, word in words.items():
            headline = {"fr": "NON SIGNÉ", "en": "NOT SIGNED"}[lang]
            reply = ask("POST", "/verify", body=body, media_type=media_type, query={"lang": lang})
            assert f"<strong>{headline}</strong>" in reply.body
            assert word in reply.body
        told = ask("POST", "/v1/verifications", body=data, media_type="application/pdf")
        said = json.loads(told.body)
        assert (said["state"], said["exit_code"]) == ("unsigned", 4)


def test_names_are_escaped() -> None:
    """What a certificate says is text, never markup."""
    place = signed.house()
    file = signed.prepared(place, sample_pdf(["x"]), 1, seal=False)
    signed.sign(place, file, 0, "<script>alert(1)</script>")
    body, media_type = form(pdf=file.getvalue())
    reply = ask("POST", "/verify", body=body, media_type=media_type)
    assert "<script" not in reply.body
    assert "&lt;script&gt;" in reply.body


def test_route_for_software() -> None:
    """A PDF in the body, or PDF and evidence as a form, answered in JSON."""
    reply = ask("POST", "/v1/verifications", body=signed_pdf(), media_type="application/pdf")
    said = json.loads(reply.body)
    assert (reply.status, said["state"], said["exit_code"]) == (200, "valid", 0)
    body, media_type = form(pdf=signed_pdf(), evidence=b"{}")
    said = json.loads(ask("POST", "/v1/verifications", body=body, media_type=media_type).body)
    assert said["evidence"]["state"] == "invalid"


def test_large_file() -> None:
    """An upload is started, then judged under its id; page and route say the same."""
    world = VerifyWorld()
    started = ask("POST", "/v1/verifications", world=world, media_type="application/json")
    assert started.status == 201
    verification = json.loads(started.body)["id"]
    assert set(json.loads(started.body)["uploads"]) == {"pdf", "evidence"}
    read = functools.partial(
        ask, "GET", "/v1/verifications/{id}", world=world, verification=verification
    )
    assert read().status == 404
    world.kept[verification] = (signed_pdf(), None)
    assert json.loads(read().body)["state"] == "valid"
    shown = ask("GET", "/verify/{id}", world=world, verification=verification)
    assert "VALIDE" in shown.body


def test_bad_input() -> None:
    """No file, an id that cannot be, one that is not there, another method, rubbish."""
    assert ask("POST", "/verify").status == 422
    assert ask("POST", "/v1/verifications", media_type="application/pdf").status == 422
    body, media_type = form(other=b"x")
    reply = ask("POST", "/v1/verifications", body=body, media_type=media_type)
    assert reply.status == 422
    assert json.loads(reply.body)["code"] == "no_file"
    for verification in (ID, "ver_../../x", "x"):
        assert ask("GET", "/verify/{id}", verification=verification).status == 404
        missing = ask("GET", "/v1/verifications/{id}", verification=verification)
        assert missing.status == 404
    assert ask("DELETE", "/verify").status == 404
    body, media_type = form(pdf=b"rubbish")
    assert "PDF ILLISIBLE" in ask("POST", "/verify", body=body, media_type=media_type).body
    assert datetime.now(UTC) > signed.BEGIN


def test_the_sample_event_is_answered_with_the_form() -> None:
    """`events/verify.json` is what API Gateway sends for the page."""
    event = json.loads((emulator.REPOSITORY / "events" / "verify.json").read_text("utf-8"))
    reply = answer(VerifyWorld().services(), event, NOW).proxied()
    assert reply["statusCode"] == 200
    assert "<form" in reply["body"]


def test_an_evidence_file_alone_is_judged() -> None:
    """Posted by itself, on the page and by software: one sentence about it, and its block."""
    told = {"events": [], "chain": {"count": 0, "head": ""}, "documents": []}
    account = written({"evidence": told})
    body, media_type = form(evidence=account)
    reply = ask("POST", "/verify", body=body, media_type=media_type, query={"lang": "en"})
    assert reply.judged
    assert "The evidence file is not sealed." in reply.body
    answered = ask("POST", "/v1/verifications", body=body, media_type=media_type)
    verdict = json.loads(answered.body)
    assert (answered.status, verdict["state"]) == (200, "indeterminate")
    assert verdict["signatures"] == []
    assert verdict["evidence"]["problems"] == ["seal_missing"]
    assert verdict["evidence"]["archived_at"] is None
