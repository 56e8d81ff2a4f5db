"""The verification's own errors are no verdict on the file: indeterminate, with an id (P20)."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.validation import conclusions, internal_errors
from paraphe.adapters.trust.pades.validation.file_source import Source
from paraphe.adapters.trust.pades.validation.file_validation import verify
from paraphe.adapters.trust.pades.validation.find_signatures import open_source
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, load_roots
from paraphe.adapters.trust.verification import confined
from paraphe.contracts.trust.verdict_words.problems import PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import render
from paraphe.contracts.trust.verdict_words.text import LANGUAGES
from paraphe.contracts.trust.verdicts import decode, encode
from paraphe.domain.trust.evidence_verdict import Verdict
from paraphe.domain.trust.verdict import ExitCode, Problem, State
from tests.support import signed
from tests.support.verify_world import NOW, house, signed_pdf

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    import pytest
    from asn1crypto import x509

PERSON = "Signataire 0"


class Unruly(tuple):  # type: ignore[type-arg] # of certificates
    """Roots on which our own code fails, with a text that must not get out."""

    __slots__ = ()

    def __iter__(self) -> Iterator[x509.Certificate]:
        message = f"{PERSON} signer0@example.org"
        raise LookupError(message)


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, object]]:
    """What was logged."""
    return [json.loads(record.getMessage()) for record in caplog.records]


def test_an_error_of_our_own(caplog: pytest.LogCaptureFixture) -> None:
    """Never invalid, nor valid; one line in the log has its id, and nothing of the file."""
    with caplog.at_level(logging.ERROR, "paraphe.verify"):
        verdict = verify(signed_pdf(), Anchors(Unruly(), Unruly()), NOW)
    assert (verdict.state, verdict.exit_code) == (State.INDETERMINATE, ExitCode.UNCERTAIN)
    assert verdict.problems == (Problem.INTERNAL,)
    (line,) = lines(caplog)
    assert line["error_id"] == verdict.error_id
    assert line["fault"] == "LookupError"
    assert PERSON not in json.dumps(line)
    assert "@" not in json.dumps(line)
    whole = Verdict.of(verdict)
    assert decode(encode(whole)) == whole
    for lang in LANGUAGES:
        said = render(whole, lang)
        assert verdict.error_id in said
        assert PROBLEMS[Problem.INTERNAL].say(lang) in said


def test_an_error_on_one_signature(caplog: pytest.LogCaptureFixture) -> None:
    """Of a sound signature it is ours; of one that cannot be read it is the file's."""
    found = open_source(Source(signed_pdf())).signatures[1]
    with caplog.at_level(logging.ERROR, "paraphe.verify"):
        said = conclusions.failed(found, KeyError(PERSON))
    assert (said.state, said.problems) == (State.INDETERMINATE, (Problem.INTERNAL,))
    assert lines(caplog)[0]["error_id"] == said.error_id
    assert PERSON not in caplog.text
    assert PERSON not in json.dumps(said.detail)
    torn = conclusions.failed(replace(found, contents=found.contents[:400]), KeyError("x"))
    assert (torn.state, torn.problems) == (State.INVALID, (Problem.MALFORMED,))
    unknown = conclusions.failed(found, ValueError("unsupported hash type streebog"))
    assert (unknown.state, unknown.problems) == (State.INDETERMINATE, (Problem.UNSUPPORTED,))


def check(now: datetime, **bounds: float) -> object:
    """What the confined child comes to."""
    limits = confined.Bounds(**bounds)  # type: ignore[arg-type] # address_space is an int
    return confined.check(signed_pdf(), None, [house().roots_pem], now, bounds=limits)


def test_the_child_fails(caplog: pytest.LogCaptureFixture) -> None:
    """A child that ends without an answer is no large file."""
    with caplog.at_level(logging.ERROR, "paraphe.verify"):
        verdict = check(NOW, cpu=-1.0)  # no such limit: the child raises before it reads
    assert isinstance(verdict, type(verify(b"", Anchors(), NOW)))
    assert (verdict.state, verdict.problems) == (State.INDETERMINATE, (Problem.INTERNAL,))
    assert verdict.error_id
    assert verdict.error_id in caplog.text


def test_the_child_is_stopped() -> None:
    """A limit is a limit: nothing of ours failed."""
    verdict = check(NOW, wall=0.01)
    assert isinstance(verdict, type(verify(b"", Anchors(), NOW)))
    assert (verdict.state, verdict.problems) == (State.UNREADABLE, (Problem.TOO_MUCH,))
    assert verdict.error_id == ""


def test_a_childs_log_is_repeated_and_bounded(caplog: pytest.LogCaptureFixture) -> None:
    """Only lines as `note` writes them, whatever the child says."""
    line = {"event": "verification_error", "error_id": "err_1", "fault": "X", "at": []}
    with caplog.at_level(logging.ERROR, "paraphe.verify"):
        internal_errors.repeat([json.dumps({**line, "more": PERSON}), "rubbish", 7, *["{}"] * 100])
        internal_errors.repeat("rubbish")
        internal_errors.repeat(None)
    assert lines(caplog) == [line]


def test_confined_is_the_same() -> None:
    """The child says what is said here, with roots for each purpose."""
    said = confined.check(signed_pdf(), None, [house().roots_pem], NOW)
    assert said == Verdict.of(verify(signed_pdf(), load_roots([house().roots_pem]), NOW))
    later = signed.BEGIN + timedelta(minutes=5)
    signing = house().authority.chain.root
    only = confined.check(signed_pdf(), None, [], later, stamp_roots=[house().stamps.root_pem()])
    assert only.state is State.UNKNOWN_TRUST
    assert signing.subject != house().stamps.root.subject
