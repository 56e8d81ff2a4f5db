"""From a Chalice request to a Chalice response: authorise, read, run, map."""

import time
from typing import Any, TypeAlias

from chalice.app import Request, Response
from pydantic import BaseModel

from api import problems
from api import request as request_reader
from api.operations import Answer, Call, Operation
from api.services import ApiContext, Called, Observer
from paraphe.domain.ids import is_id
from paraphe.usecases.firms.keep_api_clients import note_use

HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
SERVER_ERROR = 500
Headers: TypeAlias = dict[str, str | list[str]]


def perform(operation: Operation[Any], context: ApiContext, request: Request) -> Response:
    """Do one operation. Every outcome, even an unforeseen one, is an answer and a log line."""
    started = time.perf_counter()
    correlation = correlation_id(request.context)
    firm_id: str | None = None
    code: str | None = None
    path = dict(request.uri_params or {})
    try:
        now = context.clock()
        client_id = request_reader.client_of(request.context, operation.scope)
        found = context.services.firms.client(client_id)
        client = request_reader.known(found, operation.scope, now)
        firm_id = client.firm_id
        note_use(context.services.api_clients, client, now)
        call = Call(
            services=context.services,
            observer=context.observer,
            firm_id=firm_id,
            client=client,
            now=now,
            given=_given(operation, request),
            path=path,
            idempotency_key=_key(operation, request),
            if_match=request_reader.if_match(request.headers),
            scopes=request_reader.scopes_of(request.context, client),
        )
        response = respond(operation.run(call), operation.status, correlation)
    except Exception as error:  # noqa: BLE001 (the edge of the door: problems.py maps everything)
        response, code = refuse(error, context.observer, correlation)
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


def respond(answer: Answer, status: int, correlation: str) -> Response:
    """Write an answer."""
    headers: Headers = {**HEADERS, "X-Request-Id": correlation, **answer.headers}
    text = ""
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.body is not None:
        headers["Content-Type"] = "application/json"
        text = answer.body.model_dump_json()
    return Response(body=text, headers=headers, status_code=answer.status or status)


def refuse(error: Exception, observer: Observer, correlation: str) -> tuple[Response, str]:
    """Write a problem document; return its code as well."""
    problem, extra = problems.problem_of(error)
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
    return request_reader.idempotency_key(request.headers) if operation.idempotent else None


def _logged_id(path: dict[str, str]) -> str | None:
    # What only looks like an id may be anything that somebody typed: it stays out of the log.
    request_id = path.get("request_id", "")
    return request_id if is_id(request_id, "sr") else None
