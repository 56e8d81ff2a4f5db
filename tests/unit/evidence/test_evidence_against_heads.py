"""An evidence file held against a day's time-stamped chain heads (P19)."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding

from infra.local.journey import sample_pdf
from paraphe.adapters.evidence.verification.check_against_heads import Heads, verify_heads
from paraphe.adapters.trust.authority import tsa
from paraphe.adapters.trust.pades.cms.timestamps import FileStamper
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
from paraphe.command.main import main
from paraphe.command.parser import NO_VERDICT as USAGE
from paraphe.contracts.trust.verdict_words.problems import HEADS_PROBLEMS
from paraphe.contracts.trust.verdict_words.rendering import render
from paraphe.contracts.trust.verdicts import decode, encode
from paraphe.domain.evidence.account import event_json, written
from paraphe.domain.evidence.audit import GENESIS, SYSTEM, Event, chain
from paraphe.domain.evidence.heads import DayHeads, Head, to_bytes
from paraphe.domain.trust.evidence_verdict import HeadsProblem, HeadsVerdict, Verdict
from paraphe.domain.trust.verdict import Root, State
from tests.support import signed
from tests.support.rewriting import rewritten

if TYPE_CHECKING:
    from pathlib import Path

TSA = tsa.create("http://tsa.example.org/root.crl", signed.BEGIN)
STAMP = FileStamper(signed.LocalStamps(TSA, signed.Clock(signed.BEGIN + timedelta(hours=25))))
ROOT = x509.Certificate.load(TSA.root.public_bytes(Encoding.DER))


def history(count: int = 5) -> list[Event]:
    """A request's trail."""
    events: list[Event] = []
    for seq in range(1, count + 1):
        previous = events[-1].hash if events else GENESIS
        events.append(
            chain(
                "sr_1",
                seq=seq,
                previous=previous,
                at=signed.BEGIN,
                kind=f"kind_{seq}",
                actor=SYSTEM,
                data={"é": seq},
            )
        )
    return events


def evidence(events: list[Event], **more: Any) -> bytes:  # noqa: ANN401 - any JSON
    """An account of them, as far as the heads are held against it."""
    head = events[-1].hash
    account = {
        "request": {"id": "sr_1"},
        "firm": {"id": "frm_1"},
        "documents": [],
        "events": [event_json(event) for event in events],
        "chain": {"count": len(events), "head": head},
        **more,
    }
    return written({"evidence": account})


def heads(head: Head, firm: str = "frm_1") -> Heads:
    """A day's file with one more request, stamped."""
    other = Head("sr_2", 3, "0" * 64)
    content = to_bytes(DayHeads(firm, date(2026, 11, 2), None, signed.BEGIN, (head, other)))
    return Heads(content, STAMP(content))


def judge(given: Heads, account: bytes, *, trusted: bool = True) -> HeadsVerdict:
    """What is said of them; it survives the way through JSON, and there are words for it."""
    told = verify_heads(given, account, Anchors(stamping=(ROOT,) if trusted else ()))
    whole = Verdict(told.state, signed.BEGIN, "0" * 64, 1, heads=told)
    assert decode(json.loads(json.dumps(encode(whole)))) == whole
    for lang in ("fr", "en"):
        text = render(whole, lang)
        assert all(HEADS_PROBLEMS[problem].say(lang) in text for problem in told.problems)
    return told


def test_the_history_is_the_one_that_was_written_down() -> None:
    """Its event has that hash, and the service's clock says since when."""
    events = history()
    told = judge(heads(Head("sr_1", 4, events[3].hash)), evidence(events))
    root = Root("Paraphe local TSA root", hashlib.sha256(ROOT.dump()).hexdigest(), known=True)
    assert told.state is State.VALID
    assert (told.problems, told.day, told.seq) == ((), "2026-11-02", 4)
    assert told.stamped_at == signed.BEGIN + timedelta(hours=25)
    assert told.root == replace(root, name=told.root.name if told.root else "")


def test_a_rewritten_history_shows() -> None:
    """Consistent from end to end, and yet not what was written down."""
    events = history()
    given = heads(Head("sr_1", 4, events[3].hash))
    told = judge(given, evidence(rewritten(events, 2)))
    assert (told.state, told.problems) == (State.INVALID, (HeadsProblem.HISTORY,))
    after = judge(given, evidence(rewritten(events, 5)))
    assert after.state is State.VALID, "what came later is another day's"


def test_events_after_the_evidence_was_made() -> None:
    """The evidence is stored and the request closed: then its digest is written down too."""
    events = history(7)
    account = evidence(events[:5])
    digest = hashlib.sha256(account).hexdigest()
    head = Head("sr_1", 7, events[6].hash, digest)
    assert judge(heads(head), account).state is State.VALID
    other = evidence(events[:5], made_again=True)
    told = judge(heads(head), other)
    assert (told.state, told.problems) == (State.INVALID, (HeadsProblem.EVIDENCE,))
    told = judge(heads(replace(head, evidence_sha256=None)), account)
    assert (told.state, told.problems) == (
        State.INDETERMINATE,
        (HeadsProblem.NOT_COMPARABLE,),
    )


