"""Static files, served under names that hold their content's hash, and so cached for good."""

import functools
import hashlib
from collections.abc import Mapping
from pathlib import Path

from paraphe.pages.http_response import HttpResponse, headers_for, plain

_HERE = Path(__file__).parent / "static"
# The kit's own: colours and measures first, then what is made of them.
STYLES = (_HERE / "tokens.css", _HERE / "base.css")
SCRIPTS = (_HERE / "page.js",)
ICON = (_HERE / "icon.svg",)
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
_HASH = 12
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}


def joined(parts: tuple[Path, ...]) -> str:
    """Return several files as one, so that a page fetches one stylesheet and one script."""
    return "\n".join(part.read_text(encoding="utf-8") for part in parts)


class StaticFiles:
    """A door's static files. Only what is listed is served: no path is ever made from a request.

    Args:
        files: by name, the parts that each is joined from.

    """

    def __init__(self, files: Mapping[str, tuple[Path, ...]]) -> None:
        self._files = files

    @functools.cached_property
    def _contents(self) -> dict[str, str]:
        return {name: joined(parts) for name, parts in self._files.items()}

    @functools.cached_property
    def _names(self) -> dict[str, str]:
        return {name: _served_name(name, content) for name, content in self._contents.items()}

    def served_name(self, name: str) -> str:
        """Return the name under which a file is served."""
        return self._names[name]

    def answer(self, served: str) -> HttpResponse:
        """Answer with the file of a served name; an old hash or another name is 404."""
        for name, known in self._names.items():
            if served == known:
                media_type = _TYPES[name.rpartition(".")[2]]
                return HttpResponse(200, self._contents[name], headers_for(media_type, FOR_GOOD))
        return plain(404, "not found\n")


def _served_name(name: str, content: str) -> str:
    stem, _, suffix = name.rpartition(".")
    digest = hashlib.sha256(content.encode()).hexdigest()[:_HASH]
    return f"{stem}-{digest}.{suffix}"
