"""One signed update: hash what is there once, sign, append with one write, believe nothing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from paraphe.adapters.trust.pades.writer.syntax import PdfError

if TYPE_CHECKING:
    from collections.abc import Callable
    from hashlib import _Hash

    from paraphe.adapters.trust.pades.writer.increment import Section

_BLOCK = 1024 * 1024


class SignatureCheckError(Exception):
    """What was written does not verify: the file was cut back to what it was."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """A revision as it is on disk, hashed once; later hashes go on from there.

    Attributes:
        size: bytes.
        state: SHA-256 after those bytes.

    """

    size: int
    state: _Hash

    @property
    def sha256(self) -> str:
        """Hex digest of the revision."""
        return self.state.hexdigest()

    def digest(self, *parts: bytes) -> bytes:
        """SHA-256 of the revision followed by `parts`."""
        state = self.state.copy()
        for part in parts:
            state.update(part)
        return state.digest()

    def then(self, appended: bytes) -> Prefix:
        """The revision after an update."""
        state = self.state.copy()
        state.update(appended)
        return Prefix(self.size + len(appended), state)


def hash_prefix(file: BinaryIO) -> Prefix:
    """Read the whole file once, in blocks."""
    state, size = hashlib.sha256(), 0
    file.seek(0)
    buffer = bytearray(_BLOCK)
    view = memoryview(buffer)
    readinto = getattr(file, "readinto", None)
    if readinto is None:
        raise PdfError("a binary file is needed")
    while count := readinto(buffer):
        state.update(view[:count])
        size += count
    return Prefix(size, state)


def append(
    file: BinaryIO,
    prefix: Prefix,
    section: Section,
    contents: bytes,
    check: Callable[[bytes], None],
) -> Prefix:
    """Write the update after `prefix`, read it back and check what the disk holds.

    Raises:
        PdfError: the signature is larger than its room.
        SignatureCheckError: the check failed; the file is as before.

    """
    room = section.reserved - 2
    digits = contents.hex().upper().encode("ascii")
    if len(digits) > room:
        raise PdfError("the signature is larger than the room reserved for it")
    update = section.head + b"<" + digits.ljust(room, b"0") + b">" + section.tail
    try:
        file.seek(prefix.size)
        file.write(update)
        file.flush()
        file.seek(prefix.size)
        written = file.read()
        if written != update:
            raise PdfError("the disk holds other bytes than were written")  # noqa: TRY301
        check(written)
    except Exception as error:
        file.truncate(prefix.size)
        if isinstance(error, OSError):
            raise
        raise SignatureCheckError("the new revision does not verify") from error
    return prefix.then(update)
