"""The signers' pages without AWS: HTTP -> REST v1 event -> the Chalice app on a world in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from paraphe.ports.requests import RecipientRef, RequestRef
from tests.support.services import in_memory
from tests.support.world import World
from web.routes import ROUTES, build
from web.services import Door

FORM_TYPE = "application/x-www-form-urlencoded"


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class FakeObserver:
    """Keeps `web.services.Observer`: remembers what it was told."""

    counted: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def count(self, name: str) -> None:
        """Keep `Observer.count`."""
        self.counted.append(name)

    def about(self, request_id: str, firm_id: str) -> None:
        """Keep `Observer.about`."""
        self.requests.append(f"{firm_id} {request_id}")

    def fault(self, error: BaseException) -> None:
        """Keep `Observer.fault`."""
        self.faults.append(error)


class Site:
    """The pages on a world; `ask` is a browser without cookies, memory or scripts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.observer = FakeObserver()
        self.app = build(Door(in_memory(world), lambda: world.now, self.observer))

    def ask(
        self,
        method: str,
        address: str,
        *,
        form: Mapping[str, str] | None = None,
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
        stage: str = "",
    ) -> Answer:
        """Send one request to path and query; to an unknown path API Gateway says 404."""
        parts = urlsplit(address)
        found = match(parts.path)
        sent = {"accept": "text/html", "user-agent": "Harness/1", **(headers or {})}
        if method == "POST" and "content-type" not in sent:
            sent["content-type"] = FORM_TYPE
        if form is not None:
            body = urlencode(form)
        if found is None:
            return Answer(404, {}, "no such route")
        resource, params = found
        query = dict(parse_qsl(parts.query))
        event = {
            "resource": resource,
            "path": parts.path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": query or None,
            "multiValueQueryStringParameters": {k: [v] for k, v in query.items()} or None,
            "pathParameters": params or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": f"{stage}{parts.path}",
                "requestId": "harness",
                "identity": {"sourceIp": "192.0.2.7"},
            },
            "body": body,
            "isBase64Encoded": False,
        }
        answered: dict[str, Any] = self.app(event, None)
        several = answered.get("multiValueHeaders") or {}
        found_headers = {k.lower(): v for k, v in (answered.get("headers") or {}).items()}
        found_headers |= {k.lower(): v[-1] for k, v in several.items()}
        return Answer(answered["statusCode"], found_headers, answered["body"])

    def get(self, address: str, **more: Any) -> Answer:  # noqa: ANN401
        """GET."""
        return self.ask("GET", address, **more)

    def post(self, address: str, form: Mapping[str, str], **more: Any) -> Answer:  # noqa: ANN401
        """POST a form."""
        return self.ask("POST", address, form=form, **more)

    def link(self, ref: RequestRef, recipient_id: str) -> str:
        """Return the path of a recipient's newest link."""
        recipient = self.world.recipient(ref, recipient_id)
        token_of = RecipientRef(ref.firm_id, ref.request_id, recipient_id)
        return f"/s/{self.world.links.token(token_of, recipient.link_generation)}"


def match(path: str) -> tuple[str, dict[str, str]] | None:
    """Find the route of a path as API Gateway does: its resource and parameters."""
    asked = path.strip("/").split("/")
    for resource, _, _ in ROUTES:
        parts = resource.strip("/").split("/")
        if len(parts) != len(asked):
            continue
        params = {}
        for part, value in zip(parts, asked, strict=True):
            if part.startswith("{"):
                params[part.strip("{}")] = value
            elif part != value:
                break
        else:
            return resource, params
    return None
