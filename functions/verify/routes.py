"""The routes: a page with a form, what it posts, and the same for software.

A file of up to 4 MB is posted straight; a larger one goes to the uploads bucket first, where it
dies after a day, and is then judged under the id it was given.
"""

from __future__ import annotations

import re
import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from paraphe.contracts.trust.verdict_words.labels import NOTICE
from paraphe.contracts.trust.verdict_words.problems import PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import blocks, instant, summary
from paraphe.contracts.trust.verdict_words.states import STATES
from paraphe.contracts.trust.verdicts import encode
from paraphe.domain.errors import GoneError
from paraphe.pages import form_data, http_request
from verify import replies

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from typing import Any

    from paraphe.domain.trust.evidence_verdict import Verdict
    from paraphe.pages.http_request import HttpRequest
    from paraphe.services import Services
    from verify.replies import Reply

PAGE, RESULT = "/verify", "/verify/{id}"
START, READ = "/v1/verifications", "/v1/verifications/{id}"
_ID = re.compile(r"ver_[A-Za-z0-9_-]{22}\Z")


def answer(services: Services, event: Mapping[str, Any], now: datetime) -> Reply:
    """Answer one request."""
    http = http_request.read(event, now)
    routes: dict[tuple[str, str], Callable[[Services, HttpRequest], Reply]] = {
        ("GET", PAGE): _form,
        ("POST", PAGE): _posted,
        ("GET", RESULT): _result,
        ("POST", START): _start,
        ("GET", READ): _read,
    }
    route = routes.get((http.method, http.route))
    if route is None:
        return replies.problem(404, "Not Found", "no_such_route", "No operation is here.")
    return route(services, http)


def _form(services: Services, http: HttpRequest) -> Reply:
    """The page with the form, and one for large files."""
    return _form_page(services, http, 200)


def _posted(services: Services, http: HttpRequest) -> Reply:
    found = _files(http)
    if not found.keys() & {"pdf", "evidence"}:
        complaint = http.words().t("Choose a signed PDF or an evidence file.")
        return _form_page(services, http, 422, complaint)
    return _verdict_page(http, _verdict_on(services, found, http.now))


def _files(http: HttpRequest) -> dict[str, bytes]:
    return form_data.files(http.body, http.headers.get("content-type", ""))


def _verdict_on(services: Services, found: Mapping[str, bytes], now: datetime) -> Verdict:
    """A PDF, with its evidence if that came too; or evidence by itself."""
    pdf, evidence = found.get("pdf"), found.get("evidence")
    if pdf is None:
        pdf, evidence = evidence or b"", None
    return services.verifier(pdf, evidence, now)


def _result(services: Services, http: HttpRequest) -> Reply:
    verdict = _verdict_on_upload(services, http)
    if verdict is None:
        complaint = http.words().t(
            "Nothing was received under this address, or it was more than a day ago."
        )
        return _form_page(services, http, 404, complaint)
    return _verdict_page(http, verdict)


def _start(services: Services, http: HttpRequest) -> Reply:
    """A PDF in the body is judged at once; anything else starts an upload."""
    if http.media_type == "application/pdf":
        if not http.body:
            detail = "The body holds no PDF."
            return replies.problem(422, "Unprocessable Content", "no_file", detail)
        verdict = services.verifier(http.body, None, http.now)
        return replies.as_json(200, encode(verdict), judged=True)
    if http.media_type == form_data.MULTIPART:
        found = _files(http)
        if not found.keys() & {"pdf", "evidence"}:
            detail = "The form has no part named pdf, and none named evidence."
            return replies.problem(422, "Unprocessable Content", "no_file", detail)
        return replies.as_json(200, encode(_verdict_on(services, found, http.now)), judged=True)
    verification = _new_id()
    uploads = {
        name: {"url": upload.url, "fields": dict(upload.fields), "max_bytes": upload.max_bytes}
        for name, upload in services.verifications.uploads(verification, http.now).items()
    }
    return replies.as_json(201, {"id": verification, "uploads": uploads})


def _read(services: Services, http: HttpRequest) -> Reply:
    verdict = _verdict_on_upload(services, http)
    if verdict is None:
        detail = "Nothing was uploaded under this id, or its day is over."
        return replies.problem(404, "Not Found", "verification_not_found", detail)
    return replies.as_json(200, encode(verdict), judged=True)


def _verdict_on_upload(services: Services, http: HttpRequest) -> Verdict | None:
    verification = http.path_values.get("id", "")
    if not _ID.match(verification):
        return None
    try:
        pdf, evidence = services.verifications.fetch(verification)
    except GoneError:
        return None
    return services.verifier(pdf, evidence, http.now)


def _form_page(services: Services, http: HttpRequest, status: int, complaint: str = "") -> Reply:
    verification = _new_id()
    lang = http.words().locale
    back = f"{services.public_url}/verify/{verification}?lang={lang}"
    upload = services.verifications.uploads(verification, http.now, back)["pdf"]
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(upload.url))
    values = {"complaint": complaint, "large": upload}
    return replies.page("form.html", http, values, status=status, upload=origin)


def _verdict_page(http: HttpRequest, verdict: Verdict) -> Reply:
    lang = http.words().locale
    found = blocks(verdict, lang)
    values = {
        "verdict": verdict,
        "headline": STATES[verdict.state].say(lang),
        "whole": summary(verdict, lang),
        "problems": [PROBLEMS[one].say(lang) for one in verdict.problems],
        "blocks": found,
        "states": {block.state: STATES[block.state].say(lang) for block in found},
        "at": instant(verdict.at),
        "notice": NOTICE.say(lang),
    }
    return replies.page("verdict.html", http, values, judged=True)


def _new_id() -> str:
    return f"ver_{secrets.token_urlsafe(16)}"
