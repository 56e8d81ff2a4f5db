"""Verification on the deployed platform: its own signed file, by page, route and large upload."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from infra.local.journey import http
from tests.integration.conftest import launched
from tests.support import attacks

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack


def post(url: str, body: bytes, media_type: str) -> tuple[int, str]:
    """Post as a stranger: no token."""
    request = urllib.request.Request(
        url, data=body, headers={"Content-Type": media_type}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return int(answer.status), answer.read().decode()
    except urllib.error.HTTPError as error:
        return int(error.code), error.read().decode()


def test_a_stranger_verifies_what_the_platform_signed(
    platform: LocalStack, software: Software
) -> None:
    """P20: valid for this platform's roots; a changed copy is not; nobody needs an account."""
    case = launched(platform, software, (1,))
    case.sign(0)
    software.wait_state(case.id, "completed")
    pdf = software.download(case.id, case.documents[0])
    status, body = post(f"{platform.url}/v1/verifications", pdf, "application/pdf")
    assert status == 200, body
    said = json.loads(body)
    assert said["state"] == "valid", said
    assert all(one["root"]["known"] for one in said["signatures"])
    changed = attacks.content(pdf)
    status, body = post(f"{platform.url}/v1/verifications", changed, "application/pdf")
    assert (status, json.loads(body)["state"]) == (200, "invalid")


def test_a_large_file_goes_through_the_bucket(platform: LocalStack, software: Software) -> None:
    """An upload is started, posted to storage, and judged under its id, by route and page."""
    case = launched(platform, software, (1,))
    case.sign(0)
    software.wait_state(case.id, "completed")
    pdf = software.download(case.id, case.documents[0])
    status, body = post(f"{platform.url}/v1/verifications", b"{}", "application/json")
    assert status == 201, body
    started = json.loads(body)
    read = f"{platform.url}/v1/verifications/{started['id']}"
    assert http("GET", read).status == 404
    assert upload(started["uploads"]["pdf"], pdf) in {200, 201, 204}
    found = http("GET", read)
    assert (found.status, json.loads(found.body)["state"]) == (200, "valid")
    page = http("GET", f"{platform.url}/verify/{started['id']}?lang=en")
    assert page.status == 200
    assert b"VALID" in page.body


def upload(form: dict[str, Any], content: bytes) -> int:
    """Post a file as a browser would."""
    edge = "edge-of-parts"
    head = "".join(
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form["fields"].items()
    )
    head += f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="f.pdf"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
    return post(form["url"], body, f"multipart/form-data; boundary={edge}")[0]
