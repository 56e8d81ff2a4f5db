"""The operations as a collection for API clients (Postman 2.1): what they send, and how to sign in.

Clients that read this format, such as Postman, Bruno, Insomnia and Hoppscotch, import it. Four
variables have to be filled in: `api`, `token_url`, `client_id`, `client_secret`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from infra.reference.operation_pages import by_tag, tag_title

if TYPE_CHECKING:
    from collections.abc import Iterable

Document = dict[str, Any]
SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
VARIABLES = ("api", "token_url", "client_id", "client_secret")


def collection(document: Document) -> Document:
    """Return the collection: a folder per resource, a request per operation."""
    described = {one["name"]: one["description"] for one in document["tags"]}
    return {
        "info": {
            "name": document["info"]["title"],
            "version": document["info"]["version"],
            "description": document["info"]["description"],
            "schema": SCHEMA,
        },
        "auth": {"type": "oauth2", "oauth2": _pairs(_sign_in())},
        "variable": [{"key": name, "value": "", "type": "string"} for name in VARIABLES],
        "item": [
            {
                "name": tag_title(tag),
                "description": described[tag],
                "item": [_request(*one) for one in operations],
            }
            for tag, operations in by_tag(document).items()
        ],
    }


def text(document: Document) -> str:
    """Return the collection as it is served."""
    return json.dumps(collection(document), separators=(",", ":"), ensure_ascii=False) + "\n"


def _sign_in() -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "accessTokenUrl": "{{token_url}}",
        "clientId": "{{client_id}}",
        "clientSecret": "{{client_secret}}",
        "client_authentication": "header",
        "addTokenTo": "header",
        "headerPrefix": "Bearer",
    }


def _request(method: str, path: str, operation: Document) -> Document:
    parameters = operation.get("parameters", [])
    asked: Document = {
        "method": method,
        "description": operation.get("description", operation["summary"]),
        "header": [],
        "url": _url(path, parameters),
    }
    if any(one["name"] == "Idempotency-Key" for one in parameters):
        asked["header"].append({"key": "Idempotency-Key", "value": "{{$guid}}"})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in content:
        asked["header"].append({"key": "Content-Type", "value": "application/json"})
        raw = json.dumps(content["example"], indent=2, ensure_ascii=False)
        asked["body"] = {"mode": "raw", "raw": raw, "options": {"raw": {"language": "json"}}}
    return {"name": operation["summary"], "request": asked, "response": []}


def _url(path: str, parameters: Iterable[Document]) -> Document:
    colons = re.sub(r"\{(\w+)\}", r":\1", path)
    found: Document = {
        "raw": f"{{{{api}}}}{colons}",
        "host": ["{{api}}"],
        "path": colons.strip("/").split("/"),
    }
    for place, section in (("path", "variable"), ("query", "query")):
        listed = [_parameter(one) for one in parameters if one["in"] == place]
        if listed:
            found[section] = listed
    for one in found.get("query", ()):
        one["disabled"] = True  # to be switched on by who wants it
    return found


def _parameter(parameter: Document) -> Document:
    return {"key": parameter["name"], "value": "", "description": parameter["description"]}


def _pairs(values: dict[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value, "type": "string"} for key, value in values.items()]
