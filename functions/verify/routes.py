"""The routes: a page with a form, what it posts, and the same for software.

A file of up to 4 MB is posted straight; a larger one goes to the uploads bucket first, where it
dies after a day, and is then judged under the id it was given.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from paraphe.contracts.trust.verdict_words.labels import NOTICE
from paraphe.contracts.trust.verdict_words.problems import PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import blocks, instant, summary
from paraphe.contracts.trust.verdict_words.states import STATES
from paraphe.contracts.trust.verdicts import encode
from paraphe.domain.errors import GoneError
from verify import replies
from verify import request as asked
from verify.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from paraphe.domain.trust.verdict import Verdict
    from paraphe.ports.files import Verifications
    from verify.replies import Reply
    from verify.request import Asked

PAGE, RESULT = "/verify", "/verify/{id}"
START, READ = "/v1/verifications", "/v1/verifications/{id}"
_ID = re.compile(r"ver_[A-Za-z0-9_-]{22}\Z")


class Tools(Protocol):
    """What this door works with; `paraphe.wiring` keeps it."""

    def verifier(self) -> Callable[[bytes, bytes | None, datetime], Verdict]:
        """Give the judge: PDF, evidence file, instant."""
        ...

    def verifications(self) -> Verifications:
        """Give the place of files too large to be posted."""
        ...

    def public_url(self) -> str:
        """Give what the pages' addresses begin with."""
        ...


def answer(tools: Tools, event: Mapping[str, Any], now: datetime) -> Reply:
    """Answer one request."""
    request = asked.read(event)
    routes: dict[tuple[str, str], Callable[[Tools, Asked, datetime], Reply]] = {
        ("GET", PAGE): _form,
        ("POST", PAGE): _posted,
        ("GET", RESULT): _result,
        ("POST", START): _start,
        ("GET", READ): _read,
    }
    route = routes.get((request.method, request.path))
    if route is None:
        return replies.problem(404, "Not Found", "no_such_route", "No operation is here.")
    return route(tools, request, now)


def _form(tools: Tools, request: Asked, now: datetime) -> Reply:
    """The page with the form, and one for large files."""
    return _shown(tools, request, now, 200)


def _posted(tools: Tools, request: Asked, now: datetime) -> Reply:
    found = asked.files(request)
    if not found.keys() & {"pdf", "evidence"}:
        return _shown(tools, request, now, 422, complaint=WORDS[request.lang]["no_file"])
    return _told(request, _judged(tools, found, now))


def _judged(tools: Tools, found: Mapping[str, bytes], now: datetime) -> Verdict:
    """A PDF, with its evidence if that came too; or evidence by itself."""
    pdf, evidence = found.get("pdf"), found.get("evidence")
    if pdf is None:
        pdf, evidence = evidence or b"", None
    return tools.verifier()(pdf, evidence, now)


def _result(tools: Tools, request: Asked, now: datetime) -> Reply:
    verdict = _stored(tools, request, now)
    if verdict is None:
        return _shown(tools, request, now, 404, complaint=WORDS[request.lang]["gone"])
    return _told(request, verdict)


def _start(tools: Tools, request: Asked, now: datetime) -> Reply:
    """A PDF in the body is judged at once; anything else starts an upload."""
    if request.media_type == "application/pdf":
        if not request.body:
            detail = "The body holds no PDF."
            return replies.problem(422, "Unprocessable Content", "no_file", detail)
        verdict = tools.verifier()(request.body, None, now)
        return replies.as_json(200, encode(verdict), judged=True)
    if request.media_type == "multipart/form-data":
        found = asked.files(request)
        if not found.keys() & {"pdf", "evidence"}:
            detail = "The form has no part named pdf, and none named evidence."
            return replies.problem(422, "Unprocessable Content", "no_file", detail)
        return replies.as_json(200, encode(_judged(tools, found, now)), judged=True)
    verification = _new_id()
    uploads = {
        name: {"url": upload.url, "fields": dict(upload.fields), "max_bytes": upload.max_bytes}
        for name, upload in tools.verifications().uploads(verification, now).items()
    }
    return replies.as_json(201, {"id": verification, "uploads": uploads})


def _read(tools: Tools, request: Asked, now: datetime) -> Reply:
    verdict = _stored(tools, request, now)
    if verdict is None:
        detail = "Nothing was uploaded under this id, or its day is over."
        return replies.problem(404, "Not Found", "verification_not_found", detail)
    return replies.as_json(200, encode(verdict), judged=True)


def _stored(tools: Tools, request: Asked, now: datetime) -> Verdict | None:
    verification = request.values.get("id", "")
    if not _ID.match(verification):
        return None
    try:
        pdf, evidence = tools.verifications().fetch(verification)
    except GoneError:
        return None
    return tools.verifier()(pdf, evidence, now)


def _shown(tools: Tools, request: Asked, now: datetime, status: int, complaint: str = "") -> Reply:
    verification = _new_id()
    back = f"{tools.public_url()}/verify/{verification}?lang={request.lang}"
    upload = tools.verifications().uploads(verification, now, back)["pdf"]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(upload.url))
    return replies.page(
        status,
        upload=origin,
        up=request.up,
        lang=request.lang,
        words=WORDS[request.lang],
        complaint=complaint,
        large=upload,
        verdict=None,
    )


def _told(request: Asked, verdict: Verdict) -> Reply:
    lang = request.lang
    return replies.page(
        200,
        judged=True,
        up=request.up,
        lang=lang,
        words=WORDS[lang],
        complaint="",
        large=None,
        verdict=verdict,
        headline=STATES[verdict.state].say(lang),
        whole=summary(verdict, lang),
        problems=[PROBLEMS[one].say(lang) for one in verdict.problems],
        blocks=blocks(verdict, lang),
        states={block.state: STATES[block.state].say(lang) for block in blocks(verdict, lang)},
        at=instant(verdict.at),
        notice=NOTICE.say(lang),
    )


def _new_id() -> str:
    return f"ver_{secrets.token_urlsafe(16)}"
