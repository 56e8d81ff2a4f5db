"""A caller of the HTTP API, on a world of fakes: builds gateway events, reads answers."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from api.app import create_handler, operations
from api.operations import Scope
from api.services import ApiContext, Called
from paraphe.services import Services
from tests.support.services import in_memory
from tests.support.world import FIRM, World

CLIENT = "client-of-the-firm"
CORRELATION = "5b5f6f0e-0000-4000-8000-000000000001"
ALL_SCOPES = " ".join(Scope)


@dataclass
class Recorder:
    """Keeps `api.services.Observer`: remembers what it was told."""

    calls: list[Called] = field(default_factory=list)
    launches: int = 0
    uncounted_calls: int = 0
    crashes: list[tuple[BaseException, str]] = field(default_factory=list)

    def called(self, call: Called) -> None:
        """Remember a call."""
        self.calls.append(call)

    def launched(self) -> None:
        """Count a launch."""
        self.launches += 1

    def uncounted(self) -> None:
        """Count a call that no limit was asked for."""
        self.uncounted_calls += 1

    def crashed(self, error: BaseException, correlation_id: str) -> None:
        """Remember a crash."""
        self.crashes.append((error, correlation_id))


@dataclass(frozen=True)
class Answered:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:  # noqa: ANN401 (any JSON)
        """The body, parsed."""
        return json.loads(self.text)

    @property
    def code(self) -> str:
        """The problem's code; fails when this is no problem document."""
        assert self.headers["Content-Type"] == "application/problem+json", self.text
        assert self.json["status"] == self.status
        assert self.json["type"] == f"urn:paraphe:problem:{self.json['code']}"
        return str(self.json["code"])


def _pause(seconds: float) -> None:
    time.sleep(seconds / 4)


class Caller:
    """Calls the API as one client; `services` may be something else than the world's."""

    def __init__(
        self, world: World, services: Services | None = None, *, client_id: str = CLIENT
    ) -> None:
        self.world = world
        self.client_id = client_id
        self.observer = Recorder()
        if client_id == CLIENT:
            world.firms.bind_client(client_id, FIRM.id, "Logiciel de test")
        self.services = services or in_memory(world)
        context = ApiContext(self.services, lambda: world.now, self.observer, _pause)
        self.handler = create_handler(context)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        scope: str = ALL_SCOPES,
        claims: Mapping[str, str] | None = None,
        raw: bytes | None = None,
    ) -> Answered:
        """Send one call; `path` is written out, as a client would."""
        data = raw if raw is not None else (b"" if body is None else json.dumps(body).encode())
        sent = {"Content-Type": "application/json", **(headers or {})}
        if claims is None:
            claims = {"client_id": self.client_id, "scope": scope, "token_use": "access"}
        resource, parameters = matched(path)
        event = {
            "resource": resource,
            "path": path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": {k: v[-1] for k, v in query.items()} if query else None,
            "multiValueQueryStringParameters": query or None,
            "pathParameters": parameters or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": path,
                "requestId": CORRELATION,
                "identity": {"sourceIp": "192.0.2.1"},
                **({"authorizer": {"claims": dict(claims)}} if claims else {}),
            },
            "body": base64.b64encode(data).decode() if data else None,
            "isBase64Encoded": bool(data),
        }
        result = self.handler(event, None)
        headers_out = result.get("headers", {})
        return Answered(result["statusCode"], headers_out, result["body"])


def matched(path: str) -> tuple[str, dict[str, str]]:
    """Find the declared path that a written-out one belongs to, as API Gateway does."""
    parts = path.split("/")
    for operation in operations():
        pattern = operation.path.split("/")
        if len(pattern) != len(parts):
            continue
        pairs = list(zip(pattern, parts, strict=True))
        if all(p == got or p.startswith("{") for p, got in pairs):
            return operation.path, {p[1:-1]: got for p, got in pairs if p.startswith("{")}
    return path, {}
