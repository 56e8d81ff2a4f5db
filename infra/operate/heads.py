"""Hold the audit trails against the chain heads: `python -m infra.operate.heads check --stack … …`.

Walks all stored days of a firm: each continues the one before, each time-stamp holds under the
roots that the stack trusts (or `--trust`), and every head is still the hash of that event. Prints
what differs. Exit codes: 0 all holds, 1 something differs, 2 all holds but a day was stamped days
late, 3 nothing is written down.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from cryptography import x509

from infra.operate.firms import outputs_of
from paraphe.adapters.evidence.evidence_files import S3EvidenceFiles
from paraphe.adapters.evidence.head_files import S3HeadFiles
from paraphe.adapters.evidence.verification.evidence_digests import first_digests
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.adapters.s3.bucket import Bucket
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.pades.cms import tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.usecases.evidence.check_heads import Fault, Finding, Report, check_heads
from paraphe.usecases.evidence.read_evidence import kept_events
from paraphe.wiring import TSA_ROOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SAID = {
    Fault.UNREADABLE: "{day}: not a file of this firm and day",
    Fault.TOKEN: "{day}: the time-stamp is missing, or not over this file under a trusted root",
    Fault.PREVIOUS: "{day}: the day before is not the one that this day was chained to",
    Fault.GAP: "{day}: the day before it is missing",
    Fault.REWRITTEN: "{request}: rewritten. Events before {first} are as written down, "
    "event {last} is not (heads of {day})",
    Fault.LATE: "{day}: stamped so late that it could have been made up; it proves nothing before",
    Fault.MISSING: "{request}: event {last} is missing. Events before {first} are as written down "
    "(heads of {day})",
    Fault.UNCOVERED: "{request}: event {first} should be written down by now and is not",
}
NOTHING = 3


def check_for_stack(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    firm_id: str,
    now: datetime,
    roots: Sequence[x509.Certificate] = (),
) -> Report:
    """Check a firm of a deployed stack.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `TableName`, `EvidenceBucket`, `PkiBucketName`.
        firm_id: whose days and trails.
        now: the instant, UTC.
        roots: under which time-stamps are believed; those that the stack trusts if none is given.

    """
    if not roots:
        published = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
        roots = x509.load_pem_x509_certificates(published.read(TSA_ROOTS))
    trusted = tuple(roots)
    requests = DynamoRequests(client_of("dynamodb"), outputs["TableName"])
    bucket = Bucket(client_of("s3"), outputs["EvidenceBucket"])
    return check_heads(
        requests,
        S3HeadFiles(bucket),
        lambda content, token: stamped_at(content, token, trusted),
        firm_id,
        now,
        lambda ref: kept_events(requests, S3EvidenceFiles(bucket), ref, first_digests),
    )


def stamped_at(content: bytes, response: bytes, roots: Sequence[x509.Certificate]) -> datetime:
    """Return the instant of a time-stamp over a file.

    Raises:
        ValueError: it does not hold.

    """
    try:
        token = tsp.token_from_response(response)
        return tsp.verify_token(token, tsp.sha256(content), roots).at
    except TrustServiceRefusedError as error:
        raise ValueError(str(error)) from error


def said(finding: Finding) -> str:
    """Write a finding as a sentence."""
    return SAID[finding.fault].format(
        day=finding.day, request=finding.request_id, first=finding.first, last=finding.last
    )


def render(report: Report) -> str:
    """Write a report, one line a day and one a finding."""
    lines = [
        f"{one.day}  {one.heads} heads  "
        + (f"stamped {one.stamped_at:%Y-%m-%dT%H:%M:%SZ}" if one.stamped_at else "NOT STAMPED")
        for one in report.days
    ]
    lines += [f"DIFFERS  {said(finding)}" for finding in report.findings]
    lines.append(
        f"{len(report.days)} days, {report.requests} requests, {len(report.findings)} differences"
    )
    return "".join(f"{line}\n" for line in lines)


def exit_code(report: Report) -> int:
    """0 all holds, 1 something differs, 2 only late stamps, 3 nothing there and nothing due."""
    faults = {finding.fault for finding in report.findings}
    if faults:
        return 2 if faults == {Fault.LATE} else 1
    return 0 if report.days else NOTHING


def main(arguments: list[str]) -> int:
    """Check in the AWS account that the environment's credentials name."""
    parser = argparse.ArgumentParser(prog="python -m infra.operate.heads", description=__doc__)
    check = parser.add_subparsers(dest="command", required=True).add_parser("check")
    check.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    check.add_argument("--firm", required=True, help="frm_…")
    check.add_argument(
        "--trust",
        action="append",
        default=[],
        type=Path,
        metavar="ROOT.pem",
        help="a time-stamp root that you trust, instead of those of the stack (may be repeated)",
    )
    chosen = parser.parse_args(arguments)
    session = boto3.session.Session()
    roots = [
        root for file in chosen.trust for root in x509.load_pem_x509_certificates(file.read_bytes())
    ]
    report = check_for_stack(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        chosen.firm,
        datetime.now(UTC),
        roots,
    )
    sys.stdout.write(render(report))
    return exit_code(report)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
