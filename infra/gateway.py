"""What API Gateway itself answers on the HTTP API's paths: problem documents, as the function does.

`python -m infra.gateway` prints the template's `GatewayResponses`; a test holds both equal.
"""

from __future__ import annotations

import json
from typing import Any

from infra.routes import reach_functions

# API Gateway's type of answer: status, code, detail, more headers.
ANSWERS: dict[str, tuple[int, str, str, dict[str, str]]] = {
    "MISSING_AUTHENTICATION_TOKEN": (404, "no_such_route", "No operation is here.", {}),
    "RESOURCE_NOT_FOUND": (404, "no_such_route", "No operation is here.", {}),
    # A bearer token where no operation is: API Gateway takes it for a signature, and fails.
    "INVALID_SIGNATURE": (404, "no_such_route", "No operation is here.", {}),
    "UNAUTHORIZED": (
        401,
        "not_authenticated",
        "Send a valid access token that holds the scope of this operation.",
        {"WWW-Authenticate": "'Bearer realm=\"paraphe\"'"},
    ),
    "ACCESS_DENIED": (403, "insufficient_scope", "The access token lacks the scope.", {}),
    "THROTTLED": (429, "too_many_calls", "Too many calls; try again.", {"Retry-After": "'5'"}),
    "QUOTA_EXCEEDED": (429, "too_many_calls", "Too many calls; try again.", {}),
    "REQUEST_TOO_LARGE": (413, "body_too_large", "The body is too large.", {}),
    "UNSUPPORTED_MEDIA_TYPE": (415, "not_json", "Send application/json.", {}),
    "DEFAULT_4XX": (
        400,
        "bad_call",
        "Check path, method and headers: this is no call of the API.",
        {},
    ),
    "DEFAULT_5XX": (503, "try_again", "It did not answer in time; try again.", {}),
}
HEADERS = {
    "Cache-Control": "'no-store'",
    "Content-Type": "'application/problem+json'",
    "X-Content-Type-Options": "'nosniff'",
}


def responses() -> dict[str, Any]:
    """Return `GatewayResponses` of the API in the template."""
    reach_functions()
    from api.problems import problem  # noqa: PLC0415 - after the path is set

    return {
        kind: {
            "StatusCode": status,
            "ResponseParameters": {"Headers": {**HEADERS, **more}},
            "ResponseTemplates": {
                "application/json": problem(status, code, detail).model_dump_json(exclude_none=True)
            },
        }
        for kind, (status, code, detail, more) in ANSWERS.items()
    }


def answer(kind: str) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body of an answer, as a caller gets them."""
    made = responses()[kind]
    headers = {
        name: value.strip("'") for name, value in made["ResponseParameters"]["Headers"].items()
    }
    return made["StatusCode"], headers, made["ResponseTemplates"]["application/json"].encode()


if __name__ == "__main__":
    for kind, response in responses().items():
        print(f"        {kind}:\n          {json.dumps(response)}")
