"""Archive time-stamps renewed by the deployed door, on originals and evidence that are kept."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from infra.local.journey import http, wait_for
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.verification.check import check
from paraphe.domain.trust.verdict import State
from paraphe.wiring import TSA_ROOTS
from tests.integration.conftest import DAY, Case, Clock, invoke, launched, sweep
from tests.support.judges import assert_sound

if TYPE_CHECKING:
    from infra.local.journey import Software
    from infra.local.stack import LocalStack

STAMP = b"/ETSI.RFC3161"


def _signed_under_a_short_certificate(platform: LocalStack, software: Software) -> Case:
    """A completed request with evidence; the time-stamps' certificate ends in 20 days."""
    platform.tsa_life.write_text(str(20 * DAY), encoding="ascii")
    try:
        case = launched(platform, software, (1,))
        case.sign(0)
        software.wait_state(case.id, "completed")
        path = f"/signature_requests/{case.id}/evidence"
        wait_for("the evidence", lambda: software.call("GET", path).status == 200, 60)
        wait_for("closing", lambda: "request_closed" in _kinds(software, case), 60)
    finally:
        platform.tsa_life.unlink()
    return case


def _kinds(software: Software, case: Case) -> list[str]:
    trail = software.ask("GET", f"/signature_requests/{case.id}/events")
    assert trail["chain"]["holds"]
    return [event["kind"] for event in trail["events"]]


def _evidence(software: Software, case: Case, kind: str) -> bytes:
    path = f"/signature_requests/{case.id}/evidence?format={kind}"
    return http("GET", software.ask("GET", path)["url"]).body


def _renew(platform: LocalStack) -> Any:  # noqa: ANN401 - any JSON
    return invoke(platform, "RenewFunction")


def test_what_is_kept_is_renewed_once(platform: LocalStack, software: Software) -> None:
    """One time-stamp more in each file, everything still valid; a second run changes nothing."""
    case = _signed_under_a_short_certificate(platform, software)
    before = software.download(case.id, case.documents[0])
    evidence, pages = _evidence(software, case, "json"), _evidence(software, case, "pdf")
    done = _renew(platform)
    assert done["ArchivesRenewed"] >= 1
    assert done["ArchiveFaults"] == 0
    after = software.download(case.id, case.documents[0])
    assert after.startswith(before)
    assert after.count(STAMP) == before.count(STAMP) + 1
    assert_sound(after, 1)
    account = _evidence(software, case, "json")
    seal, newer = (json.loads(one)["seal"]["cms"].encode() for one in (evidence, account))
    assert account == evidence.replace(seal, newer) != evidence
    renewed = _evidence(software, case, "pdf")
    assert renewed.startswith(pages)
    assert renewed.count(STAMP) == pages.count(STAMP) + 1
    assert_sound(renewed, 1)
    attestation = http("GET", http("GET", f"{case.link(0)}/attestation").headers["Location"]).body
    assert attestation.count(STAMP) == pages.count(STAMP) + 1
    published = PkiBucket(platform.client("s3"), platform.outputs["PkiBucketName"])
    roots = [published.read("root.pem"), published.read(TSA_ROOTS)]
    verdict = check(after, account, roots, datetime.now(UTC))
    assert verdict.state is State.VALID
    assert verdict.evidence is not None
    assert (verdict.evidence.state, verdict.evidence.revisions) == (State.VALID, 1)
    later = datetime.now(UTC) + timedelta(days=5 * 365)
    assert check(after, None, roots, later).state is State.VALID
    assert check(before, None, roots, later).state is not State.VALID
    assert check(account, None, roots, later).state is State.VALID
    assert check(evidence, None, roots, later).state is not State.VALID
    assert "archive_renewed" in _kinds(software, case)
    again = _renew(platform)
    assert again["ArchivesRenewed"] == 0
    assert software.download(case.id, case.documents[0]) == after
    assert _evidence(software, case, "pdf") == renewed
    assert _evidence(software, case, "json") == account


def test_of_an_erased_request_only_the_evidence_is_renewed(
    platform: LocalStack, software: Software, clock: Clock
) -> None:
    """P16: what is erased stays erased."""
    case = _signed_under_a_short_certificate(platform, software)
    pages = _evidence(software, case, "pdf")
    clock.ahead(32 * DAY)
    sweep(platform)
    done = _renew(platform)
    assert done["ArchivesRenewed"] >= 1
    assert done["ArchivesLate"] >= 1  # its certificate has ended twelve days before
    assert done["ArchiveFaults"] == done["ArchivesLate"]
    answer = software.call(
        "GET", f"/signature_requests/{case.id}/documents/{case.documents[0]}/download"
    )
    assert answer.status == 410
    assert _evidence(software, case, "pdf").count(STAMP) == pages.count(STAMP) + 1
    (event,) = (
        e
        for e in software.ask("GET", f"/signature_requests/{case.id}/events")["events"]
        if e["kind"] == "archive_renewed"
    )
    assert (event["data"]["documents"], event["data"]["evidence_files"]) == ([], 3)
