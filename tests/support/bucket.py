"""The authority's public files, in memory."""

from __future__ import annotations

from paraphe.adapters.trust.authority.pki_bucket import PkiBucket


class Published(PkiBucket):
    """Keeps in memory what is published."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        """Return it, or say that it is not there, as the bucket does."""
        if name not in self.files:
            raise FileNotFoundError(name)
        return self.files[name]

    def replace(self, name: str, content: bytes, media_type: str, tag: str | None) -> bool:
        """Begin a file; nothing here replaces one."""
        assert tag is None
        if name in self.files:
            return False
        self.write(name, content, media_type)
        return True

    def write(self, name: str, content: bytes, media_type: str) -> None:
        """Keep it."""
        assert media_type
        self.files[name] = content
