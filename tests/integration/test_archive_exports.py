"""Packages for the firm's archive on the deployed platform, judged by `bagit` (P18)."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING

from infra.local.journey import http, wait_for
from tests.integration.conftest import invoke, launched, new_software
from tests.support.packages import judged

if TYPE_CHECKING:
    from pathlib import Path

    from infra.local.journey import Software
    from infra.local.stack import LocalStack


def test_a_completed_request_is_fetched_as_a_valid_package(
    platform: LocalStack, software: Software, tmp_path: Path
) -> None:
    """Each file in it is the one that the API hands out."""
    case = launched(platform, software, (1,), documents=2)
    case.sign(0)
    software.wait_state(case.id, "completed")
    root = f"/signature_requests/{case.id}/archive_exports"
    export = software.ask("POST", root, {"target": "download"})["id"]

    def made() -> bool | None:
        invoke(platform, "ExportArchiveFunction")
        found = software.ask("GET", f"{root}/{export}")
        assert found["state"] != "failed", found
        return found["state"] == "done" or None

    wait_for("the package to be made", made, 180)
    answer = http("GET", software.ask("GET", f"{root}/{export}/download")["url"])
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/zip")
    assert len(answer.body) == software.ask("GET", f"{root}/{export}")["size"]
    files = judged(answer.body, tmp_path)
    originals = [software.download(case.id, document) for document in case.documents]
    packed = sorted(name for name in files if name.startswith("data/documents/"))
    assert [files[name] for name in packed] == originals
    assert f"data/evidence/attestation-{case.recipients[0]}.pdf" in files
    again = software.ask("POST", root, {})["id"]
    invoke(platform, "ExportArchiveFunction")
    assert software.ask("GET", f"{root}/{again}")["state"] == "done"
    bucket = platform.outputs["DocumentsBucket"]
    keys = platform.client("s3").list_objects_v2(Bucket=bucket, Prefix="retained/")["Contents"]
    assert len([one for one in keys if f"/{case.id}/archive/" in one["Key"]]) == 1


def test_a_push_that_is_refused_is_told_and_tried_again(platform: LocalStack) -> None:
    """By a role that is assumed; a bucket that is not there yet is tried again."""
    firm = new_software(platform, "Cabinet au coffre")
    bucket = f"archive-{uuid.uuid4().hex[:12]}"
    trust = {"Version": "2012-10-17", "Statement": []}
    role = platform.client("iam").create_role(
        RoleName=bucket, AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    s3 = platform.client("s3")
    target = {
        "bucket": bucket,
        "prefix": "paraphe/",
        "region": s3.meta.region_name,
        "role_arn": role,
    }
    firm.ask("PUT", "/archive_target", target)
    case = launched(platform, firm, (1,))
    case.sign(0)
    firm.wait_state(case.id, "completed")
    root = f"/signature_requests/{case.id}/archive_exports"
    first, second = (firm.ask("POST", root, {"target": "push"})["id"] for _ in range(2))

    def refused() -> bool | None:
        invoke(platform, "ExportArchiveFunction")
        return firm.ask("GET", f"{root}/{second}")["fault"] == "target_refused" or None

    wait_for("the missing bucket to be told", refused, 120)
    told = firm.ask("GET", f"{root}/{first}")
    assert (told["state"], told["location"]) == ("waiting", None)
    assert told["next_try_at"] is not None
