"""Hold the audit trails against the chain heads (`paraphe heads check`).

Walks all stored days of a firm: each continues the one before, each time-stamp holds under the
roots that the stack trusts (or `--trust`), and every head is still the hash of that event.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from cryptography import x509

from paraphe.adapters.evidence.evidence_files import S3EvidenceFiles
from paraphe.adapters.evidence.head_files import S3HeadFiles
from paraphe.adapters.evidence.verification.evidence_digests import first_digests
from paraphe.adapters.requests.request_store import DynamoRequests
from paraphe.adapters.s3.bucket import Bucket
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.pades.cms import tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.usecases.evidence.check_heads import Fault, Finding, Judge, Report, check_heads
from paraphe.usecases.evidence.read_evidence import kept_events
from paraphe.wiring import TSA_ROOTS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from paraphe.domain.evidence.audit import Event
    from paraphe.ports.requests import RequestRef

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


def _nothing(_: str) -> None:
    """Tell nobody how far it is."""


class _CountedRequests(DynamoRequests):
    """The trails, telling how many were read."""

    def __init__(self, client: Any, table: str, say: Callable[[str], None]) -> None:  # noqa: ANN401 - boto3's
        super().__init__(client, table)
        self._say, self._read = say, 0

    def events(self, ref: RequestRef) -> tuple[Event, ...]:
        """Keep `Requests.events`."""
        self._read += 1
        self._say(f"audit trail {self._read}")
        return super().events(ref)


def check_for_stack(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    firm_id: str,
    now: datetime,
    roots: Sequence[x509.Certificate] = (),
    say: Callable[[str], None] = _nothing,
) -> Report:
    """Check a firm of a deployed stack.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: `TableName`, `EvidenceBucket`, `PkiBucketName`.
        firm_id: whose days and trails.
        now: the instant, UTC.
        roots: under which time-stamps are believed; those that the stack trusts if none is given.
        say: hears how far this is.

    """
    if not roots:
        published = PkiBucket(client_of("s3"), outputs["PkiBucketName"])
        roots = x509.load_pem_x509_certificates(published.read(TSA_ROOTS))
    trusted = tuple(roots)
    requests = _CountedRequests(client_of("dynamodb"), outputs["TableName"], say)
    bucket = Bucket(client_of("s3"), outputs["EvidenceBucket"])
    return check_heads(
        requests,
        S3HeadFiles(bucket),
        _counted(lambda content, token: stamped_at(content, token, trusted), say),
        firm_id,
        now,
        lambda ref: kept_events(requests, S3EvidenceFiles(bucket), ref, first_digests),
    )


def _counted(judge: Judge, say: Callable[[str], None]) -> Judge:
    """The judge of time-stamps, telling how many days were judged."""
    days = itertools.count(1)

    def judged(content: bytes, token: bytes) -> datetime:
        say(f"day {next(days)}")
        return judge(content, token)

    return judged


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
