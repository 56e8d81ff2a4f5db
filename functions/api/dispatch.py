"""From a Chalice request to a Chalice response: authorise, read, run, map."""

import time
from typing import Any, TypeAlias

from chalice.app import Request, Response
from pydantic import BaseModel

from api import problems, rates, repeats
from api import request as request_reader
from api.operations import Call, Operation
from api.repeats import Table
from api.services import ApiContext, Called, Observer
from paraphe.domain.ids import is_id
from paraphe.ports.calls import CallTerms, KeptAnswer, SeenRequest
from paraphe.usecases.firms.keep_api_clients import note_use

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
SERVER_ERROR = 500
Headers: TypeAlias = dict[str, str | list[str]]


def perform(
    operation: Operation[Any], context: ApiContext, request: Request, table: Table
) -> Response:
    """Do one operation. Every outcome, even an unforeseen one, is an answer and a log line.

    `table` is all operations: what a call has done is read by another one.
    """
    started = time.perf_counter()
    correlation = correlation_id(request.context)
    firm_id: str | None = None
    code: str | None = None
    limits: Headers = {}
    path = dict(request.uri_params or {})
    try:
        client_id = request_reader.client_of(request.context)
        now = context.clock()
        limits = rates.count(context, client_id, now)
        request_reader.check_scope(request.context, operation.scope)
        found = context.services.firms.client(client_id)
        client = request_reader.known(found, operation.scope, now)
        firm_id = client.firm_id
        note_use(context.services.api_clients, client, now)
        if_match = request_reader.if_match(request.headers)
        call = Call(
            services=context.services,
            observer=context.observer,
            firm_id=firm_id,
            client=client,
            now=now,
            given=_given(operation, request),
            path=path,
            idempotency_key=_key(operation, request),
            if_match=if_match,
            scopes=request_reader.scopes_of(request.context, client),
            terms=_terms(operation, path, if_match),
            pause=context.pause,
        )
        answer = repeats.answer_of(operation, call, table)
        if operation.method == "GET" and request_reader.is_known(
            request.headers, answer.headers.get("ETag")
        ):
            answer = KeptAnswer(304, {"ETag": answer.headers["ETag"]}, "")
        response = respond(answer, correlation)
    except Exception as error:  # noqa: BLE001 (the edge of the door: problems.py maps everything)
        if isinstance(error, rates.OverLimitError):
            limits = error.limits
        response, code = refuse(
            error, context.observer, correlation, in_query=not operation.has_body
        )
    response.headers.update(limits)
    context.observer.called(
        Called(
            operation=operation.id,
            status=response.status_code,
            code=code,
            correlation_id=correlation,
            firm_id=firm_id,
            request_id=_logged_id(path),
            milliseconds=(time.perf_counter() - started) * 1000,
        )
    )
    return response


def correlation_id(context: dict[str, Any]) -> str:
    """Return the gateway's id of this call; the answer carries it as X-Request-Id."""
    return str(context.get("requestId") or "unknown")


def respond(answer: KeptAnswer, correlation: str) -> Response:
    """Send an answer."""
    headers: Headers = {**HEADERS, "X-Request-Id": correlation, **answer.headers}
    return Response(body=answer.body or "", headers=headers, status_code=answer.status)


def refuse(
    error: Exception, observer: Observer, correlation: str, *, in_query: bool = False
) -> tuple[Response, str]:
    """Write a problem document; return its code as well."""
    problem, extra = problems.problem_of(error, in_query=in_query)
    if problem.status == SERVER_ERROR:
        observer.crashed(error, correlation)
    headers: Headers = {
        **HEADERS,
        "X-Request-Id": correlation,
        "Content-Type": problems.MEDIA_TYPE,
        **extra,
    }
    text = problem.model_dump_json(exclude_none=True)
    return Response(body=text, headers=headers, status_code=problem.status), problem.code


def _given(operation: Operation[Any], request: Request) -> BaseModel:
    shape: type[BaseModel] = operation.given
    if not operation.has_body:
        return request_reader.query(_parameters(request), shape)
    raw = request.raw_body
    data = raw.encode() if isinstance(raw, str) else raw
    return request_reader.body(data, request.headers.get("content-type"), shape)


def _parameters(request: Request) -> dict[str, list[str]]:
    if request.query_params is None:
        return {}
    return {name: list(request.query_params.getlist(name)) for name in request.query_params}


def _key(operation: Operation[Any], request: Request) -> str | None:
    return request_reader.idempotency_key(request.headers) if operation.is_unsafe else None


def _terms(operation: Operation[Any], path: dict[str, str], if_match: int | None) -> CallTerms:
    """Return what the call's writes have to keep, whatever it does."""
    if if_match is None or not operation.is_unsafe or "request_id" not in path:
        return CallTerms()
    return CallTerms(seen=SeenRequest(path["request_id"], if_match))


def _logged_id(path: dict[str, str]) -> str | None:
    # What only looks like an id may be anything that somebody typed: it stays out of the log.
    request_id = path.get("request_id", "")
    return request_id if is_id(request_id, "sr") else None
