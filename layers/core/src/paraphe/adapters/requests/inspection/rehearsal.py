"""A trial of everything that will be done to a file, so that what cannot be signed is refused now.

A copy is prepared, signed by two people and sealed, with the code that does it for real and keys
that are forgotten at once. A file that our writer cannot append to, or on which validators would
find the signatures (its own earlier ones, too) spoilt by what follows, is so refused at upload,
never after people have signed (P4).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from paraphe.adapters.trust.authority import throwaway
from paraphe.adapters.trust.pades.writer.archive import prepare
from paraphe.adapters.trust.pades.writer.signing import Act, seal, sign
from paraphe.adapters.trust.pades.writer.syntax import PdfError
from paraphe.adapters.trust.pades.writer.trust import Trust
from paraphe.adapters.trust.pades.writer.writing import SignatureCheckError
from paraphe.domain.errors import InvalidError
from paraphe.domain.trust.signatures import FieldBox, SignatureField

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from paraphe.domain.requests.inspection import Page

_NOW = datetime(2026, 1, 1, tzinfo=UTC)  # any instant will do: what is made here is never shown
_NAME = "Rehearsal"
# Of the length that fields have in earnest; no uploaded file's field is called that.
_FIELDS = tuple(f"{digit * 16}-rehearsal" for digit in "123")
_SIDE = 10.0


def marks(pages: Sequence[Page], *, certified: bool) -> list[SignatureField]:
    """Return the fields that are tried: two persons', on the first and the last page, and a seal's.

    Args:
        pages: as measured.
        certified: visible fields are not allowed then (ISO 32000-2, table 257).

    """
    boxes = (None, None) if certified else (_box(pages[0]), _box(pages[-1]))
    return [
        *(SignatureField(name, box) for name, box in zip(_FIELDS[:2], boxes, strict=True)),
        SignatureField(_FIELDS[2], is_seal=True),
    ]


def rehearse(copy: Path, fields: Sequence[SignatureField]) -> bool:
    """Sign and seal `copy` in place; say whether it could be done.

    Args:
        copy: what is to be signed; it is changed.
        fields: as `marks` gives them.

    """
    made = throwaway.create(_NOW)
    trust = Trust(made.service, made)
    try:
        with copy.open("r+b") as file:
            prepare(file, fields, made.authority.chain, trust, _NOW)
            for name in _FIELDS[:2]:
                sign(file, Act(name, _NAME, made.person(), _NOW), trust)
            seal(file, Act(_FIELDS[2], _NAME, made.seal(), _NOW), trust)
    except (PdfError, InvalidError, SignatureCheckError):
        return False
    return True


def _box(page: Page) -> FieldBox:
    """The page's top left corner, in from the edge where there is room."""
    width, height = min(_SIDE, page.width), min(_SIDE, page.height)
    return FieldBox(page.number, (page.width - width) / 2, 0, width, height)
