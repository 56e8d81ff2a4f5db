"""Reading what a call says: its token's claims, its body, its query."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from api.operations import Scope
from api.problems import CallError
from paraphe.contracts.problems import FieldProblem
from paraphe.domain.firms.firm import ApiClient

MAX_BODY = 64 * 1024
MAX_ERRORS = 20
_KEY = re.compile(r'^"?[\x21\x23-\x5b\x5d-\x7e]{1,128}"?$')
# API Gateway's compression may mark a tag as weak.
_TAG = re.compile(r'(?:W/)?"(\d{1,18})"')
Shape = TypeVar("Shape", bound=BaseModel)


def client_of(context: Mapping[str, Any]) -> str:
    """Return the calling client's id.

    API Gateway's authorizer has checked the token; its claims are in the request's context.

    Raises:
        CallError: 401 without claims.

    """
    claims = _claims(context)
    client_id = claims.get("client_id")
    if not client_id or claims.get("token_use", "access") != "access":
        raise CallError(
            401,
            "not_authenticated",
            "Send an access token: Authorization: Bearer …",
            headers={"WWW-Authenticate": 'Bearer realm="paraphe"'},
        )
    return str(client_id)


def check_scope(context: Mapping[str, Any], scope: Scope) -> None:
    """Refuse a call whose access token lacks the scope of the operation.

    Raises:
        CallError: 403 `insufficient_scope`.

    """
    if str(scope) not in str(_claims(context).get("scope", "")).split():
        raise _lacks(scope)


def _claims(context: Mapping[str, Any]) -> Mapping[str, Any]:
    return (context.get("authorizer") or {}).get("claims") or {}


def _lacks(scope: Scope) -> CallError:
    return CallError(
        403,
        "insufficient_scope",
        f"The access token lacks the scope {scope}.",
        headers={
            "WWW-Authenticate": 'Bearer realm="paraphe", error="insufficient_scope", '
            f'scope="{scope}"'
        },
    )


def known(client: ApiClient | None, scope: Scope, now: datetime) -> ApiClient:
    """Return the client that calls, if the firm lets it now, whatever its token still says.

    Raises:
        CallError: 403 `unknown_client`, `insufficient_scope`; 401 `secret_ended`.

    """
    if client is None:
        raise CallError(403, "unknown_client", "This client acts for no firm.")
    if client.expires_at is not None and now >= client.expires_at:
        raise CallError(
            401,
            "secret_ended",
            "The secret of this client was changed: use the new client_id and secret.",
            headers={"WWW-Authenticate": 'Bearer realm="paraphe", error="invalid_token"'},
        )
    if client.scopes is not None and str(scope) not in client.scopes:
        raise _lacks(scope)
    return client


def scopes_of(context: Mapping[str, Any], client: ApiClient) -> frozenset[Scope]:
    """Return the scopes that the access token holds and that the client still has."""
    held = set(str(_claims(context).get("scope", "")).split())
    if client.scopes is not None:
        held &= set(client.scopes)
    return frozenset(scope for scope in Scope if str(scope) in held)


def if_match(headers: Mapping[str, str]) -> int | None:
    """Read the If-Match header: one entity tag of ours; None for `*` or no header.

    Raises:
        CallError: 400 `if_match_invalid`.

    """
    tag = headers.get("if-match")
    if tag is None or tag.strip() == "*":
        return None
    found = _TAG.fullmatch(tag.strip())
    if found is None:
        detail = "If-Match takes one ETag as an answer gave it, quotes included."
        fault = FieldProblem(parameter="If-Match", code="if_match_invalid", detail=detail)
        raise CallError(400, "if_match_invalid", detail, errors=(fault,))
    return int(found[1])


def is_known(headers: Mapping[str, str], tag: str | None) -> bool:
    """Tell whether If-None-Match names the entity tag of an answer, by weak comparison."""
    asked = headers.get("if-none-match")
    if asked is None or tag is None:
        return False
    known = [one.strip().removeprefix("W/") for one in asked.split(",")]
    return "*" in known or tag in known


def idempotency_key(headers: Mapping[str, str]) -> str | None:
    """Read the Idempotency-Key header: 1 to 128 printable characters, quoted or not.

    Raises:
        CallError: 400 `idempotency_key_invalid`.

    """
    key = headers.get("idempotency-key")
    if key is None:
        return None
    if not _KEY.match(key):
        raise CallError(
            400,
            "idempotency_key_invalid",
            "Idempotency-Key takes 1 to 128 printable ASCII characters.",
            errors=(
                FieldProblem(
                    parameter="Idempotency-Key",
                    code="idempotency_key_invalid",
                    detail="1 to 128 printable ASCII characters without spaces.",
                ),
            ),
        )
    return key.strip('"')


def body(raw: bytes, content_type: str | None, shape: type[Shape]) -> Shape:
    """Parse a JSON body; an absent one counts as `{}`.

    Raises:
        CallError: 413 `body_too_large`, 415 `not_json`, 400 `malformed_json`, `repeated_key`,
            422 `invalid_body`.

    """
    if len(raw) > MAX_BODY:
        raise CallError(413, "body_too_large", f"A body holds at most {MAX_BODY} bytes.")
    if raw and (content_type or "").partition(";")[0].strip().lower() != "application/json":
        raise CallError(
            415, "not_json", "Send application/json.", headers={"Accept": "application/json"}
        )
    try:
        read = shape.model_validate_json(raw or b"{}")
        _check_keys(raw or b"{}")
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
    else:
        return read
    if faults[0]["type"] == "json_invalid":
        raise CallError(400, "malformed_json", "The body is not well-formed JSON.")
    raise CallError(
        422,
        "invalid_body",
        "The body is not what this operation takes; see errors.",
        errors=tuple(
            FieldProblem(pointer=_pointer(f["loc"]), code=f["type"], detail=f["msg"])
            for f in faults[:MAX_ERRORS]
        ),
    )


def _check_keys(raw: bytes) -> None:
    """Refuse an object with the same key twice: readers differ in which they take (RFC 8259 §4).

    Called once the body is known to have a shape of ours, so it is nowhere deep.

    Raises:
        CallError: 400 `repeated_key`, with where it stands.

    """
    repeated = sorted(set(_repeated(json.loads(raw, object_pairs_hook=_Object), ())))
    if repeated:
        raise CallError(
            400,
            "repeated_key",
            "An object of the body has the same key twice; see errors.",
            errors=tuple(
                FieldProblem(pointer=pointer, code="repeated_key", detail="Give it once.")
                for pointer in repeated[:MAX_ERRORS]
            ),
        )


class _Object(dict[str, Any]):
    """A JSON object that remembers which of its keys stand there twice."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        names = [name for name, _ in pairs]
        self.repeated = [name for name in self if names.count(name) > 1]


