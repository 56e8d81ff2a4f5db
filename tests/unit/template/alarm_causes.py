"""What makes each alarm ring: real doors and adapters, driven until they write its metric."""

from __future__ import annotations

import importlib
import json
import logging
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paraphe import clock, observe, wiring
from paraphe.domain.requests.actor import due, shard
from paraphe.domain.requests.model import RequestState
from paraphe.ports.trust import PublishedEnds
from paraphe.usecases.requests.sweep import LASTING
from tests.support.alarms import (
    RESOURCES,
    Datum,
    embedded_metrics,
    function_of,
    resolved,
)
from tests.support.bulk_rows import bulk_faults
from tests.support.doors import Play, door, stream_event
from tests.support.fakes import FakePublisher
from tests.support.services import Broken, in_memory
from tests.unit.template.archive_causes import archives_failed
from tests.unit.template.webhook_causes import (
    webhook_faults,
    webhook_paused,
    webhooks_fail,
)

if TYPE_CHECKING:
    from collections.abc import Callable

EVENTS = Path(__file__).resolve().parents[3] / "events"
DOORS = [file.stem for file in EVENTS.glob("*.json")]
Log = pytest.CaptureFixture[str]


class _Output:
    """Standard output, whichever it is at the moment."""

    def write(self, text: str) -> int:
        """Write there."""
        return sys.stdout.write(text)

    def flush(self) -> None:
        """Flush it."""
        sys.stdout.flush()


def forget() -> None:
    for made in vars(wiring).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()
    for name in DOORS:
        observe.metrics(name).provider.clear_metrics()
        # A door's logger keeps the output of the test in which it was made first.
        for handler in logging.getLogger(name).handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.stream = _Output()  # not `setStream`: that would flush what is closed