def test_another_day_or_firm() -> None:
    """Neither a yes nor a no."""
    events = history()
    for given in (
        heads(Head("sr_3", 4, events[3].hash)),
        heads(Head("sr_1", 4, events[3].hash), firm="frm_2"),
    ):
        told = judge(given, evidence(events))
        assert (told.state, told.problems, told.seq) == (
            State.INDETERMINATE,
            (HeadsProblem.NOT_LISTED,),
            0,
        )


def test_the_time_stamp() -> None:
    """Of another file, of another authority, or none at all."""
    events = history()
    given = heads(Head("sr_1", 4, events[3].hash))
    other = heads(Head("sr_1", 3, events[2].hash))
    for token in (other.token, b"", b"\x30\x03\x02\x01\x02", given.token[:-1] + b"\x00"):
        told = judge(Heads(given.content, token), evidence(events))
        assert (told.state, told.problems) == (State.INVALID, (HeadsProblem.TOKEN,)), token
        assert told.stamped_at is None
    unknown = judge(given, evidence(events), trusted=False)
    assert (unknown.state, unknown.problems) == (
        State.UNKNOWN_TRUST,
        (HeadsProblem.TOKEN_TRUST,),
    )
    assert unknown.stamped_at is not None


def test_stamped_days_later() -> None:
    """A day that was made up afterwards looks just like this."""
    events = history()
    given = heads(Head("sr_1", 4, events[3].hash))
    at = signed.BEGIN + timedelta(days=6)
    late = FileStamper(signed.LocalStamps(TSA, signed.Clock(at)))(given.content)
    told = judge(Heads(given.content, late), evidence(events))
    assert (told.state, told.problems) == (State.INDETERMINATE, (HeadsProblem.LATE,))
    assert told.stamped_at == at


def _twice(content: bytes) -> bytes:
    return content.replace(b'"day":', b'"day":"2026-11-01","day":', 1)


def _listed_twice(content: bytes) -> bytes:
    return content.replace(b'"sr_2"', b'"sr_1"')


def _another_schema(content: bytes) -> bytes:
    return content.replace(b"heads/1", b"heads/9")


def _no_hash(content: bytes) -> bytes:
    return content.replace(b"0" * 64, b"0" * 63)


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"null", b"{}", b"[" * 100_000, _twice, _listed_twice, _another_schema, _no_hash],
)
def test_malformed(content: Any) -> None:  # noqa: ANN401 - bytes, or what makes them
    """Said, whatever it is; a key or a request that comes twice included."""
    events = history()
    given = heads(Head("sr_1", 4, events[3].hash))
    made = content(given.content) if callable(content) else content
    told = judge(Heads(made, STAMP(made)), evidence(events))
    assert (told.state, told.problems) == (State.INVALID, (HeadsProblem.MALFORMED,))


def test_evidence_that_cannot_be_read() -> None:
    """That is its own verdict's; nothing is raised."""
    given = heads(Head("sr_1", 4, "1" * 64))
    for account in (b"", b"[]", b'{"evidence": {"events": [1]}}', b'{"evidence": 1}'):
        assert judge(given, account).state is State.INDETERMINATE


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PDF, an honest and a rewritten account, the day's file with its time-stamp, a root."""
    events = history()
    given = heads(Head("sr_1", 4, events[3].hash))
    for name, data in {
        "letter.pdf": sample_pdf(["x"]),
        "evidence.json": evidence(events),
        "rewritten.json": evidence(rewritten(events, 2)),
        "day.json": given.content,
        "day.tsr": given.token,
        "kept.tsr": given.token,
        "alone.json": given.content,
        "root.pem": TSA.root_pem(),
    }.items():
        (tmp_path / name).write_bytes(data)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("mode", [[], ["--confined"]])
def test_the_command(capsys: pytest.CaptureFixture[str], mode: list[str]) -> None:
    """The time-stamp is found beside the file, or named; the exit code is for scripts."""
    trust = ["--trust", "root.pem", "--json", *mode]
    for more in (["--heads", "day.json"], ["--heads", "alone.json", "--heads-token", "kept.tsr"]):
        code = main(["verify", "letter.pdf", "evidence.json", *more, *trust])
        said = json.loads(capsys.readouterr().out)
        assert (said["heads"]["state"], said["heads"]["seq"]) == ("valid", 4)
        assert code == 1  # this account names no such PDF
    main(["verify", "letter.pdf", "rewritten.json", "--heads", "day.json", *trust])
    assert json.loads(capsys.readouterr().out)["heads"]["problems"] == ["history"]


@pytest.mark.usefixtures("folder")
def test_the_command_says_what_it_lacks(capsys: pytest.CaptureFixture[str]) -> None:
    """Heads without evidence or without their time-stamp are wrong usage."""
    assert main(["verify", "letter.pdf", "--heads", "day.json"]) == USAGE
    assert main(["verify", "letter.pdf", "evidence.json", "--heads", "alone.json"]) == USAGE
    assert "alone.tsr" in capsys.readouterr().err
