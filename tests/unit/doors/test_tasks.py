"""The tasks' doors on fakes: what they answer, raise and leave behind."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from paraphe import clock, observe
from paraphe.contracts.workflow_steps import start_input
from paraphe.domain import times
from paraphe.domain.errors import RaceLostError
from paraphe.domain.requests import failures
from paraphe.domain.requests.document import DocumentState
from paraphe.domain.requests.inspection import RefusalReason, Refused
from paraphe.domain.requests.model import Mode, RequestState
from paraphe.ports.requests import RequestRef, UploadRef
from paraphe.ports.system import TransientError
from tests.support.doors import Play, door, upload_event
from tests.support.services import Broken, in_memory


@pytest.fixture
def play() -> Play:
    """A world behind the doors."""
    return Play()


def _launched(play: Play, people: tuple[int, ...] = (1,), files: int = 1) -> RequestRef:
    ref = play.world.draft(people=people, files=files)
    play.world.launch(ref)
    assert play.run(ref) == "await"
    return ref


def test_the_workflow_s_answers_lead_a_request_to_its_end(play: Play) -> None:
    """Two signers in order and two documents, through the real doors."""
    ref = _launched(play, people=(1, 2), files=2)
    for recipient in play.world.signer_ids(ref):
        play.world.consent(ref, recipient)
        assert play.run(ref) == "await"
        play.world.enter(ref, recipient, play.world.code(ref, recipient))
        play.run(ref)
    assert play.world.load(ref).state is RequestState.COMPLETED
    assert play.world.load(ref).closed
    assert play.step(ref, "complete")["next"] == "end"


def test_a_rule_s_refusal_is_an_outcome_not_an_exception(play: Play) -> None:
    """Retrying would not help: the workflow is told to fail, with the step's name."""
    ref = _launched(play)
    request = play.world.load(ref)
    play.world.accept(ref, play.world.signer_ids(ref)[0])
    (command,) = play.world.load(ref).commands
    assert play.step(ref, "sign", commandId=command.id)["next"] == observe.FAIL
    assert play.step(ref, "sign", commandId=command.id, documentId="doc_none")["next"] == "fail"
    play.step(ref, "fail", failedStep="sign", generation=request.generation)
    failed = play.world.load(ref)
    assert (failed.state, failed.failure) == (RequestState.FAILED, "step_sign")


def test_what_faults_have_left_undone_is_told_from_a_refusal(play: Play) -> None:
    """After a Map: only faults came, so it may pass; one refusal among them does not."""
    ref = _launched(play, files=3)
    play.world.accept(ref, play.world.signer_ids(ref)[0])
    (command,) = play.world.load(ref).commands
    for outcomes, told in (
        (["await", "retry", "retry"], observe.INTERRUPTED),
        (["retry", "fail", "await"], observe.FAIL),
        (["await", "await"], observe.FAIL),
        ([], observe.FAIL),
    ):
        given = [{"next": one} for one in outcomes]
        answered = play.step(ref, "sign", commandId=command.id, outcomes=given)
        assert answered["next"] == told


@pytest.mark.parametrize("answered", ["interrupted", "sign", "await", None])
def test_what_no_rule_refused_alarms_when_it_lasts(
    play: Play, capsys: pytest.CaptureFixture[str], answered: str | None
) -> None:
    """Resumed by itself; the alarm's metric is counted from the fifth time in a row on.

    `None` comes from executions that began under an older definition of the workflow.
    """
    ref = _launched(play)
    alarmed = []
    for generation in range(1, 7):
        more = {} if answered is None else {"answered": answered}
        play.step(ref, "fail", failedStep="sign", generation=generation, **more)
        told = capsys.readouterr().out
        assert "RequestsInterrupted" in told
        alarmed.append("RequestsFailed" in told)
        request = play.world.load(ref)
        resume_at = request.resume_at
        assert resume_at is not None
        play.world.now = resume_at
        resumed = failures.resume_itself(request, resume_at)
        play.world.requests.commit(request, resumed)
    assert alarmed == [False] * 4 + [True] * 2


