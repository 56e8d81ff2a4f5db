"""Hand the actor its next command, or park its task token (docs/ARCHITECTURE.md)."""

from datetime import datetime, timedelta
from functools import partial

from paraphe import observe, wiring
from paraphe.contracts.workflow_steps import StepInput
from paraphe.domain.requests.actor import Next, Step
from paraphe.services import Services
from paraphe.usecases.requests.continue_execution import continue_request
from paraphe.usecases.requests.wake_execution import await_command

# An execution lives a year at most and waits 15 days at a time (P14).
OLD = timedelta(days=300)


def give_command(services: Services, step: StepInput, now: datetime) -> Step:
    """Park the token; in an execution that is too old, hand over.

    Without a token too: executions under the definition of release 0.1.0 hand over so.

    Under `.waitForTaskToken` nobody reads this answer: what counts is sent with the token.
    """
    ref = observe.ref_of(step)
    old = step.started_at is not None and now - step.started_at > OLD
    if step.task_token is None or old:
        continue_request(services.requests, services.executions, ref, step.generation, now)
        if step.task_token is not None:
            services.executions.wake(step.task_token, Step(Next.END))
        return Step(Next.END)
    await_command(
        services.requests,
        services.executions,
        ref,
        generation=step.generation,
        token=step.task_token,
        now=now,
    )
    return Step(Next.AWAIT)


handler = observe.task("await_command")(partial(give_command, wiring.services))
