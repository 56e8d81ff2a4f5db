"""What a request for a person's data must not say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.api import Caller

ROOT, ONE = "/v1/data_requests", "signataire-0@example.com"


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "bnVsbA", "WyJ4Iiw5OTksbnVsbF0", "W3RydWVd"])
def test_other_cursors_are_refused(caller: Caller, cursor: str) -> None:
    """Whatever they hold."""
    answer = caller.call("POST", ROOT, {"kind": "export", "email": ONE, "cursor": cursor})
    assert (answer.status, answer.code) == (422, "bad_cursor")


@pytest.mark.parametrize(
    "body",
    [
        {"kind": "export"},
        {"kind": "forget", "email": ONE},
        {"email": ONE},
        {"kind": "export", "email": "x"},
        {"kind": "export", "email": ONE, "name": "Zoé"},
        {"kind": "export", "email": ONE, "firm_id": "frm_00000002"},
        {"kind": "export", "email": None},
    ],
)
def test_what_names_nobody_is_refused(caller: Caller, body: object) -> None:
    """At the door."""
    assert caller.call("POST", ROOT, body).status == 422