def test_a_refusal_alarms_at_once(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing but a person cures it; evidence that a rule refused is told as well."""
    ref = _launched(play)
    play.step(ref, "fail", failedStep="sign", answered="fail")
    assert "RequestsFailed" in capsys.readouterr().out
    assert play.world.load(ref).resume_at is None
    over = _launched(play)
    play.world.cancel(over)
    play.step(over, "fail", failedStep="evidence", answered="fail")
    told = capsys.readouterr().out
    assert "RequestsFailed" in told
    assert "RequestsInterrupted" not in told


def test_what_is_only_a_test_counts_nowhere(play: Play, capsys: pytest.CaptureFixture[str]) -> None:
    """Mails, evidence, failures of a test are in no metric; a live request's are."""
    for mode, counted in ((Mode.LIVE, True), (Mode.TEST, False)):
        ref = _launched(play)
        play.world.requests.stored[ref] = replace(play.world.load(ref), mode=mode)
        capsys.readouterr()
        play.sent -= 1
        play.deliver()
        assert ("NoticesSent" in capsys.readouterr().out) is counted
        play.step(ref, "fail", failedStep="sign", answered="fail")
        assert ("RequestsFailed" in capsys.readouterr().out) is counted
        play.world.cancel(ref)
        play.step(ref, "evidence")
        assert play.world.load(ref).evidence_sha256 is not None
        assert ("EvidenceStored" in capsys.readouterr().out) is counted


def _ended(ref: RequestRef, generation: int = 1) -> dict[str, Any]:
    """What EventBridge says of an execution that was aborted."""
    return {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {
            "status": "ABORTED",
            "name": f"{ref.request_id}-{generation}",
            "input": json.dumps(start_input(ref.firm_id, ref.request_id, generation)),
            "inputDetails": {"included": True},
        },
    }


def test_an_execution_that_ended_badly_is_replaced(play: Play) -> None:
    """The event names whose it was; coming twice it changes nothing more."""
    ref = _launched(play)
    play.world.executions.stop(ref, 1)
    assert play.call("sweep", _ended(ref))["SweepRestarted"] == 1
    assert play.call("sweep", _ended(ref))["SweepRestarted"] == 0
    assert play.world.load(ref).generation == 2


@pytest.mark.parametrize("given", [None, "", "{}", "[]", '{"requestId": 3}', "not JSON"])
def test_an_execution_of_nobody_s_is_passed_over(play: Play, given: str | None) -> None:
    """Started by hand, or its input was left out: said in the log, and nothing to retry."""
    ref = _launched(play)
    event = _ended(ref)
    event["detail"]["input"] = given
    assert play.call("sweep", event)["SweepRestarted"] == 0
    assert play.world.load(ref).generation == 1


def test_a_failure_of_an_execution_that_was_replaced_fails_nothing(play: Play) -> None:
    """A late `fail` of generation 1 must not stop generation 2."""
    ref = _launched(play)
    play.step(ref, "fail", failedStep="sign", generation=play.world.load(ref).generation + 1)
    assert play.world.load(ref).state is RequestState.ACTIVE


def test_what_is_transient_is_raised_for_the_workflow_to_retry(play: Play) -> None:
    """A timestamp service that does not answer, for example."""
    ref = _launched(play)
    play.world.accept(ref, play.world.signer_ids(ref)[0])
    (command,) = play.world.load(ref).commands
    (document,) = play.world.load(ref).documents
    play.world.signer.outages = 1
    with pytest.raises(TransientError):
        play.step(ref, "sign", commandId=command.id, documentId=document.id)
    play.step(ref, "sign", commandId=command.id, documentId=document.id)
    assert len(play.world.load(ref).documents[0].revisions) == 1


def test_a_lost_race_is_raised_too(play: Play) -> None:
    """It is not a rule's answer: the next try decides on the newer state."""
    ref = _launched(play)
    services = in_memory(play.world, requests=Broken(RaceLostError()))
    with pytest.raises(observe.DoorFailedError, match="concurrent_change"):
        door("launch", services)({"firmId": ref.firm_id, "requestId": ref.request_id})


def test_an_unknown_request_ends_the_execution_visibly(play: Play) -> None:
    """Even `fail` cannot fail it; both answer instead of raising."""
    nobody = RequestRef("frm_00000001", "sr_nobody")
    assert play.step(nobody, "launch")["next"] == "fail"
    assert play.step(nobody, "fail", failedStep="launch")["next"] == "fail"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"firmId": "", "requestId": "sr_1"},
        {"firmId": 1, "requestId": "sr_1"},
        {"firmId": "f", "requestId": "sr_1", "generation": "x"},
    ],
)
def test_a_malformed_input_names_the_field_only(play: Play, event: dict[str, object]) -> None:
    """It is a fault of the workflow, so it is raised."""
    with pytest.raises(observe.DoorFailedError, match="InvalidError bad_step"):
        play.call("launch", event)


def test_one_run_signs_a_single_document_and_applies_the_command(play: Play) -> None:
    """What the workflow does without a Map; run twice it changes nothing."""
    ref = _launched(play)
    play.world.accept(ref, play.world.signer_ids(ref)[0])
    (command,) = play.world.load(ref).commands
    (document,) = play.world.load(ref).documents
    for _ in range(2):
        play.step(ref, "sign", commandId=command.id, documentIds=[document.id])
        after = play.world.load(ref)
        assert len(after.documents[0].revisions) == 1
        assert after.commands == ()


@pytest.mark.parametrize(
    ("told", "failed", "refused"),
    [
        ({"failedStep": "sign", "answered": "fail"}, "step_sign", True),
        ({"failedStep": "await", "answered": "sign"}, "step_sign", False),
        ({"failedStep": "sign"}, "step_sign", False),
    ],
)
def test_the_step_that_failed_is_named(
    play: Play, told: dict[str, str], failed: str, *, refused: bool
) -> None:
    """By its answer, or by the answer before when it raised; older definitions say less."""
    ref = _launched(play)
    play.step(ref, "fail", **told)
    request = play.world.load(ref)
    assert request.failure == failed
    assert (request.resume_at is None) is refused


