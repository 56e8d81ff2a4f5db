"""Makes the OpenAPI 3.1 document of the HTTP API from its operations and contracts.

`python -m infra.openapi` writes infra/openapi.json; a test checks that the file is fresh.
"""

from __future__ import annotations

import functools
import json
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from infra import conditional_reads
from infra.descriptions import describe_fields, describe_parameters, tags
from infra.links import links
from infra.routes import reach_functions
from paraphe.contracts.delivery.webhook_events import SHAPES
from paraphe.contracts.problems import Problem
from paraphe.domain.delivery.webhook_events import CATALOGUE, example

if TYPE_CHECKING:
    from pydantic import BaseModel

    from api.operations import Operation
    from paraphe.domain.delivery.webhook_events import EventType

Names: TypeAlias = "dict[tuple[type[Any], str], dict[str, Any]]"
EXAMPLE_AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
TARGET = Path(__file__).with_name("openapi.json")
EXAMPLES = Path(__file__).with_name("examples.json")
REF = "#/components/schemas/{model}"
TITLES = {
    400: "The body is not well-formed JSON, or a header is wrong.",
    401: "No valid access token.",
    403: "The token lacks the scope, its client acts for no firm, or the member may not.",
    404: "There is no such thing in this firm.",
    409: "The state does not allow it (yet).",
    410: "It is over: ended, or its documents are erased.",
    412: "It was changed since the version in If-Match.",
    413: "The body is larger than 64 KiB.",
    415: "The body is not application/json.",
    422: "The body or the query is not what the operation takes.",
    423: "The code is void after too many wrong tries.",
    429: "Too many calls, codes, SMS or e-mails; `retry_at` says from when on it may work.",
    500: "A fault on our side.",
    503: "A service that this needs does not answer; try again.",
}
DONE = {201: "Created.", 202: "Accepted; it is done in the background."}
EVERYWHERE = (401, 403, 422, 429, 500, 503)
WITH_BODY = (400, 413, 415)
HEADERS = {
    "X-Request-Id": {
        "description": "The call's id, for the support.",
        "schema": {"type": "string"},
    },
    "RateLimit-Policy": {
        "description": "How many calls a client may send at once (`q`), spread over `w` seconds.",
        "schema": {"type": "string", "examples": ['"calls";q=200;w=10']},
    },
    "RateLimit": {
        "description": "How many calls may follow at once (`r`); all of them in `t` seconds.",
        "schema": {"type": "string", "examples": ['"calls";r=199;t=1']},
    },
}


def document() -> dict[str, Any]:
    """Build the OpenAPI document."""
    reach_functions()
    from api.app import operations  # noqa: PLC0415 - after the path is set
    from api.operations import Scope  # noqa: PLC0415 - after the path is set

    table = operations()
    names, schemas = _schemas(table)
    paths: dict[str, dict[str, Any]] = {}
    for operation in table:
        item = paths.setdefault(operation.path, {})
        item[operation.method.lower()] = made = _operation(operation, names)
        if following := links(operation, table):
            made["responses"][str(operation.status)]["links"] = following
    conditional_reads.describe(paths)
    scopes = {
        str(Scope.READ): "Read requests, recipients, documents' states and audit trails.",
        str(Scope.WRITE): "Make and steer requests.",
        str(Scope.DOCUMENTS): "Download signed originals.",
        str(Scope.FIRM_READ): "Read contacts, templates, members and settings.",
        str(Scope.FIRM_WRITE): "Keep contacts and templates.",
        str(Scope.MANAGE): "Manage members, settings, webhooks, archive exports and API clients.",
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Paraphe HTTP API",
            "version": "1.0.0",
            "summary": "Have PDFs signed, in order, by people without an account.",
            "description": "Errors are problem documents (RFC 9457); their `code` is stable. "
            "Instants are UTC. A firm only ever sees what is its own: anything else is 404. "
            "Signatures have the shape of advanced ones; they are not qualified.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": tags(dict.fromkeys(o.tag for o in table)),
        "paths": paths,
        "webhooks": _webhooks(names),
        "components": {
            "schemas": schemas,
            "responses": _problems(table, names),
            "securitySchemes": {
                "oauth2": {
                    "type": "oauth2",
                    "flows": {"clientCredentials": {"tokenUrl": "/oauth2/token", "scopes": scopes}},
                }
            },
        },
    }


