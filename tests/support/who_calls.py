"""A caller who lets everybody else try each call first, before it is made by who may."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from api import request as reading
from api.app import operations
from api.dispatch import refuse, respond
from api.operations import Call, Scope
from api.repeats import written
from paraphe.domain.firms.firm import ApiClient, Firm
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind
from paraphe.ports.calls import MEMBERS, CallTerms, Reliance
from tests.support.api import ALL_SCOPES, CLIENT, Answered, Caller, matched
from tests.support.services import in_memory
from tests.support.world import FIRM

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from api.operations import Operation
    from paraphe.services import Services
    from tests.support.services import InMemory
    from tests.support.world import World

OTHER_FIRM, STRANGER = "frm_00000002", "client-of-another-firm"
# Whom the transaction of a revoked member relies on.
GONE = CallTerms(relies_on=(Reliance(FIRM.id, MEMBERS, "mbr_00000000gone", 1),))
DELEGATION = OnBehalf("dlg_00000001", "mbr_00000001", "Claire Martin")


@dataclass(frozen=True, slots=True)
class CallAs(Call[Any]):
    """A call that a given principal makes, as the portal will."""

    who: Principal | None = None

    @property
    def principal(self) -> Principal:
        """Who acts."""
        assert self.who is not None
        return self.who


@dataclass(frozen=True)
class Tried:
    """What came of a call by somebody else: who, and the answer."""

    operation: str
    path: str
    who: str
    answer: Answered


def member(may: frozenset[Capability], *, delegated: bool = False) -> Principal:
    """A member of the firm, for themselves or under a delegation."""
    whose = DELEGATION if delegated else None
    return Principal(FIRM.id, PrincipalKind.MEMBER, "mbr_00000002", "Léa Petit", may, whose)


SIGNER = Principal(FIRM.id, PrincipalKind.SIGNER, "rcp_00000001")


class Everybody(Caller):
    """Plays a story; others try each call before.

    Attributes:
        tried: what the others got.
        answers: what who may call got, by operation.
        changed: calls after whose trials something was stored.

    """

    def __init__(
        self,
        world: World,
        needs: Mapping[str, frozenset[Capability]],
        software: frozenset[str],
        elsewhere: frozenset[str],
    ) -> None:
        self.services = in_memory(world)
        super().__init__(world, self.services)
        world.firms.save(Firm(OTHER_FIRM, "Autre cabinet"))
        world.firms.bind_client(STRANGER, OTHER_FIRM)
        self.stranger = Caller(world, self.services, client_id=STRANGER)
        self.needs, self.software, self.elsewhere = needs, software, elsewhere
        self.tried: list[Tried] = []
        self.answers: dict[str, Answered] = {}
        self.changed: list[str] = []

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        query: Mapping[str, Sequence[str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - as `Caller.call`
    ) -> Answered:
        """Let the others try; then call as a member who may just this, or as software."""
        declared, _ = matched(path)
        operation = next(o for o in operations() if (o.method, o.path) == (method, declared))
        before = self._stored()
        self._others(operation, path, body, query)
        if self._stored() != before:
            self.changed.append(f"{method} {path}")
        if operation.id in self.software:
            answer = super().call(method, path, body, query=query, headers=headers, **more)
        else:
            who = member(self.needs[operation.id], delegated=True)
            answer = self.act(operation, path, body, query, who)
        if answer.status < 400:
            self.answers.setdefault(operation.id, answer)
        return answer

    def act(
        self,
        operation: Operation[Any],
        path: str,
        body: object,
        query: Mapping[str, Sequence[str]] | None,
        who: Principal,
        services: Services | None = None,
    ) -> Answered:
        """Make a call as `who`, behind the door's own checks of tokens and scopes."""
        _, parameters = matched(path)
        try:
            if operation.has_body:
                data = b"" if body is None else json.dumps(body).encode()
                given = reading.body(data, "application/json", operation.given)
            else:
                asked = {name: list(values) for name, values in (query or {}).items()}
                given = reading.query(asked, operation.given)
            call = CallAs(
                services=services or self.services,
                observer=self.observer,
                firm_id=who.firm_id,
                client=ApiClient(CLIENT, who.firm_id, who.name),
                now=self.world.now,
                given=given,
                path=parameters,
                who=who,
            )
            response = respond(written(operation, operation.run(call)), "correlation")
        except Exception as error:  # noqa: BLE001 - as at the door
            response, _ = refuse(error, self.observer, "correlation")
        sent = response.to_dict()
        return Answered(sent["statusCode"], sent["headers"], sent["body"])

    def _others(
        self,
        operation: Operation[Any],
        path: str,
        body: object,
        query: Mapping[str, Sequence[str]] | None,
    ) -> None:
        def note(who: str, answer: Answered) -> None:
            self.tried.append(Tried(operation.id, path, who, answer))

        rest = " ".join(scope for scope in Scope if scope is not operation.scope)
        method = operation.method
        note("without scope", Caller.call(self, method, path, body, query=query, scope=rest))
        needed = self.needs[operation.id]
        if needed:
            weak = member(frozenset(Capability) - needed)
            note("without capability", self.act(operation, path, body, query, weak))
            note("staff", self.act(operation, path, body, query, member(frozenset())))
            note("signer", self.act(operation, path, body, query, SIGNER))
            limited = replace(member(needed, delegated=True), templates=frozenset({"tpl_other"}))
            note("other templates", self.act(operation, path, body, query, limited))
        if needed and operation.id not in self.elsewhere:
            gone = self.services.within(GONE)
            able = member(needed, delegated=True)
            note("revoked", self.act(operation, path, body, query, able, gone))
        if "{" in operation.path and "/tpl_ready" not in path:  # what every firm has
            theirs = self.stranger.call(method, path, body, query=query, scope=ALL_SCOPES)
            note("another firm", theirs)
            missing = _made_up(operation.path, path)
            ours = Caller.call(self, method, missing, body, query=query, scope=ALL_SCOPES)
            note("not there", ours)

    def _stored(self) -> Any:  # noqa: ANN401 - to be compared
        """What is stored, but when software was last used."""
        table = cast("InMemory", self.services).table
        kept = {name: items for name, items in table.items.items() if not name.startswith("C#")}
        assert self.world.requests is not None
        world = self.world
        hooks = (world.webhooks.kept, world.webhook_log.kept)
        return copy.deepcopy((kept, world.requests.stored, world.members.members, hooks))


def _made_up(pattern: str, path: str) -> str:
    """Return the path with an id that is nobody's in the place of the first one."""
    parts = path.split("/")
    at = next(n for n, part in enumerate(pattern.split("/")) if part.startswith("{"))
    prefix = parts[at].partition("_")[0]
    parts[at] = f"{prefix}_0000000000nobody" if "_" in parts[at] else "1999-01-01"
    return "/".join(parts)