def test_await_command_parks_and_is_answered_by_the_next_command(play: Play) -> None:
    """The token is stored before the state is read; a commit afterwards finds it."""
    ref = _launched(play)
    assert play.step(ref, "await_command", taskToken="t-1")["next"] == "await"
    play.world.consent(ref, play.world.signer_ids(ref)[0])
    assert str(play.world.executions.answers["t-1"].next) == "issue_otp"


def test_await_command_answers_itself_when_something_waits(play: Play) -> None:
    """The other order: the command was first."""
    ref = _launched(play)
    play.world.consent(ref, play.world.signer_ids(ref)[0])
    play.step(ref, "await_command", taskToken="t-2")
    assert str(play.world.executions.answers["t-2"].next) == "issue_otp"


def test_without_a_token_it_hands_over_once(play: Play) -> None:
    """The next generation is started; a repeated call starts no third."""
    ref = _launched(play)
    for _ in range(2):
        assert play.step(ref, "await_command")["next"] == "end"
    assert play.world.load(ref).generation == 2
    assert play.world.executions.starts[-1] == (ref, 2)


@pytest.mark.parametrize(("days", "successor"), [(299, False), (301, True)])
def test_an_execution_near_a_year_hands_over(play: Play, days: int, *, successor: bool) -> None:
    """Relaunched again and again, it would outlive what Step Functions allows."""
    ref = _launched(play)
    started = times.to_text(clock.now() - timedelta(days=days))
    play.step(ref, "await_command", taskToken="t-3", startedAt=started)
    assert (play.world.load(ref).generation == 2) is successor
    answered = play.world.executions.answers.get("t-3")
    assert (answered is not None and str(answered.next) == "end") is successor


def test_expire_leaves_a_relaunched_request_alone(play: Play) -> None:
    """Its timeout fired, but the deadline has moved (P14)."""
    ref = _launched(play)
    assert play.step(ref, "expire")["next"] == "await"
    assert play.world.load(ref).state is RequestState.ACTIVE


def test_a_refused_upload_is_recorded(play: Play) -> None:
    """Inspection and recording, each by its own event (P4)."""
    ref = play.world.draft(files=0)
    made = play.world.add_document(ref, "a.pdf")
    assert play.world.load(ref).documents[0].state is DocumentState.READY
    play.world.uploads.originals[ref, made.id] = b"PK"
    play.services.inspected = Refused(RefusalReason.NOT_PDF, "Send a PDF.")
    play.call("inspect_upload", upload_event(ref, made.id, "uploads", "original.pdf"))
    assert isinstance(play.world.uploads.inspected[ref, made.id].report, Refused)


def test_a_report_on_what_was_removed_is_dropped(play: Play) -> None:
    """The document or its request is gone: nothing to retry."""
    ref = replace(play.world.draft(), request_id="sr_00000000000000000000000000")
    doc = "doc_00000000000000000000000000"
    play.call("record_upload", upload_event(ref, doc, "inspected", "report.json"))


def test_foreign_keys_are_passed_over(play: Play) -> None:
    """Only `uploads/<firm>/<request>/<document>/<form>/original.pdf` is an upload."""
    ref = RequestRef("frm_00000001", "../etc")
    play.call("inspect_upload", upload_event(ref, "passwd", "uploads", "original.pdf"))
    assert not play.world.uploads.inspected


def test_forms_of_before_they_had_ids_still_work(play: Play) -> None:
    """They were handed out within the last minutes before an update."""
    ref = play.world.draft(files=0)
    made = play.world.add_document(ref, "a.pdf")
    play.world.uploads.originals[ref, made.id] = b"%PDF"
    event = upload_event(ref, made.id, "uploads", "original.pdf")
    place = event["Records"][0]["s3"]["object"]
    place["key"] = f"uploads/{ref.firm_id}/{ref.request_id}/{made.id}/original.pdf"
    play.call("inspect_upload", event)
    assert UploadRef(ref.firm_id, ref.request_id, made.id, "") in play.world.uploads.begun


def test_heads_are_written_down_with_what_was_done(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    """By the schedule; a fault is counted, and named by its kind only (P19)."""
    ref = _launched(play)
    earlier = clock.now() - timedelta(days=1, hours=2)
    play.world.requests.stored[ref] = replace(play.world.load(ref), updated_at=earlier)
    play.world.stamper.outages = 1
    done = play.call("anchor", {})
    assert (done["AnchorFailures"], done["AnchorFiles"]) == (1, 0)
    assert done["AnchorDaysMissing"] > 0
    assert '"codes":["TransientError"]' in capsys.readouterr().out
    assert play.call("anchor", {})["AnchorDaysMissing"] == 0
    ((day, stamped),) = ((d.day, d.stamped) for d in play.world.head_files.days(ref.firm_id))
    assert (day, stamped) == (earlier.date(), True)
