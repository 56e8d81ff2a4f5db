"""The documents as pictures of their pages, each with its text for screen readers (P25)."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urlsplit

from paraphe.domain.requests.document import Document
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import SignatureRequest
from paraphe.ports.files import Files
from paraphe.ports.requests import RequestRef

# More pages than this are read on pages of their own, so that any link opens quickly on a phone.
PAGES_AT_ONCE = 40
# A link dies with the credentials that signed it: a function's may end in an hour or so, however
# long the link was to live. app.js fetches new ones when a picture does not come (P13).
PICTURE_SECONDS = 3600
MAX_TEXT = 20_000
_READERS = 8


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page to show: size in points, the picture's address, the text."""

    number: int
    width: int
    height: int
    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A document, or a part of it: `sheets` from page `first` on; `rest` pages follow."""

    id: str
    name: str
    pages: int
    first: int
    sheets: tuple[Sheet, ...]

    @property
    def next(self) -> int | None:
        """The first page that is not shown here any more, or None."""
        after = self.first + len(self.sheets)
        return after if after <= self.pages else None


def all_documents(files: Files, request: SignatureRequest) -> tuple[Reading, ...]:
    """Show the documents from the start, up to 40 pages together."""
    left = PAGES_AT_ONCE
    parts: list[tuple[Document, tuple[Page, ...]]] = []
    for document in sorted(request.documents, key=lambda d: d.position):
        pages = document.pages[:left]
        left -= len(pages)
        parts.append((document, pages))
    return _readings(files, request, parts)


def one_document(
    files: Files, request: SignatureRequest, document: Document, first: int
) -> Reading:
    """Show up to 40 pages of a document, from page `first` on (from 1)."""
    start = first if 1 <= first <= len(document.pages) else 1
    pages = document.pages[start - 1 : start - 1 + PAGES_AT_ONCE]
    return _readings(files, request, [(document, pages)])[0]


def origins(readings: tuple[Reading, ...]) -> tuple[str, ...]:
    """Return the origins that pictures come from, for the content security policy."""
    parts = (urlsplit(sheet.url) for reading in readings for sheet in reading.sheets)
    return tuple(sorted({f"{p.scheme}://{p.netloc}" for p in parts if p.netloc}))


def _readings(
    files: Files, request: SignatureRequest, parts: list[tuple[Document, tuple[Page, ...]]]
) -> tuple[Reading, ...]:
    ref = RequestRef(request.firm_id, request.id)
    wanted = [(document, page) for document, pages in parts for page in pages]

    def sheet(pair: tuple[Document, Page]) -> Sheet:
        document, page = pair
        key = files.page_key(ref, document, page.number, retained=False)
        return Sheet(
            page.number,
            max(1, round(page.width)),
            max(1, round(page.height)),
            files.presign_picture(key, PICTURE_SECONDS),
            files.page_text(ref, document, page.number, retained=False).strip()[:MAX_TEXT],
        )

    with ThreadPoolExecutor(max_workers=_READERS) as readers:
        sheets = iter(tuple(readers.map(sheet, wanted)))
    return tuple(_reading(document, pages, sheets) for document, pages in parts)


def _reading(document: Document, pages: tuple[Page, ...], sheets: Iterator[Sheet]) -> Reading:
    first = pages[0].number if pages else 1
    mine = tuple(islice(sheets, len(pages)))
    return Reading(document.id, document.name, len(document.pages), first, mine)
