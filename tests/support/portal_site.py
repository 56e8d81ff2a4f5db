"""The portal without AWS: its Chalice app on stores in memory, and a browser with cookies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from paraphe.pages import csrf
from paraphe.usecases import using
from paraphe.usecases.signing.enrol_person import EnrolPerson
from portal.door import Door
from portal.routing import ROUTES, build
from tests.support.fakes.firms import FakeFirms
from tests.support.fakes.identity import FakeEnrolment, FakeRegister, FakeSignIns
from tests.support.fakes.limits import FakeLimits
from tests.support.fakes.members import FakeCertifier
from tests.support.openid import NOW, Provider, adapter
from tests.support.services import in_memory
from tests.support.web_harness import FORM_TYPE, Answer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.services import Services

HOST = "https://portail.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
__all__ = ["FIREFOX", "HOST", "FakeFirms", "Portal", "Tab"]


@dataclass
class Watch:
    """Keeps `portal.door.Observer`."""

    inside: int = 0
    outside: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def signed_in(self) -> None:
        """Keep `Observer.signed_in`."""
        self.inside += 1

    def kept_out(self, code: str, reason: str) -> None:
        """Keep `Observer.kept_out`."""
        self.outside.append(f"{code} {reason}")

    def fault(self, error: BaseException) -> None:
        """Keep `Observer.fault`."""
        self.faults.append(error)


class Portal:
    """The portal on a table in memory, in front of a provider in memory."""

    def __init__(self, *registered: str) -> None:
        self.now = NOW
        self.provider = Provider()
        self.register = FakeRegister(*registered)
        self.enrolment = FakeEnrolment()
        self.certifier = FakeCertifier()
        self.watch = Watch()
        made = in_memory(
            identity_provider=adapter(self.provider),
            professional_register=self.register,
            enrolment=self.enrolment,
            certifier=self.certifier,
            sign_ins=FakeSignIns(),
            limits=FakeLimits(),
            portal_url=HOST,
        )
        # Stores that belong together are all on one table.
        stores: Any = made
        kept: Any = stores._on_table
        self.services: Services = in_memory(
            **{
                **stores._given,
                "members": kept.members,
                "firms": kept.firms,
                "invitations": kept.invitations,
                "delegations": kept.delegations,
            }
        )
        self.services._on_table = kept  # type: ignore[attr-defined]
        self.table = kept.table
        self.app = build(Door(self.services, lambda: self.now, self.watch))

    def passes(self, **more: float) -> None:
        """Let time go by."""
        self.now += timedelta(**more)

    def enrol(self) -> list[str]:
        """Play the door `enrol` for whoever asked."""
        asked, self.enrolment.asked = self.enrolment.asked, []
        return [using(EnrolPerson, self.services)(one, self.now) for one in asked]


class Tab:
    """A browser at the portal."""

    def __init__(self, portal: Portal, *, secure: bool = True, agent: str = FIREFOX) -> None:
        self.portal = portal
        self.secure = secure
        self.agent = agent
        self.cookies: dict[str, str] = {}

    @property
    def session(self) -> str:
        """What the session's cookie holds; empty for none."""
        return self.cookies.get("__Host-session" if self.secure else "session", "")

    def get(self, address: str, **headers: str) -> Answer:
        """Open an address."""
        return self._ask("GET", address, None, headers)

    def post(self, address: str, form: Mapping[str, str], **headers: str) -> Answer:
        """Send a form of ours."""
        token = csrf.token(self.session.partition(".")[2])
        return self._ask("POST", address, urlencode({"csrf": token, **form}), headers)

    def ask(self, method: str, address: str, body: str | None = None, **headers: str) -> Answer:
        """Send whatever."""
        return self._ask(method, address, body, headers)

    def begin(self, query: str = "") -> tuple[str, Any]:
        """Go to the provider and sign in there; what is to be brought back."""
        started = self.get(f"/sign-in/start{query}")
        assert started.status == 303, started.body
        return self.portal.provider.logs_in(started.headers["location"])

    def come_back(self, state: str, code: str, **more: str) -> Answer:
        """Bring the provider's answer."""
        query = urlencode({"state": state, "code": code, **more})
        return self.get(f"/sign-in/callback?{query}")

    def sign_in(self, query: str = "", **claims: Any) -> Answer:  # noqa: ANN401
        """Sign in as who these claims say."""
        self.portal.provider.claims = claims
        state, answer = self.begin(query)
        seconds = int(self.portal.now.timestamp())
        self.portal.provider.claims |= {"iat": seconds, "exp": seconds + 60, **claims}
        return self.come_back(state, answer.code)

    def _ask(
        self, method: str, address: str, body: str | None, headers: Mapping[str, str]
    ) -> Answer:
        parts = urlsplit(address)
        found = _match(parts.path)
        if found is None:
            return Answer(404, {}, "no such route")
        resource, params = found
        sent = {"accept-language": "fr", "user-agent": self.agent, "host": "portail.example"}
        sent["x-forwarded-proto"] = "https" if self.secure else "http"
        if self.cookies:
            sent["cookie"] = "; ".join(f"{k}={v}" for k, v in self.cookies.items())
        if body is not None:
            sent |= {"content-type": FORM_TYPE, "sec-fetch-site": "same-origin"}
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        event = {
            "resource": resource,
            "path": parts.path,
            "httpMethod": method,
            "headers": sent,
            "multiValueHeaders": {name: [value] for name, value in sent.items()},
            "queryStringParameters": dict(parse_qsl(parts.query, keep_blank_values=True)) or None,
            "multiValueQueryStringParameters": None,
            "pathParameters": params or None,
            "stageVariables": None,
            "requestContext": {
                "resourcePath": resource,
                "httpMethod": method,
                "path": parts.path,
                "requestId": "tab",
                "identity": {"sourceIp": "192.0.2.7"},
            },
            "body": body,
            "isBase64Encoded": False,
        }
        answered: dict[str, Any] = self.portal.app(event, None)
        several = answered.get("multiValueHeaders") or {}
        told = {k.lower(): v for k, v in (answered.get("headers") or {}).items()}
        told |= {k.lower(): v[-1] for k, v in several.items()}
        self._keep(told.get("set-cookie", ""))
        if where := told.get("location"):
            told["location"] = urljoin(f"{HOST}{parts.path}", where)
        return Answer(answered["statusCode"], told, answered["body"])

    def _keep(self, said: str) -> None:
        name, _, value = said.partition(";")[0].partition("=")
        if "Max-Age=0" in said:
            self.cookies.pop(name, None)
        elif name:
            self.cookies[name] = value


def _match(path: str) -> tuple[str, dict[str, str]] | None:
    for resource, _, _ in ROUTES:
        if resource == path:
            return resource, {}
    folder, _, name = path.rpartition("/")
    known = {
        "/static": ("/static/{file}", "file"),
        "/invitations": ("/invitations/{token}", "token"),
    }
    return (known[folder][0], {known[folder][1]: name}) if folder in known else None
