"""The upload form on the deployed platform: it ends when the document is ready (P4, P6)."""

from __future__ import annotations

import hashlib
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

from infra.local.journey import post_file, sample_pdf, wait_for
from tests.integration.conftest import function_log

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack


def _dropped(platform: LocalStack) -> int:
    return function_log(platform, "inspect_upload").count("dropped: this form is used up")


def _dropped_more(platform: LocalStack, before: int) -> int | None:
    now = _dropped(platform)
    return now if now > before else None


def _stored(platform: LocalStack, request: str) -> dict[str, tuple[str, str]]:
    """Everything that documents and inspections of a request consist of: name, version, hash."""
    found: dict[str, tuple[str, str]] = {}
    for bucket in ("DocumentsBucket", "UploadsBucket"):
        pages = platform.client("s3").get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=platform.outputs[bucket]):
            for item in page.get("Contents", ()):
                if request in item["Key"] and not item["Key"].startswith("uploads/"):
                    found[item["Key"]] = (item["ETag"], str(item["LastModified"]))
    return found


def test_a_form_changes_nothing_once_the_document_is_ready(
    platform: LocalStack, software: Software
) -> None:
    """P4, P6: S3 still takes the file, but nobody reads it: not while it is a draft, nor later."""
    request = software.create()
    path = f"/signature_requests/{request}/documents"
    made = software.ask("POST", path, {"name": "lettre.pdf"})
    url, fields = made["upload"]["url"], made["upload"]["fields"]
    first, other = sample_pdf(["A: pay 100"]), sample_pdf(["B: pay 999999"])
    assert post_file(url, fields, first).status == 204
    ready = software.document(request, made["id"])
    assert ready["state"] == "ready"
    wait_for("the form's end", lambda: len(_slots(platform, request)) == 3)
    kept, before = _stored(platform, request), _dropped(platform)
    software.invite(request, "Paul", "paul@client.example")
    for _ in range(2):  # as a draft, and after launch
        assert post_file(url, fields, other).status == 204
        before = wait_for("the drop", partial(_dropped_more, platform, before))
        after = software.ask("GET", f"{path}/{made['id']}")
        assert after["sha256"] == ready["sha256"]
        assert after["original_sha256"] == hashlib.sha256(first).hexdigest()
        assert _stored(platform, request) == kept
        if software.get(request)["state"] == "draft":
            software.launch(request)
    assert software.call("POST", f"{path}/{made['id']}/upload").status == 409


def _slots(platform: LocalStack, request: str) -> list[str]:
    return [key for key in _stored(platform, request) if "/inspection-" in key]


def test_ten_uploads_at_once_are_at_most_three_inspections(
    platform: LocalStack, software: Software
) -> None:
    """P4: whichever wins, its bytes and its pictures belong together."""
    request = software.create()
    made = software.ask("POST", f"/signature_requests/{request}/documents", {"name": "a.pdf"})
    form = made["upload"]
    files = [sample_pdf([f"Version {n % 2}"]) for n in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = pool.map(lambda pdf: post_file(form["url"], form["fields"], pdf), files)
        assert {answer.status for answer in answers} == {204}
    document: dict[str, Any] = software.document(request, made["id"])
    wait_for("the rest to be dropped", lambda: _ended(platform, made["id"]) >= 10, 60)
    time.sleep(1)
    document = software.document(request, made["id"])
    assert document["state"] == "ready"
    log = function_log(platform, "inspect_upload")
    assert sum('"inspected"' in line and made["id"] in line for line in log.splitlines()) <= 3
    keys = list(_stored(platform, request))
    assert any(f"/pages/{document['sha256']}/" in key for key in keys)
    assert any(key.endswith(f"0-{document['sha256']}.pdf") for key in keys)


def _ended(platform: LocalStack, document: str) -> int:
    """Count the runs that were for this document, or that dropped something."""
    lines = function_log(platform, "inspect_upload").splitlines()
    return sum(document in line or "dropped: this form" in line for line in lines)
