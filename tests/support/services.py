"""`Services` in memory: a world's fakes, and whatever else a test gives by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from paraphe.adapters.dynamodb import rows
from tests.support.world import World, accepted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from paraphe.domain.requests.inspection import Accepted, Refused
    from paraphe.domain.requests.model import Notice
    from paraphe.ports.requests import RequestRef
    from paraphe.ports.trust import Archivist
    from paraphe.services import Services


class InMemory:
    """The services of a world; `inspected` is what the inspection says of every upload."""

    def __init__(self, world: World, given: Mapping[str, object]) -> None:
        self.world = world
        self.inspected: Accepted | Refused = accepted(b"%PDF-1.7 kept\n", 1)
        self._given = given

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 (any port)
        """Return what was given, or the world's."""
        return self._given[name] if name in self._given else getattr(self.world, name)

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
