"""Packages in memory."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraphe.ports.requests import RequestRef


class _Memory:
    def __init__(self) -> None:
        self.content = bytearray()

    def write(self, data: bytes) -> None:
        self.content += data


class FakePackages:
    """Keeps `Packages`.

    Attributes:
        objects: whole packages, by request and name.
        written: how many were written.
        outages: how many of the next ones fail at their end.

    """

    def __init__(self) -> None:
        self.objects: dict[tuple[RequestRef, str], bytes] = {}
        self.written = 0
        self.outages = 0

    def size(self, ref: RequestRef, name: str) -> int | None:
        """Keep `Packages.size`."""
        found = self.objects.get((ref, name))
        return len(found) if found is not None else None

    @contextmanager
    def writing(self, ref: RequestRef, name: str) -> Iterator[_Memory]:
        """Keep `Packages.writing`."""
        memory = _Memory()
        yield memory
        if self.outages:
            self.outages -= 1
            raise TransientError("the bucket does not answer")
        self.written += 1
        self.objects[ref, name] = bytes(memory.content)

    def presign(self, ref: RequestRef, name: str, filename: str, seconds: int) -> str:
        """Keep `Packages.presign`."""
        assert (ref, name) in self.objects
        return f"https://documents.test/{ref.request_id}/{name}.zip?as={filename}&seconds={seconds}"
