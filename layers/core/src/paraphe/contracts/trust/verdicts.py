"""Verdicts as JSON values and back: what the child process, `--json` and the API speak."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from paraphe.domain import times
from paraphe.domain.trust.evidence_verdict import (
    EvidenceProblem,
    EvidenceVerdict,
    HeadsProblem,
    HeadsVerdict,
    Verdict,
)
from paraphe.domain.trust.verdict import (
    Change,
    Changes,
    Coverage,
    Kind,
    Level,
    Person,
    Problem,
    Root,
    SignatureVerdict,
    State,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def encode(verdict: Verdict) -> dict[str, Any]:
    """JSON values; instants are RFC 3339, UTC."""
    encoded: dict[str, Any] = _plain(asdict(verdict))
    encoded["exit_code"] = int(verdict.exit_code)
    return encoded


def decode(value: Mapping[str, Any]) -> Verdict:
    """Read what `encode` wrote.

    Raises:
        KeyError, ValueError, TypeError: something else.

    """
    return Verdict(
        state=State(value["state"]),
        at=times.from_text(value["at"]),
        sha256=value["sha256"],
        size=value["size"],
        signatures=tuple(_signature(one) for one in value["signatures"]),
        evidence=None if value["evidence"] is None else _evidence(value["evidence"]),
        problems=tuple(Problem(one) for one in value["problems"]),
        detail=value["detail"],
        heads=None if value["heads"] is None else _heads(value["heads"]),
        error_id=value.get("error_id", ""),
    )


def _plain(value: object) -> Any:  # noqa: ANN401 - JSON values
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return times.to_text(value) if isinstance(value, datetime) else value


def _signature(value: Mapping[str, Any]) -> SignatureVerdict:
    after = value["changes"]
    return SignatureVerdict(
        field=value["field"],
        kind=Kind(value["kind"]),
        state=State(value["state"]),
        level=Level(value["level"]),
        signer=_person(value["signer"]),
        root=_root(value["root"]),
        stamp_root=_root(value["stamp_root"]),
        stamped_at=_instant(value["stamped_at"]),
        claimed_at=_instant(value["claimed_at"]),
        proven_at=_instant(value["proven_at"]),
        intact=value["intact"],
        coverage=Coverage(value["coverage"]),
        changes=Changes(
            Change(after["kind"]),
            tuple(after["later"]),
            tuple(after["objects"]),
            tuple(after["fields"]),
            after["detail"],
        ),
        revision_end=value["revision_end"],
        problems=tuple(Problem(one) for one in value["problems"]),
        subindication=value["subindication"],
        detail=value["detail"],
        report=value["report"],
        error_id=value.get("error_id", ""),
    )


def _evidence(value: Mapping[str, Any]) -> EvidenceVerdict:
    return EvidenceVerdict(
        state=State(value["state"]),
        problems=tuple(EvidenceProblem(one) for one in value["problems"]),
        events=value["events"],
        first_break=value["first_break"],
        document=value["document"],
        revisions=value["revisions"],
        reports=value.get("reports", 0),
        sealed_by=_person(value["sealed_by"]),
        sealed_at=_instant(value["sealed_at"]),
        archived_at=_instant(value.get("archived_at")),
        root=_root(value["root"]),
        detail=value["detail"],
        error_id=value.get("error_id", ""),
    )


def _heads(value: Mapping[str, Any]) -> HeadsVerdict:
    return HeadsVerdict(
        state=State(value["state"]),
        problems=tuple(HeadsProblem(one) for one in value["problems"]),
        day=value["day"],
        seq=value["seq"],
        stamped_at=_instant(value["stamped_at"]),
        root=_root(value["root"]),
        detail=value["detail"],
    )


def _person(value: Mapping[str, Any] | None) -> Person | None:
    return None if value is None else Person(**value)


def _root(value: Mapping[str, Any] | None) -> Root | None:
    return None if value is None else Root(**value)


def _instant(value: str | None) -> datetime | None:
    return None if value is None else times.from_text(value)
