"""An inspection's report is read with suspicion: what wrote it has parsed a stranger's file."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.requests import inspection_report
from paraphe.domain.requests.inspection import REMOVABLE, Accepted, Page, RefusalReason, Refused

hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
sizes = st.floats(0.1, 20000).map(float)
kinds = st.lists(st.sampled_from(sorted(REMOVABLE)), min_size=1, max_size=3).map(tuple)


def _accepted(removed: st.SearchStrategy[tuple[RefusalReason, ...]]) -> st.SearchStrategy[Accepted]:
    return st.builds(
        Accepted,
        original_sha256=hashes,
        sha256=hashes,
        pages=st.lists(st.builds(Page, width=sizes, height=sizes), max_size=3).map(tuple),
        removed=removed,
    )


reported = _accepted(st.just(())) | st.builds(Refused, without=st.none() | _accepted(kinds))
GOOD = {
    "outcome": "accepted",
    "original_sha256": "ab" * 32,
    "sha256": "cd" * 32,
    "size": 9,
    "pages": [{"number": 1, "width": 595, "height": 842.0, "rotation": 0}],
    "already_signed": False,
    "signatures": 0,
    "flattened_fields": False,
}


@given(reported)
def test_a_report_comes_back(report: Accepted | Refused) -> None:
    """Whatever an inspection says is read as it was written."""
    assert inspection_report.from_json(inspection_report.to_json(report)) == report


def test_an_older_report_is_read_with_defaults() -> None:
    """Fields that came later may be missing."""
    report = inspection_report.from_json(json.dumps(GOOD).encode())
    assert isinstance(report, Accepted)
    assert report.pages == (Page(1, 595.0, 842.0, 0),)
    assert not report.locked_fields


@pytest.mark.parametrize(
    "change",
    [
        {"sha256": "../../frm_2/sr_2/doc_2/x"},
        {"sha256": "CD" * 32},
        {"original_sha256": None},
        {"size": "9"},
        {"size": True},
        {"pages": None},
        {"pages": [{"number": 1}]},
        {"pages": [{"number": 1, "width": "595", "height": 1, "rotation": 0}]},
        {"outcome": "maybe"},
        {"removed": ["javascript"]},
        {"judged": "perhaps"},
        {"outcome": "refused", "reason": "javascript", "detail": "", "without": GOOD},
        {
            "outcome": "refused",
            "reason": "xfa",
            "detail": "",
            "without": {**GOOD, "removed": ["xfa"]},
        },
    ],
)
def test_what_is_not_a_report_is_refused(change: dict[str, object]) -> None:
    """Above all a hash that would name another object."""
    with pytest.raises(ValueError, match=r".+"):
        inspection_report.from_json(json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize("stored", [b"", b"null", b"[]", b"{}", b"\xff", b'"accepted"'])
def test_other_json_is_refused(stored: bytes) -> None:
    """Neither empty nor something else entirely."""
    with pytest.raises(ValueError, match=r".+"):
        inspection_report.from_json(stored)
