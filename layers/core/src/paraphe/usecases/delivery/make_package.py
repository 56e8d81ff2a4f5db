"""Make the BagIt package of a request: each file is read once, checked, and written (P18)."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from paraphe.contracts.spreadsheets import write_table
from paraphe.domain import times
from paraphe.domain.delivery.archive_exports import ArchiveExport, ExportContents
from paraphe.domain.delivery.bags import Bag, Payload, numbered_name, originals_name
from paraphe.domain.delivery.stored_zip import StoredZip
from paraphe.domain.errors import GoneError
from paraphe.domain.requests.document import Document, signed_name
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.ports.archive_exports import Packages
from paraphe.ports.evidence import EvidenceFiles
from paraphe.ports.files import Files, Workspace
from paraphe.ports.requests import RequestRef

_CHUNK = 1024 * 1024
_COLUMNS = (
    *("file", "sha256", "request_id", "external_id", "title", "state", "ended_at", "signers"),
)


@dataclass(frozen=True, slots=True)
class Package:
    """A stored package: the name that its content gives it, and its size."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class _Content:
    """A file to be packed: here already, or a document that is fetched when its turn comes."""

    payload: Payload
    file: Path
    key: str | None = None


@dataclass(frozen=True, slots=True)
class MakePackage:
    """Makes packages."""

    files: Files
    evidence_files: EvidenceFiles
    packages: Packages
    workspace: Workspace

    def __call__(self, export: ArchiveExport, request: SignatureRequest) -> Package:
        """Store the package of a request whose evidence is there; the same one is not made twice.

        Raises:
            GoneError: `document_gone`.
            ConflictError: `hash_mismatch`, `content_changed`: what is stored was renewed meanwhile.
            TransientError: a service did not answer.

        """
        ref = RequestRef(request.firm_id, request.id)
        with self.workspace() as room:
            if export.contents is ExportContents.ORIGINALS:
                found = self._documents(request, room, "")
                name = originals_name([content.payload for content in found])
                return self._stored(ref, name, found, "", {})
            found = self._contents(export, request, room)
            bag = Bag(
                tuple(content.payload for content in found),
                request.firm_name,
                request.id,
                export.created_at.date(),
            )
            return self._stored(ref, bag.name, found, "data/", bag.tag_files)

    def _stored(
        self,
        ref: RequestRef,
        name: str,
        contents: list[_Content],
        folder: str,
        tags: Mapping[str, bytes],
    ) -> Package:
        """Store a package unless it is there."""
        there = self.packages.size(ref, name)
        if there is not None:
            return Package(name, there)
        with self.packages.writing(ref, name) as sink:
            size = self._write(StoredZip(sink.write), contents, folder, tags)
        return Package(name, size)

    def _write(
        self,
        archive: StoredZip,
        contents: list[_Content],
        folder: str,
        tags: Mapping[str, bytes],
    ) -> int:
        for content in contents:
            if content.key is not None:
                self.files.fetch(content.key, content.file, content.payload.sha256)
            seen = 0
            for chunk in _chunks(content.file):
                seen = crc32(chunk, seen)
            size = content.file.stat().st_size
            archive.add(folder + content.payload.path, size, seen, _chunks(content.file))
            content.file.unlink()
        for name, written in tags.items():
            archive.add_bytes(name, written)
        archive.close()
        return archive.size

    def _contents(
        self, export: ArchiveExport, request: SignatureRequest, room: Path
    ) -> list[_Content]:
        found = self._evidence(request, room)
        if export.contents is ExportContents.DOCUMENTS:
            found = [*self._documents(request, room, "documents/"), *found]
        table = room / "metadata.csv"
        table.write_bytes(_metadata(request, found))
        return [*found, _content("metadata.csv", table)]

    def _documents(self, request: SignatureRequest, room: Path, folder: str) -> list[_Content]:
        return [
            self._document(number, document, room / f"{document.id}.pdf", folder)
            for number, document in enumerate(
                sorted(request.documents, key=lambda d: d.position), start=1
            )
        ]

    def _document(self, number: int, document: Document, file: Path, folder: str) -> _Content:
        key, sha256 = document.retained_key, document.held_sha256
        if key is None or sha256 is None:
            raise GoneError("document_gone", "The stored file is gone.")
        path = f"{folder}{numbered_name(number, signed_name(document.name))}"
        if document.retained_sha256 is None:
            return _Content(Payload(path, sha256, document.current_size), file, key)
        # Its archive time-stamp was renewed: how large it has become is seen when it is here.
        self.files.fetch(key, file, sha256)
        return _Content(Payload(path, sha256, file.stat().st_size), file)

    def _evidence(self, request: SignatureRequest, room: Path) -> list[_Content]:
        folder = (request.evidence_key or "").rpartition("/")[0]
        names = ["evidence.json", "evidence.pdf"]
        names += [f"attestation-{r.id}.pdf" for r in _signers(request)]
        contents = []
        for name in names:
            file = room / name
            self.evidence_files.fetch(f"{folder}/{name}", file)
            contents.append(_content(f"evidence/{name}", file))
        return contents


def _signers(request: SignatureRequest) -> list[Recipient]:
    return [r for r in request.recipients if r.role is Role.SIGNER and r.signed_at is not None]


def _content(path: str, file: Path) -> _Content:
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return _Content(Payload(path, digest, file.stat().st_size), file)


def _metadata(request: SignatureRequest, contents: list[_Content]) -> bytes:
    signers = ", ".join(r.name for r in _signers(request))
    ended = times.to_text(request.ended_at) if request.ended_at is not None else ""
    told = (request.id, request.external_id or "", request.title, request.state, ended, signers)
    rows = ((f"data/{c.payload.path}", c.payload.sha256, *told) for c in contents)
    return write_table(_COLUMNS, rows)


def _chunks(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while chunk := opened.read(_CHUNK):
            yield chunk
