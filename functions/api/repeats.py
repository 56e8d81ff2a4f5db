"""Calls with an Idempotency-Key: what is done once, and how its answer is made again."""

import hashlib
import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from api import problems
from api.operations import Answer, Call, Operation
from paraphe.domain.errors import ParapheError
from paraphe.ports.calls import CallTerms, KeptAnswer, KeptCall, Once
from paraphe.usecases import using
from paraphe.usecases.act_once import Act, ActOnce

Table = Iterable[Operation[Any]]


def answer_of(operation: Operation[Any], call: Call[Any], table: Table) -> KeptAnswer:
    """Do an operation; one that is not safe only once under its caller's key."""
    if call.idempotency_key is None:
        return written(operation, operation.run(_within(call, call.terms)))
    once = Once(
        call.firm_id,
        call.client.id,
        call.idempotency_key,
        fingerprint(operation, call),
        uuid.uuid4().hex,
        call.now,
    )

    def do() -> KeptAnswer:
        return written(operation, operation.run(_within(call, replace(call.terms, once=once))))

    def again(kept: KeptCall) -> KeptAnswer:
        return written(operation, answer_again(operation, call, kept, table))

    act = Act(do, _refusal, again, secret=operation.repeat.secret)
    return using(ActOnce, call.services)(once, act, call.pause)


def _within(call: Call[Any], terms: CallTerms) -> Call[Any]:
    if terms == CallTerms():
        return call
    return replace(call, services=call.services.within(terms))


def fingerprint(operation: Operation[Any], call: Call[Any]) -> str:
    """Return a hash of what is asked: the operation, where, and what was given, however written."""
    given = call.given.model_dump(mode="json", exclude_unset=True)
    asked = json.dumps([operation.id, dict(call.path), given], sort_keys=True)
    return hashlib.sha256(asked.encode()).hexdigest()


def written(operation: Operation[Any], answer: Answer) -> KeptAnswer:
    """Write an answer."""
    headers = dict(answer.headers)
    text = ""
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
        text = answer.body.model_dump_json()
    return KeptAnswer(answer.status or operation.status, headers, text)


def answer_again(
    operation: Operation[Any], call: Call[Any], kept: KeptCall, table: Table
) -> Answer:
    """Make the answer of a call that has acted: what it made or changed, as it stands now.

    Raises:
        LookupError: the operation does not say how; a test asks that each does.

    """
    make = way_again(operation, table)
    if make is None:
        raise LookupError(operation.id)
    path = dict(call.path)
    if operation.repeat.makes and kept.made:
        path[operation.repeat.makes] = kept.made[0]
    return make(replace(call, path=path, made=kept.made))


def way_again(operation: Operation[Any], table: Table) -> Callable[[Call[Any]], Answer] | None:
    """Return how an operation's answer is made again: as it says, or by reading what it is about.

    That is the GET with the same answer whose path is the nearest: of the thing itself, of what was
    made in the collection, or of what the action is done to.
    """
    if operation.repeat.again is not None:
        return operation.repeat.again
    if operation.repeat.harmless:
        return operation.run
    if operation.answer is None:
        return lambda _: Answer()
    reading = [
        other
        for other in table
        if other.method == "GET"
        and other.answer is operation.answer
        and (_is_of(other, operation) or made_in(other, operation))
    ]
    if not reading:
        return None
    nearest = max(reading, key=lambda other: len(other.path))
    name = made_in(nearest, operation)

    def read(call: Call[Any]) -> Answer:
        path = {**call.path, **({name: call.made[0]} if name and call.made else {})}
        return nearest.run(replace(call, path=path, given=nearest.given()))

    return read


def _is_of(reading: Operation[Any], operation: Operation[Any]) -> bool:
    """Tell whether what is read is what the operation is done to."""
    read = reading.path.split("/")
    return read == operation.path.split("/")[: len(read)]


def made_in(reading: Operation[Any], operation: Operation[Any]) -> str:
    """Return the parameter of what is read, if the operation makes one in its collection."""
    collection, _, last = reading.path.rpartition("/")
    return last[1:-1] if collection == operation.path and last.startswith("{") else ""


def _refusal(error: ParapheError) -> KeptAnswer:
    problem, headers = problems.problem_of(error)
    headers = {**headers, "Content-Type": problems.MEDIA_TYPE}
    return KeptAnswer(problem.status, headers, problem.model_dump_json(exclude_none=True))