def sample_event(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def data_written(log: Log) -> list[Datum]:
    return list(embedded_metrics(log.readouterr().out))


# ---------------------------------------------------------------------- what Lambda itself counts


def _errors(name: str, event: dict[str, Any] | None = None) -> Callable[[Log], list[Datum]]:
    """Run a deployed handler without any of its settings: whatever it raises is an error."""

    def cause(_log: Log) -> list[Datum]:
        handler = importlib.import_module(f"{name}.handler").handler
        with pytest.raises(Exception, match=r".*"):
            handler(sample_event(name) if event is None else event, None)
        return [Datum("AWS/Lambda", "Errors", {"FunctionName": function_of(name)}, 1)]

    return cause


def _silence(name: str) -> Callable[[Log], list[Datum]]:
    """Nothing is invoked, although the template has a schedule for it."""

    def cause(_log: Log) -> list[Datum]:
        (function,) = (
            r["Properties"]
            for r in RESOURCES.values()
            if r.get("Properties", {}).get("Handler") == f"{name}.handler.handler"
        )
        assert any(e["Type"].startswith("Schedule") for e in function["Events"].values())
        return []

    return cause


def _sweep_without_passes(log: Log) -> list[Datum]:
    """The schedule does nothing; executions that end invoke the function all the same."""
    _silence("sweep")(log)
    play = Play()
    ref = play.world.launched()
    play.world.kill(ref)
    given = {"firmId": ref.firm_id, "requestId": ref.request_id, "generation": 1}
    play.call(
        "sweep",
        {
            "detail-type": "Step Functions Execution Status Change",
            "detail": {"status": "FAILED", "input": json.dumps(given)},
        },
    )
    written = data_written(log)
    assert "SweepRestarted" in {datum.name for datum in written}
    invoked = Datum("AWS/Lambda", "Invocations", {"FunctionName": function_of("sweep")}, 1)
    return [*written, invoked]


# ---------------------------------------------------------------------- what the doors count


def _server_errors(name: str) -> Callable[[Log], list[Datum]]:
    """Run a deployed handler without any of its settings: it answers 500, and raises nothing."""

    def cause(log: Log) -> list[Datum]:
        handler = importlib.import_module(f"{name}.handler").handler
        event = sample_event(name)
        if name == "web":
            event["requestContext"]["resourcePath"] = "/s/{token}"
            event["pathParameters"] = {"token": "x" * 43}
        if name == "portal":
            event["requestContext"]["resourcePath"] = "/sessions"
            event["headers"]["cookie"] = "__Host-session=somebody.secret"
        assert handler(event, None)["statusCode"] == 500
        return data_written(log)

    return cause


def _request_failed(log: Log) -> list[Datum]:
    """A rule refused a step."""
    play = Play()
    ref = play.world.launched()
    play.step(ref, "fail", failedStep="sign", answered=observe.FAIL)
    assert play.world.load(ref).state is RequestState.FAILED
    return data_written(log)


def _sweep_failures(log: Log) -> list[Datum]:
    """A request that three runs in a row cannot repair."""
    play = Play()
    ref = play.world.launched()
    play.world.cancel(ref)
    play.world.run_actor(ref)
    over = replace(play.world.load(ref), retention_until=clock.now() - timedelta(days=1))
    play.world.requests.stored[ref] = over
    play.world.files.broken.add(ref)
    when = due(over)
    assert when is not None
    play.world.requests.refile(over, when)
    shelf = play.world.requests.filed[when.urgency, shard(ref.request_id)]
    for looks in range(LASTING):
        shelf[ref] = (when.at, looks)
        play.call("sweep", {})
    return data_written(log)


def _certificate_ends(log: Log) -> list[Datum]:
    play = Play()
    play.world.expiries.note("seal frm_1", clock.now() + timedelta(days=59, hours=1))
    play.call("sweep", {})
    return data_written(log)


def _anchor_failures(log: Log) -> list[Datum]:
    play = Play()
    ref = play.world.launched()
    earlier = clock.now() - timedelta(days=1, hours=2)
    play.world.requests.stored[ref] = replace(play.world.load(ref), updated_at=earlier)
    play.world.stamper.outages = 1
    play.call("anchor", {})
    return data_written(log)


def _archive_faults(log: Log) -> list[Datum]:
    """The certificate behind the newest time-stamps ends soon, and so does the service's."""
    play = Play()
    archivist = play.world.evidence_maker.archivist
    archivist.ends = archivist.first = clock.now() + timedelta(days=20)
    play.world.sign_all(play.world.launched())
    play.call("renew", {})
    return data_written(log)


def _published(log: Log) -> list[Datum]:
    module = importlib.import_module("publish.handler")
    soon = clock.now() + timedelta(hours=71)
    publisher = FakePublisher(PublishedEnds(soon, soon, {}))
    services = in_memory(status_publisher=publisher)
    observe.door("publish")(partial(module.renew, services))({}, None)
    return data_written(log)


def _ocsp_failures(log: Log) -> list[Datum]:
    handler = importlib.import_module("ocsp.handler").handler
    assert handler(sample_event("ocsp"), None)["statusCode"] == 200
    return data_written(log)


def _notices_failed(log: Log) -> list[Datum]:
    play = Play()
    play.world.launched()
    event = stream_event(*play.world.requests.outbox[-1])
    broken = door(
        "deliver", in_memory(play.world, requests=Broken(ValueError("the table is gone")))
    )
    found: list[Datum] = []
    for _ in range(6):
        with suppress(Exception):
            broken(event)
        found += data_written(log)
    return found


def _notice_given_up(log: Log) -> list[Datum]:
    """A mail of four days ago fails once more."""
    play = Play()
    play.world.now -= timedelta(days=4)
    ref = play.world.launched()
    (notice,) = play.world.notices(ref)
    play.world.outbox.postpone(ref, notice.id, 20, clock.now() - timedelta(minutes=1))
    play.world.mailer.outages = 1
    play.call("deliver", {})
    return data_written(log)


def _codes_sent(log: Log) -> list[Datum]:
    """Two codes, where the alarm's parameter allows one."""
    play = Play()
    for _ in range(2):
        ref = play.world.launched()
        play.world.consent(ref, play.world.signer_ids(ref)[0])
        play.run(ref)
    return data_written(log)


# ---------------------------------------------------------------------- what other services count


def _dead_letter(_log: Log) -> list[Datum]:
    assert RESOURCES["DeadLetters"]["Type"] == "AWS::SQS::Queue"
    name, metric = "DeadLetters.QueueName", "ApproximateNumberOfMessagesVisible"
    return [Datum("AWS/SQS", metric, {"QueueName": name}, 1)]


def _gateway_5xx(api: str) -> Callable[[Log], list[Datum]]:
    def cause(_log: Log) -> list[Datum]:
        properties = RESOURCES[api]["Properties"]
        assert all(setting["MetricsEnabled"] for setting in properties["MethodSettings"])
        names = {"ApiName": properties["Name"], "Stage": properties["StageName"]}
        dimensions = {name: resolved(value) for name, value in names.items()}
        return [Datum("AWS/ApiGateway", "5XXError", dimensions, 1)]

    return cause


def _carrier_refuses(_log: Log) -> list[Datum]:
    """SNS counts texts to phones under this name, which stands for all numbers."""
    dimensions = {"PhoneNumber": "PhoneNumberDirect"}
    return [Datum("AWS/SNS", "NumberOfNotificationsFailed", dimensions, 4)]


def _reputation(metric: str, rate: float) -> Callable[[Log], list[Datum]]:
    """SES writes the account's own rates, as fractions."""
    return lambda _log: [Datum("AWS/SES", f"Reputation.{metric}", {}, rate)]


def _spent(_log: Log) -> list[Datum]:
    return [Datum("AWS/SNS", "SMSMonthToDateSpentUSD", {}, 51)]


NOT_AN_EVENT: dict[str, Any] = {"requestContext": "what no gateway sends"}
CAUSES: dict[str, Callable[[Log], list[Datum]]] = {
    "FailedRequestAlarm": _request_failed,
    "DeadLetterAlarm": _dead_letter,
    "LaunchBatchErrorAlarm": _errors("launch_batch"),
    "BulkFaultAlarm": bulk_faults,
    "ExportArchiveErrorAlarm": _errors("export_archive"),
    "ArchiveFailureAlarm": archives_failed,
    "SweepErrorAlarm": _errors("sweep"),
    "SweepSilenceAlarm": _sweep_without_passes,
    "SweepFailureAlarm": _sweep_failures,
    "AnchorErrorAlarm": _errors("anchor"),
    "AnchorSilenceAlarm": _silence("anchor"),
    "AnchorFailureAlarm": _anchor_failures,
    "CertificateAlarm": _certificate_ends,
    "RenewErrorAlarm": _errors("renew"),
    "RenewSilenceAlarm": _silence("renew"),
    "ArchiveAlarm": _archive_faults,
    "PublishErrorAlarm": _errors("publish"),
    "PublishSilenceAlarm": _silence("publish"),
    "CrlStaleAlarm": _published,
    "OcspCertificateAlarm": _published,
    "OcspErrorAlarm": _errors("ocsp", {"httpMethod": "GET", "pathParameters": "none"}),
    "ReferenceErrorAlarm": _errors("reference", {"pathParameters": "none"}),
    "OcspFailureAlarm": _ocsp_failures,
    "ApiErrorAlarm": _errors("api", NOT_AN_EVENT),
    "ApiServerErrorAlarm": _server_errors("api"),
    "WebErrorAlarm": _errors("web", NOT_AN_EVENT),
    "WebServerErrorAlarm": _server_errors("web"),
    "PortalErrorAlarm": _errors("portal", NOT_AN_EVENT),
    "PortalServerErrorAlarm": _server_errors("portal"),
    "PortalApiErrorAlarm": _gateway_5xx("PortalApi"),
    "EnrolErrorAlarm": _errors("enrol"),
    "HttpApiErrorAlarm": _gateway_5xx("HttpApi"),
    "WebApiErrorAlarm": _gateway_5xx("WebApi"),
    "DeliverErrorAlarm": _errors("deliver", {"Records": None}),
    "FailedMailAlarm": _notices_failed,
    "GivenUpMailAlarm": _notice_given_up,
    "DeliverWebhookErrorAlarm": _errors("deliver_webhook", {"Records": None}),
    "WebhookFaultAlarm": webhook_faults,
    "WebhookFailingAlarm": webhooks_fail,
    "WebhookPausedAlarm": webhook_paused,
    "FailedSmsAlarm": _carrier_refuses,
    "InspectUploadErrorAlarm": _errors("inspect_upload"),
    "VerifyErrorAlarm": _errors("verify"),
    "RecordUploadErrorAlarm": _errors("record_upload"),
    "ImportContactsErrorAlarm": _errors("import_contacts"),
    "RecordContactsErrorAlarm": _errors("record_contacts"),
    "BounceRateAlarm": _reputation("BounceRate", 0.05),
    "ComplaintRateAlarm": _reputation("ComplaintRate", 0.001),
    "RecordBounceErrorAlarm": _errors("record_bounce"),
    "SmsRateAlarm": _codes_sent,
    "SmsSpendAlarm": _spent,
}
PARAMETERS = {"SmsPerHourAlarm": "1"}
