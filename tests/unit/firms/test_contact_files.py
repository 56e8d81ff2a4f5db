"""Round trips: what we export as a file, our own import takes again (P7)."""

from __future__ import annotations

import csv
import io
import re

from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.firms.vcards import read_vcards
from paraphe.contracts.firms.contact_columns import read_csv
from paraphe.contracts.firms.contact_exports import to_csv, to_vcards
from paraphe.domain import text as texts
from paraphe.domain.firms.contact_words import Search, fold, words_of
from paraphe.domain.firms.contacts import Contact, Details, make
from paraphe.usecases.firms.parse_contacts import check
from tests.support.world import START

FORMULA = re.compile(r"\s*[=+\-@]|[\t\r\n]")


def readable(text: str) -> bool:
    """It can be a name."""
    try:
        return texts.line(text) == text != ""
    except texts.UnreadableError:
        return False


LINES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40).filter(readable)
DANGEROUS = st.sampled_from(
    ["=1+1", "+33", "-2", "@SUM(A1)", "'=x", "''+", '=HYPERLINK("x","y")', "a;b", 'c"d', "'"]
)
TEXTS = LINES | DANGEROUS
EMAILS = st.from_regex(r"[a-z]{1,12}@[a-z]{2,8}\.fr", fullmatch=True)
PHONES = st.from_regex(r"\+336[12][0-9]{7}", fullmatch=True)
PEOPLE = st.builds(
    Details,
    name=TEXTS,
    email=EMAILS,
    phone=PHONES | st.none(),
    company=TEXTS | st.none(),
    locale=st.sampled_from(["fr", "en"]),
    external_id=TEXTS | st.none(),
)


def contact(details: Details) -> Contact:
    """A stored contact."""
    return make("ctc_00000001", "frm_00000001", details, START)


@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_csv_there_and_back(people: list[Details]) -> None:
    """Every value, and no cell that a spreadsheet would run."""
    content = to_csv(contact(details) for details in people)
    text = io.StringIO(content.decode("utf-8-sig"), newline="")
    assert not any(FORMULA.match(cell) for row in csv.reader(text, delimiter=";") for cell in row)
    rows = [check(raw) for raw in read_csv(content).contacts]
    assert [row.values.details for row in rows] == people


@given(st.lists(PEOPLE, min_size=1, max_size=4))
def test_vcards_there_and_back(people: list[Details]) -> None:
    """Every value; no line longer than 75 octets (RFC 2426)."""
    content = to_vcards(contact(details) for details in people)
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    rows = [check(raw) for raw in read_vcards(content).contacts]
    assert [row.values.details for row in rows] == people


@given(PEOPLE, st.integers(min_value=1, max_value=20))
def test_everybody_is_found_by_the_beginning_of_each_word(details: Details, length: int) -> None:
    """And shown by exactly one item of the index; their words are bounded and fit a key."""
    somebody = contact(details)
    words = words_of(somebody)
    assert len(words) <= 14
    assert all(1 <= len(word.encode()) <= 256 for word in words)
    for word in words:
        wanted = Search.of(word[:length] if "@" not in word[:length] else word)
        assert sum(wanted.shows(somebody, one) for one in words) == 1


@given(LINES)
def test_folding_is_done_once(text: str) -> None:
    """A folded text stays as it is, so that what is stored meets what is typed."""
    assert fold(fold(text)) == fold(text)
