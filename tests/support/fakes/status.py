"""The authority's public files, an OCSP responder and a publisher, in memory."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from paraphe.adapters.trust.authority.chain import Tagged
from paraphe.domain.trust.certificate_status import Outcome, StatusAnswer

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from paraphe.ports.trust import PublishedEnds


class FakePublicFiles:
    """Keeps `PublicFiles`, and loads as `PkiBucket.read` does.

    Attributes:
        files: content by name.
        written: names, in the order of what was stored.
        meanwhile: called once, between somebody's reading and their replacing.

    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.written: list[str] = []
        self.meanwhile: Callable[[], object] | None = None

    def read(self, name: str) -> bytes:
        """Return a file."""
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name]

    def tagged(self, name: str) -> Tagged | None:
        """Keep `PublicFiles.tagged`."""
        content = self.files.get(name)
        return None if content is None else Tagged(content, _tag(content))

    def replace(self, name: str, content: bytes, media_type: str, tag: str | None) -> bool:
        """Keep `PublicFiles.replace`."""
        if not media_type.startswith("application/"):
            raise AssertionError(media_type)
        if self.meanwhile is not None:
            act, self.meanwhile = self.meanwhile, None
            act()
        there = self.files.get(name)
        if (None if there is None else _tag(there)) != tag:
            return False
        self.files[name] = content
        self.written.append(name)
        return True


def _tag(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class FakeResponder:
    """Keeps `StatusResponder`: repeats the request, or fails with `fault`."""

    def __init__(self, this_update: datetime, next_update: datetime) -> None:
        self.times = (this_update, next_update)
        self.fault: Exception | None = None
        self.is_personal = False

    def answer(self, request: bytes, now: datetime) -> StatusAnswer:
        """Keep `StatusResponder.answer`."""
        if self.fault is not None:
            raise self.fault
        if now < self.times[0]:
            raise AssertionError("asked before its time")
        return StatusAnswer(
            b"answer to " + request, Outcome.SUCCESSFUL, *self.times, self.is_personal
        )


class FakePublisher:
    """Keeps `StatusPublisher`: `fails` names the parts that fail."""

    def __init__(self, ends: PublishedEnds) -> None:
        self.published = ends
        self.fails: dict[str, Exception] = {}
        self.asked: list[str] = []

    def renew_list(self, now: datetime) -> bool:
        """Keep `StatusPublisher.renew_list`."""
        return self._do("list", now)

    def renew_responder(self, now: datetime) -> bool:
        """Keep `StatusPublisher.renew_responder`."""
        return self._do("responder", now)

    def ends(self) -> PublishedEnds:
        """Keep `StatusPublisher.ends`."""
        self.asked.append("ends")
        if "ends" in self.fails:
            raise self.fails["ends"]
        return self.published

    def _do(self, part: str, now: datetime) -> bool:
        self.asked.append(f"{part} {now:%H:%M}")
        if part in self.fails:
            raise self.fails[part]
        return True
