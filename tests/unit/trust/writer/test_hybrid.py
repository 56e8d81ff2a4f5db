"""Hybrid cross-reference files: opened where every reader shows the same, refused otherwise."""

from __future__ import annotations

import io

import pytest

from paraphe.adapters.trust.pades.writer.document import open_document
from paraphe.adapters.trust.pades.writer.syntax import PdfError, Ref
from tests.support import word


def test_tags_that_only_the_stream_knows() -> None:
    """As Word writes it: the structure tree, which nobody draws."""
    document = open_document(io.BytesIO(word.hybrid()))
    assert document.dictionary(Ref(word.HIDDEN), "an element")["S"] == "P"
    assert document.next_number > word.HIDDEN


@pytest.mark.parametrize("at", ["page", "catalog", "info"])
def test_what_is_shown_may_not_be_hidden(at: str) -> None:
    """An older reader would show something else, or nothing."""
    with pytest.raises(PdfError, match="hides"):
        open_document(io.BytesIO(word.hybrid(reached_from=at)))


def test_the_stream_may_not_contradict_the_table() -> None:
    """Readers that ask it first would take another page."""
    with pytest.raises(PdfError, match="contradicts"):
        open_document(io.BytesIO(word.hybrid(second_page=True)))


def test_it_may_not_lead_to_itself() -> None:
    """A table that names a table as its stream is no hybrid."""
    data = word.hybrid()
    start = data.rindex(b"startxref") + 10
    table = data[start : data.index(b"\n", start)]
    named = data.index(b"/XRefStm ") + 9
    end = data.index(b" ", named)
    with pytest.raises(PdfError, match="hybrid"):
        open_document(io.BytesIO(data[:named] + table.ljust(end - named) + data[end:]))
