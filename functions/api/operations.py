"""The table of operations: what the routes, the template and the OpenAPI document are made from."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from pydantic import BaseModel

from api.services import Observer
from paraphe.domain.errors import NotFoundError
from paraphe.domain.firms.firm import ApiClient
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.ids import is_id
from paraphe.ports.calls import CallTerms
from paraphe.ports.requests import RequestRef
from paraphe.services import Services

Given = TypeVar("Given", bound=BaseModel)


class Scope(StrEnum):
    """The OAuth 2 scopes of the resource server `paraphe`."""

    READ = "paraphe/requests.read"
    WRITE = "paraphe/requests.write"
    DOCUMENTS = "paraphe/documents.read"
    FIRM_READ = "paraphe/firm.read"
    FIRM_WRITE = "paraphe/firm.write"
    MANAGE = "paraphe/firm.manage"


# What software may do by its scopes; a person's signature is never among it.
MAY: Mapping[Scope, frozenset[Capability]] = {
    Scope.WRITE: frozenset({Capability.PREPARE, Capability.LAUNCH, Capability.SEAL}),
    Scope.FIRM_WRITE: frozenset({Capability.PREPARE}),
    Scope.MANAGE: frozenset({Capability.MANAGE}),
}


@dataclass(frozen=True, slots=True)
class Call(Generic[Given]):
    """One authenticated call; `firm_id` comes from the token's client, never from the call.

    `terms` is what its writes have to keep; `pause` waits for the answer of another run; `made` is
    what that run has made, where its answer is made again.
    """

    services: Services
    observer: Observer
    firm_id: str
    client: ApiClient
    now: datetime
    given: Given
    path: Mapping[str, str]
    idempotency_key: str | None = None
    if_match: int | None = None
    scopes: frozenset[Scope] = frozenset()
    terms: CallTerms = field(default_factory=CallTerms)
    pause: Callable[[float], None] = time.sleep
    made: tuple[str, ...] = ()

    @property
    def principal(self) -> Principal:
        """Who acts: the software that calls, as its scopes say, whatever person it names."""
        may = (MAY[scope] for scope in self.scopes if scope in MAY)
        return Principal(
            self.firm_id,
            PrincipalKind.CLIENT,
            self.client.acts_as,
            self.client.name,
            frozenset().union(*may),
        )

    @property
    def request(self) -> RequestRef:
        """The request in the path.

        Raises:
            NotFoundError: what is there cannot be an id.

        """
        request_id = self.path["request_id"]
        if not is_id(request_id, "sr"):
            raise NotFoundError("request_not_found", "There is no such request.")
        return RequestRef(self.firm_id, request_id)

    @property
    def document_id(self) -> str:
        """The document in the path."""
        return self.path["document_id"]

    @property
    def recipient_id(self) -> str:
        """The recipient in the path."""
        return self.path["recipient_id"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation answers; `status` None is the operation's own.

    `version` of what was read or changed goes out as ETag (RFC 9110 §8.8.3).
    """

    body: BaseModel | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """How the answer of a call that was done is made again, when it was lost or is not kept.

    Attributes:
        again: makes it; None: as `repeats.way_again` finds out.
        makes: the parameter of the path that the id of what was made stands for; empty: none.
        harmless: whether the call may simply be done again.
        secret: whether the answer holds what is told once, and is never kept.

    """

    again: Callable[[Call[Any]], Answer] | None = None
    makes: str = ""
    harmless: bool = False
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Operation(Generic[Given]):
    """One route: all that is said about it anywhere.

    `given` is the shape of the body (POST, PATCH, PUT) or of the query (GET, DELETE); `problems`
    are the statuses besides those that every operation has.
    """

    id: str
    method: str
    path: str
    scope: Scope
    tag: str
    summary: str
    description: str
    given: type[Given]
    answer: type[BaseModel] | None
    status: int
    problems: tuple[int, ...]
    run: Callable[[Call[Given]], Answer]
    repeat: Repeat = field(default_factory=Repeat)

    @property
    def is_unsafe(self) -> bool:
        """Whether it may change something: Idempotency-Key and If-Match are for these."""
        return self.method != "GET"

    @property
    def has_body(self) -> bool:
        """Whether `given` is read from the body."""
        return self.method in {"POST", "PATCH", "PUT"}


class Resource:
    """Collects the operations of one kind of thing."""

    def __init__(self, tag: str) -> None:
        self.tag = tag
        self.operations: list[Operation[Any]] = []

    def operation(
        self,
        method: str,
        path: str,
        *,
        scope: Scope,
        given: type[Given],
        answer: type[BaseModel] | None,
        status: int = 200,
        problems: tuple[int, ...] = (404,),
        repeat: Repeat = Repeat(),
    ) -> Callable[[Callable[[Call[Given]], Answer]], Callable[[Call[Given]], Answer]]:
        """Declare a route; the function's name is the operation's id, its docstring the summary."""

        def declare(run: Callable[[Call[Given]], Answer]) -> Callable[[Call[Given]], Answer]:
            summary, _, description = (run.__doc__ or "").strip().partition("\n")
            self.operations.append(
                Operation(
                    id=run.__name__,
                    method=method,
                    path=f"/v1{path}",
                    scope=scope,
                    tag=self.tag,
                    summary=summary.rstrip("."),
                    description=" ".join(description.split()),
                    given=given,
                    answer=answer,
                    status=status,
                    problems=problems,
                    run=run,
                    repeat=repeat,
                )
            )
            return run

        return declare
