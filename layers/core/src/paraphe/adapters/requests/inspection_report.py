"""An inspection's report as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict

from paraphe.domain.requests.inspection import (
    REMOVABLE,
    Accepted,
    FileHint,
    Judged,
    Page,
    RefusalReason,
    Refused,
)


def to_json(report: Accepted | Refused) -> bytes:
    """Write a report; `outcome` says which kind it is."""
    outcome = "accepted" if isinstance(report, Accepted) else "refused"
    return json.dumps({"outcome": outcome, **asdict(report)}, ensure_ascii=False).encode()


def from_json(stored: bytes) -> Accepted | Refused:
    """Read a report. What wrote it has parsed a stranger's file, so nothing is taken on trust.

    Raises:
        ValueError: it is not a report.

    """
    values = json.loads(stored)
    try:
        outcome = values.pop("outcome")
        if outcome == "accepted":
            return _accepted(values, removed=False)
        return _refused(values)
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError("this is not an inspection's report") from error


def _accepted(values: dict[str, object], *, removed: bool) -> Accepted:
    # Only what stands in a refusal may have had something removed: that needs its sender's consent.
    pages = values["pages"]
    kinds = _removed(values.get("removed", []))
    if bool(kinds) is not removed:
        raise ValueError("what was removed needs consent")
    if not isinstance(pages, list):
        raise TypeError("pages")
    return Accepted(
        original_sha256=_sha256(values["original_sha256"]),
        sha256=_sha256(values["sha256"]),
        size=_integer(values["size"]),
        pages=tuple(_page(page) for page in pages),
        already_signed=values["already_signed"] is True,
        signatures=_integer(values["signatures"]),
        flattened_fields=values["flattened_fields"] is True,
        locked_fields=values.get("locked_fields") is True,
        empty_signature_fields=_integer(values.get("empty_signature_fields", 0)),
        certified=values.get("certified") is True,
        judged=Judged(str(values.get("judged", Judged.FULLY))),
        removed=kinds,
    )


def _removed(values: object) -> tuple[RefusalReason, ...]:
    if not isinstance(values, list):
        raise TypeError("removed")
    removed = tuple(RefusalReason(str(value)) for value in values)
    if not REMOVABLE.issuperset(removed):
        raise ValueError("what cannot be removed")
    return removed


def _page(values: dict[str, object]) -> Page:
    return Page(
        _integer(values["number"]),
        _number(values["width"]),
        _number(values["height"]),
        _integer(values["rotation"]),
    )


def _refused(values: dict[str, object]) -> Refused:
    hint, without = values.get("hint"), values.get("without")
    if without is not None and not isinstance(without, dict):
        raise TypeError("without")
    return Refused(
        RefusalReason(str(values["reason"])),
        str(values["detail"]),
        FileHint(str(hint)) if hint is not None else None,
        _accepted(without, removed=True) if without is not None else None,
    )


def _integer(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise TypeError("not an integer")
    return value


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError("not a number")
    return float(value)


def _sha256(value: object) -> str:
    # It becomes part of an object's name: nothing but hexadecimal digits may pass.
    text = str(value)
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):  # noqa: PLR2004 - SHA-256
        raise ValueError("not a SHA-256 in hexadecimal")
    return text
