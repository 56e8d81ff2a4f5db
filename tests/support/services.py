"""`Services` in memory: a world's fakes, and whatever else a test gives by name."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from paraphe.adapters.dynamodb import rows
from paraphe.settings import Settings
from paraphe.usecases.requests.seen_requests import only_seen
from paraphe.wiring import AwsServices
from tests.support.fakes.contact_files import FakeContactFiles
from tests.support.fakes.credentials import FakeCredentials
from tests.support.fakes.firms import FakeFirms
from tests.support.fakes.packages import FakePackages
from tests.support.fakes.requests import FakeRequests
from tests.support.fakes.table import FakeTable
from tests.support.fakes.webhooks import FakeWebhooks
from tests.support.world import World, accepted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mypy_boto3_dynamodb import DynamoDBClient

    from paraphe.domain.requests.inspection import Accepted, Refused
    from paraphe.domain.requests.model import Notice
    from paraphe.ports.archive_exports import Packages
    from paraphe.ports.calls import CallTerms
    from paraphe.ports.contact_imports import ContactFiles
    from paraphe.ports.firms import Members
    from paraphe.ports.requests import RequestRef
    from paraphe.ports.trust import Archivist
    from paraphe.services import Services


class OnTable(AwsServices):
    """The stores of AWS on a table in memory."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self._contact_files = FakeContactFiles()
        self._packages = FakePackages()

    @property
    def settings(self) -> Settings:
        """A table's name is all that a store needs."""
        return Settings({"TABLE_NAME": "table"})

    @cached_property
    def credentials(self) -> FakeCredentials:
        """The token endpoint."""
        return FakeCredentials()

    @property
    def contact_files(self) -> ContactFiles:
        """Contact lists in memory."""
        return self._contact_files

    @property
    def packages(self) -> Packages:
        """Archive packages in memory."""
        return self._packages

    def _plain_dynamodb(self) -> DynamoDBClient:
        return self.table.client

    @property
    def client(self) -> DynamoDBClient:
        """What the stores of a call write with, within its terms."""
        return self._dynamodb()


class InMemory:
    """The services of a world; `inspected` is what the inspection says of every upload."""

    def __init__(self, world: World, given: Mapping[str, object]) -> None:
        self.world = world
        self.inspected: Accepted | Refused = accepted(b"%PDF-1.7 kept\n", 1)
        self._given = given
        self._on_table = OnTable()

    def within(self, terms: CallTerms) -> InMemory:
        """Keep `Services.within`: the world's requests and the stores share a transaction."""
        twin = type(self)(self.world, self._given)
        twin.inspected = self.inspected
        twin._on_table = self._on_table.within(terms)
        if isinstance(self.requests, FakeRequests):
            mine = self.requests.within(twin._on_table.client)
            twin._given = {**self._given, "requests": only_seen(mine, terms.seen)}
        if isinstance(self.firms, FakeFirms):
            ours = self.firms.within(twin._on_table.client)
            twin._given = {**twin._given, "firms": ours}
        if isinstance(self.webhooks, FakeWebhooks):
            hooks = self.webhooks.within(twin._on_table.client)
            log = self.webhook_log.within(hooks)
            twin._given = {**twin._given, "webhooks": hooks, "webhook_log": log}
        return twin

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any port)
        """Return what was given, or the world's, or the real store on a table in memory."""
        if name in self._given:
            return self._given[name]
        return getattr(self.world if hasattr(self.world, name) else self._on_table, name)

    @property
    def archivist(self) -> Archivist:
        """The archivist of the world's evidence."""
        return self.world.evidence_maker.archivist

    def inspector(self, _upload: Path, document: Path, pages: Path) -> Accepted | Refused:
        """Return what was agreed on, without looking; write one page."""
        document.write_bytes(b"%PDF-1.7 kept\n")
        (pages / "0001.png").write_bytes(b"png")
        return self.inspected

    def notice_of(self, image: Mapping[str, Any]) -> tuple[RequestRef, Notice]:
        """Read a notice as the table's stream shows it."""
        return rows.notice_of(image)


class Office(InMemory):
    """The same, its members in the table, so that what an act relies on is in its transaction."""

    @property
    def members(self) -> Members:
        """The real store of members."""
        return self._on_table.members


def in_memory(world: World | None = None, **given: object) -> Services:
    """Return services on `world`; those `given` by name take the place of the world's."""
    return cast("Services", InMemory(world or World(), given))


class Broken:
    """A service of which every use raises the same error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any port)
        """Raise."""
        raise self._error