def _repeated(value: object, at: tuple[int | str, ...]) -> Iterator[str]:
    """Return the pointers of keys that stand twice in an object, anywhere in `value`."""
    if isinstance(value, _Object):
        yield from (_pointer((*at, name)) for name in value.repeated)
    inner: Iterable[tuple[int | str, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for name, part in inner:
        yield from _repeated(part, (*at, name))


def query(parameters: Mapping[str, list[str]], shape: type[Shape]) -> Shape:
    """Parse query parameters; each may be given once.

    Raises:
        CallError: 422 `invalid_query`.

    """
    repeated = [name for name, values in parameters.items() if len(values) > 1]
    errors = [
        FieldProblem(parameter=name, code="repeated", detail="Give it once.") for name in repeated
    ]
    if not errors:
        try:
            return shape.model_validate({name: v[0] for name, v in parameters.items() if v})
        except ValidationError as error:
            faults = error.errors(include_url=False, include_context=False, include_input=False)
        errors = [
            FieldProblem(parameter=str(f["loc"][0]), code=f["type"], detail=f["msg"])
            for f in faults[:MAX_ERRORS]
        ]
    raise CallError(
        422,
        "invalid_query",
        "The query is not what this operation takes; see errors.",
        errors=tuple(errors),
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "#" + "".join(f"/{part}" for part in parts)
