"""The "shadow attacks" on signed PDFs: what was prepared before signing is shown after."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import Name, Ref
from tests.support.attacks import page, update

if TYPE_CHECKING:
    from paraphe.adapters.trust.pades.writer.increment import Increment


def shadow_hide(data: bytes) -> bytes:
    """What covered the true content is freed (`hide`): the page loses an object."""
    document = open_document(io.BytesIO(data))
    _, entries = page(document)
    contents = entries["Contents"]
    assert isinstance(contents, Ref)
    start = len(data) + 1
    trailer = b"<</Root %d 0 R/Size %d/Prev %d>>" % (
        document.root_ref.number,
        document.next_number,
        document.start,
    )
    table = b"xref\n0 1\n0000000000 65535 f \n%d 1\n0000000000 00001 f \n" % contents.number
    return data + b"\n" + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start


def shadow_replace(data: bytes) -> bytes:
    """A font is replaced, so that digits look like others (`replace`)."""

    def change(increment: Increment) -> None:
        _, entries = page(increment.document)
        resources = increment.document.dictionary(entries["Resources"], "resources")
        fonts = increment.document.dictionary(resources["Font"], "fonts")
        ref = next(iter(fonts.values()))
        assert isinstance(ref, Ref)
        font = increment.document.dictionary(ref, "a font")
        increment.replace(ref, {**font, "BaseFont": Name("Symbol")})

    return update(data, change)


def shadow_hide_and_replace(data: bytes) -> bytes:
    """A table points a signed object's number at bytes prepared earlier (`hide-and-replace`).

    The file must hold a second content stream that nothing refers to, marked %SHADOW.
    """
    document = open_document(io.BytesIO(data))
    _, entries = page(document)
    contents = entries["Contents"]
    assert isinstance(contents, Ref)
    hidden = data.index(b"%SHADOW\n") + len(b"%SHADOW\n")
    start = len(data) + 1
    trailer = b"<</Root %d 0 R/Size %d/Prev %d>>" % (
        document.root_ref.number,
        document.next_number,
        document.start,
    )
    table = b"xref\n%d 1\n%010d 00000 n \n" % (contents.number, hidden)
    return data + b"\n" + table + b"trailer\n" + trailer + b"\nstartxref\n%d\n%%%%EOF\n" % start