def text() -> str:
    """Return the document as it lies in the repository."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def _schemas(
    table: tuple[Operation[Any], ...],
) -> tuple[Names, dict[str, Any]]:
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [(Problem, "serialization")]
    wanted += [(shape, "serialization") for shape in SHAPES.values()]
    for operation in table:
        if operation.has_body:
            wanted.append((operation.given, "validation"))
        if operation.answer is not None:
            wanted.append((operation.answer, "serialization"))
    refs, definitions = models_json_schema(
        list(dict.fromkeys(wanted)), ref_template=REF, schema_generator=GenerateJsonSchema
    )
    names = {(shape, str(mode)): ref for (shape, mode), ref in refs.items()}
    return names, describe_fields(_without_null_defaults(definitions["$defs"]))


def _without_null_defaults(node: Any) -> Any:  # noqa: ANN401 - any JSON
    # "Left out" is None on our side; it is not a value that may be sent.
    if isinstance(node, list):
        return [_without_null_defaults(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _without_null_defaults(value)
        for key, value in node.items()
        if not (key == "default" and value is None)
    }


def _operation(operation: Operation[Any], names: Names) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.id,
        "tags": [operation.tag],
        "summary": operation.summary,
        "security": [{"oauth2": [str(operation.scope)]}],
        "responses": _responses(operation, names),
    }
    if operation.description:
        made["description"] = operation.description
    parameters = [*_path_parameters(operation), *_other_parameters(operation)]
    if parameters:
        made["parameters"] = describe_parameters(operation.id, parameters)
    if operation.has_body:
        shape = operation.given.model_json_schema()
        sent = _examples().get(operation.id, {}).get("body")
        made["requestBody"] = {
            "required": "required" in shape or "minProperties" in shape,
            "content": {"application/json": _content(names[operation.given, "validation"], sent)},
        }
    return made


def _responses(operation: Operation[Any], names: Names) -> dict[str, Any]:
    done: dict[str, Any] = {"description": "Done.", "headers": dict(HEADERS)}
    if operation.answer is not None:
        schema = names[operation.answer, "serialization"]
        answered = _examples().get(operation.id, {}).get("answer")
        done["content"] = {"application/json": _content(schema, answered)}
    if _compares(operation) and operation.answer is not None:
        done["headers"] |= conditional_reads.ETAG
    if operation.status in DONE:
        done["description"] = DONE[operation.status]
    responses: dict[str, Any] = {str(operation.status): done}
    if "redirect" in operation.given.model_fields:
        responses["302"] = {
            "description": "The file is at `Location`.",
            "headers": {**HEADERS, "Location": {"schema": {"type": "string", "format": "uri"}}},
        }
    for status in _statuses(operation):
        responses[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
    return responses


@functools.cache
def _examples() -> dict[str, Any]:
    """Return what calls were made in memory, by operation (`make examples`)."""
    found: dict[str, Any] = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    return found


def _content(schema: dict[str, Any], example: object) -> dict[str, Any]:
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


def _statuses(operation: Operation[Any]) -> list[int]:
    more = WITH_BODY if operation.has_body else ()
    if operation.is_unsafe:  # a header may be wrong; the same call may be in progress
        more = (*more, 400, 409)
    if _compares(operation):
        more = (*more, 412)
    return sorted({*EVERYWHERE, *operation.problems, *more})


def _compares(operation: Operation[Any]) -> bool:
    """Whether it takes If-Match: what can be refused as changed meanwhile."""
    of_a_request = operation.is_unsafe and "{request_id}" in operation.path
    return of_a_request or HTTPStatus.PRECONDITION_FAILED in operation.problems


def _problems(
    table: tuple[Operation[Any], ...],
    names: Names,
) -> dict[str, Any]:
    schema = names[Problem, "serialization"]
    return {
        f"Problem{status}": {
            "description": TITLES[status],
            "headers": dict(HEADERS),
            "content": {"application/problem+json": {"schema": schema}},
        }
        for status in sorted({status for o in table for status in _statuses(o)})
    }


def _webhooks(names: Names) -> dict[str, Any]:
    """Return what receivers are sent, by type of event."""
    return {name: {"post": _webhook(entry, names)} for name, entry in CATALOGUE.items()}


def _webhook(entry: EventType, names: Names) -> dict[str, Any]:
    schema = names[SHAPES[entry.about], "serialization"]
    of_type = {"properties": {"type": {"const": entry.name}}}
    body = {
        "schema": {"allOf": [schema, of_type]},
        "example": json.loads(example(entry, EXAMPLE_AT).body),
    }
    return {
        "operationId": entry.name,
        "tags": ["webhooks"],
        "summary": entry.tells.rstrip("."),
        "parameters": describe_parameters(
            entry.name,
            [
                {"name": name, "in": "header", "required": True, "schema": {"type": "string"}}
                for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
            ],
        ),
        "requestBody": {"required": True, "content": {"application/json": body}},
        "responses": {
            "2XX": {"description": "Taken. Any other answer has it sent again later."},
            "410": {"description": "Nothing is to be sent here any more: disables the webhook."},
        },
    }


def _path_parameters(operation: Operation[Any]) -> list[dict[str, Any]]:
    prefixes = {
        "request_id": "sr",
        "document_id": "doc",
        "recipient_id": "rcp",
        "webhook_id": "whk",
        "delivery_id": "whd",
        "contact_id": "ctc",
        "import_id": "imp",
        "member_id": "mbr",
        "invitation_id": "inv",
        "delegation_id": "dlg",
        "template_id": "tpl",
        "bulk_id": "blk",
        "export_id": "arc",
        "client_id": "cli",
    }
    schemas: dict[str, dict[str, str]] = {
        name: {"type": "string", "pattern": f"^{prefix}_[0-9a-z]{{8,40}}$"}
        for name, prefix in prefixes.items()
    }
    schemas["day"] = {"type": "string", "format": "date"}
    return [
        {"name": name, "in": "path", "required": True, "schema": schema}
        for name, schema in schemas.items()
        if f"{{{name}}}" in operation.path
    ]


def _other_parameters(operation: Operation[Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if operation.is_unsafe:
        found.append(
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "One for each call: sent again under it within 24 hours, the call "
                "is not done again and has the same answer.",
                "schema": {"type": "string", "pattern": "^[!#-\\[\\]-~]{1,128}$"},
            }
        )
    if _compares(operation):
        found.append(
            {
                "name": "If-Match",
                "in": "header",
                "required": False,
                "description": "The ETag of the version that you have seen: 412 if another is "
                "stored.",
                "schema": {"type": "string", "pattern": '^"[0-9]{1,18}"$'},
            }
        )
    if not operation.has_body:
        schema = _without_null_defaults(operation.given.model_json_schema(ref_template=REF))
        for name, property_ in schema.get("properties", {}).items():
            found.append({"name": name, "in": "query", "required": False, "schema": property_})
    return found


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
    print(TARGET.name)
