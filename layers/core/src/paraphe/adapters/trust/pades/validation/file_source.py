"""The bytes of a file that is validated, hashed once however many signatures there are."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashlib import _Hash

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature


_NAMES = {"shake128": "shake_128", "shake256": "shake_256"}
_SHAKE = {"shake128": 32, "shake256": 64}


class Window(io.RawIOBase):
    """The first `size` bytes of a file as a file of their own, without copying them."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__()
        self._view = memoryview(data)[:size]
        self._at = 0

    def readable(self) -> bool:
        """Whether it can be read: yes."""
        return True

    def seekable(self) -> bool:
        """Whether it can be positioned: yes."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move; positions past the end read as nothing."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: len(self._view)}[whence]
        self._at = max(0, base + offset)
        return self._at

    def tell(self) -> int:
        """The position."""
        return self._at

    def read(self, size: int | None = -1) -> bytes:
        """Up to `size` bytes from here."""
        end = len(self._view) if size is None or size < 0 else self._at + size
        part = bytes(self._view[self._at : end])
        self._at += len(part)
        return part

    def readinto(self, buffer: object) -> int:
        """Fill a buffer from here."""
        target = memoryview(buffer).cast("B")  # type: ignore[arg-type] # any buffer, as io says
        part = self.read(len(target))
        target[: len(part)] = part
        return len(part)


@dataclass(slots=True)
class Source:
    """A file in memory.

    Attributes:
        data: all of it.

    """

    data: bytes
    _states: dict[str, dict[int, _Hash]] = field(default_factory=dict)
    _digests: dict[tuple[str, int, int, int], bytes] = field(default_factory=dict)

    @property
    def sha256(self) -> str:
        """Hex digest of the whole."""
        return self.prefix_sha256(len(self.data))

    def prefix_sha256(self, size: int) -> str:
        """Hex digest of the first `size` bytes."""
        return self._state("sha256", size).hexdigest()

    def digest(self, algorithm: str, embedded: EmbeddedSignature) -> bytes:
        """What a signature's byte range digests to; `ValueError` for an unknown algorithm."""
        _, gap, start, length = embedded.byte_range
        key = (algorithm, gap, start, length)
        if key not in self._digests:
            state = self._state(algorithm, gap).copy()
            state.update(memoryview(self.data)[start : start + length])
            # Ed448 signs 512 bits of SHAKE256 (RFC 8419 §2.3).
            sized: Any = state
            shake = _SHAKE.get(algorithm)
            self._digests[key] = sized.digest(shake) if shake else state.digest()
        return self._digests[key]

    def rest(self, embedded: EmbeddedSignature) -> bytes:
        """What follows a signature; one line end apart, which mail gateways and writers add."""
        return b"" if self.is_last(embedded) else self.data[embedded.end :]

    def is_last(self, embedded: EmbeddedSignature) -> bool:
        """Whether nothing follows a signature; one line end apart."""
        return self.data[embedded.end : embedded.end + 3] in {b"", b"\n", b"\r", b"\r\n"}

    def window(self, size: int | None = None) -> Window:
        """The first bytes as a file."""
        return Window(self.data, len(self.data) if size is None else size)

    def _state(self, algorithm: str, size: int) -> _Hash:
        """The hash after `size` bytes, continued from the nearest one known."""
        known = self._states.setdefault(
            algorithm, {0: hashlib.new(_NAMES.get(algorithm, algorithm))}
        )
        if size not in known:
            nearest = max(at for at in known if at < size)
            state = known[nearest].copy()
            state.update(memoryview(self.data)[nearest:size])
            known[size] = state
        return known[size]
