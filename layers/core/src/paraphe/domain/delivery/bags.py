"""A BagIt package (RFC 8493): which files it holds, and the tag files that tell of them.

Names are ours: a number, then what is harmless of the firm's own name for a file. So no two files
share a name on any system, and no name leads out of the package.
"""

import hashlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

VERSION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
_LONGEST = 120
_UNSAFE = frozenset('<>:"/\\|?*%')


@dataclass(frozen=True, slots=True)
class Payload:
    """A file of the package: its path below `data/`, SHA-256 in hexadecimal, and size."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Bag:
    """What a package holds, and what it says of itself."""

    payload: tuple[Payload, ...]
    firm_name: str
    request_id: str
    made_on: date

    @property
    def manifest(self) -> bytes:
        """The SHA-256 of every file."""
        return _manifest({f"data/{p.path}": p.sha256 for p in self.payload})

    @property
    def name(self) -> str:
        """SHA-256 of what it holds: the same files on the same day make the same package."""
        return hashlib.sha256(self.manifest + self._info).hexdigest()

    @property
    def tag_files(self) -> dict[str, bytes]:
        """The files beside `data/`, in the order in which they are written."""
        tags = {
            "bagit.txt": VERSION,
            "bag-info.txt": self._info,
            "manifest-sha256.txt": self.manifest,
        }
        digests = {name: hashlib.sha256(content).hexdigest() for name, content in tags.items()}
        return {**tags, "tagmanifest-sha256.txt": _manifest(digests)}

    @property
    def _info(self) -> bytes:
        size, count = sum(p.size for p in self.payload), len(self.payload)
        lines = (
            ("Source-Organization", " ".join(self.firm_name.split())),
            ("External-Identifier", self.request_id),
            ("Bagging-Date", self.made_on.isoformat()),
            ("Payload-Oxum", f"{size}.{count}"),
        )
        return "".join(f"{label}: {value}\n" for label, value in lines if value).encode()


def originals_name(payload: Sequence[Payload]) -> str:
    """Return what names a plain ZIP file of originals: SHA-256 of what it holds."""
    held = _manifest({p.path: p.sha256 for p in payload})
    return hashlib.sha256(b"originals\n" + held).hexdigest()


def numbered_name(position: int, name: str) -> str:
    """Return a file's name in the package: `01-lettre.pdf`, at most 120 bytes of UTF-8."""
    kept = "".join(c if _is_harmless(c) else "_" for c in unicodedata.normalize("NFC", name))
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > len("pdf"):
        stem, ending = kept, ""
    short = _cut(stem.strip(" ."), _LONGEST).rstrip(" .") or "document"
    return f"{position:02d}-{short}" + (f".{ending.strip()}" if ending.strip() else "")


def _is_harmless(character: str) -> bool:
    return character.isprintable() and character not in _UNSAFE


def _cut(text: str, most: int) -> str:
    """Return what of a text fits into so many bytes, no letter cut in two."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


def _manifest(digests: Mapping[str, str]) -> bytes:
    lines: Sequence[str] = [f"{digest}  {path}\n" for path, digest in digests.items()]
    return "".join(lines).encode()
