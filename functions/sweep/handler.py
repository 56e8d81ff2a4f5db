"""Wake, expire, remind, restart, erase: the scheduled repair (docs/ARCHITECTURE.md, `sweep`).

Also called when an execution has failed, was aborted or timed out: its request gets another one.
"""

import json
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol, cast

from paraphe import clock, observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.errors import InvalidError
from paraphe.ports.firms import Expiries
from paraphe.services import Services
from paraphe.usecases import using
from paraphe.usecases.firms.keep_api_clients import EndCredentials
from paraphe.usecases.firms.read_register import ReadRegister
from paraphe.usecases.requests import sweep as usecase
from paraphe.usecases.trust.watch_certificates import outlook

# No request takes as long: a page of requests that do not answer is given up by then.
_TO_FINISH = 60_000
_ENDED = "Step Functions Execution Status Change"


class _Context(Protocol):
    def get_remaining_time_in_millis(self) -> int:
        """Return how long this run may still take."""
        ...


def repair(services: Services, event: dict[str, Any], context: object) -> dict[str, int]:
    """Look at every request that is overdue for something; give what was done."""
    given = using(usecase.Ports, services)
    if event.get("detail-type") == _ENDED:
        return _told(_of_execution(given, event))
    left = cast("_Context", context).get_remaining_time_in_millis
    tally = usecase.sweep(given, clock.now, lambda: left() > _TO_FINISH)
    _watch(services.expiries)
    observe.count_happened("sweep", {"SecretsEnded": using(EndCredentials, services)(clock.now())})
    struck_off = using(ReadRegister, services)(clock.now())
    observe.count_happened("sweep", {"MembersStruckOff": struck_off})
    # The alarm on silence listens to this: executions that end invoke this function, too.
    observe.count("sweep", "SweepPasses")
    return _told(tally)


def _of_execution(services: usecase.Ports, event: Mapping[str, Any]) -> usecase.Tally:
    try:
        step = StepInput.parse(json.loads(event["detail"]["input"]))
    except (AttributeError, KeyError, TypeError, ValueError, InvalidError):
        # An execution that somebody started by hand; or EventBridge left the input out.
        observe.logger("sweep").error("an execution of no request has ended")
        return usecase.Tally()
    observe.correlate("sweep", request_id=step.request_id, firm_id=step.firm_id)
    ref = observe.ref_of(step)
    return usecase.execution_ended(services, ref, step.generation, clock.now())


def _told(tally: usecase.Tally) -> dict[str, int]:
    done = {
        "SweepWoken": tally.woken,
        "SweepRestarted": tally.restarted,
        "SweepResumed": tally.resumed,
        "SweepReminded": tally.reminded,
        "SweepEnded": tally.ended,
        "SweepAbandoned": tally.abandoned,
        "SweepPurged": tally.purged,
        "SweepForgotten": tally.forgotten,
        "SweepFaults": len(tally.failed),
        "SweepLeft": int(tally.left),
        # What somebody has to look at: the alarm's metric.
        "SweepFailures": tally.lasting,
    }
    observe.count_happened("sweep", done)
    if tally.failed or tally.lasting:
        observe.logger("sweep").error(
            "requests could not be repaired",
            codes=sorted(set(tally.failed)),
            count=len(tally.failed),
            lasting=tally.lasting,
        )
    return done


def _watch(expiries: Expiries) -> None:
    found = outlook(expiries, clock.now())
    if found.days_left is not None:
        observe.count("sweep", "CertificateExpiresInDays", found.days_left)
    if found.soon:
        observe.logger("sweep").warning("certificates end soon", owners=list(found.soon))


handler = observe.door("sweep")(partial(repair, wiring.services))
