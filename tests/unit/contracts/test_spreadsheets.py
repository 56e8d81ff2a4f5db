"""CSV as spreadsheets write it and open it."""

import csv
import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.contracts.spreadsheets import guard, read_table, unguard, write_table
from paraphe.domain.errors import InvalidError

ROWS = 10_000
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
DANGEROUS = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
EXPECTED = (("Nom", "Ville"), ("Élodie Lefèvre", "Saint-Denis; Réunion"))


def read(content: bytes) -> tuple[tuple[str, ...], ...]:
    """Names and cells."""
    table = read_table(content, ROWS)
    return (table.names, *(row.cells for row in table.rows))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("ending", ["\r\n", "\n", "\r"])
def test_files_of_all_kinds(encoding: str, delimiter: str, ending: str) -> None:
    """French Excel writes Windows-1252 and semicolons; others write something else."""
    lines = [f"Nom{delimiter}Ville", f'Élodie Lefèvre{delimiter}"Saint-Denis; Réunion"', ""]
    assert read(ending.join(lines).encode(encoding)) == EXPECTED


def test_a_separator_line_decides() -> None:
    """Excel's own way to say it; lines are counted with it."""
    table = read_table(b"sep=,\r\nNom;court,Ville\r\n\r\nA,B\r\n", ROWS)
    assert table.names == ("Nom;court", "Ville")
    assert [(row.line, row.cells) for row in table.rows] == [(4, ("A", "B"))]


def test_rows_are_numbered_by_the_line_they_begin_on() -> None:
    """A cell may hold line breaks; blank rows are passed over; short rows are filled."""
    table = read_table(b'a;b\n"1\n2";x\n;\n3\n', ROWS)
    assert [(r.line, r.cells) for r in table.rows] == [(2, ("1\n2", "x")), (5, ("3", ""))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\r\n \r\n", "empty_file"),
        (b"Nom;Email\r\n", "no_rows"),
        (b"PK\x03\x04\x14\x00\x06\x00", "workbook_not_csv"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "workbook_not_csv"),
        (b"Nom\n\x00\x01", "not_text"),
        (b"\xef\xbb\xbfNom\n\xe9", "not_text"),
        (b"Nom\n\x81\x8d", "not_text"),
        (b'a;b\n"1;2\n3;4\n', "quote_not_closed"),
        (b"a;b\n" + b"x" * 200_000, "cell_too_large"),
        (b";" * 300 + b"a\nb", "too_many_columns"),
        (b"a\n" + b"1\n" * (ROWS + 1), "too_many_rows"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, code: str) -> None:
    """A code for software, a sentence for people."""
    with pytest.raises(InvalidError) as caught:
        read_table(content, ROWS)
    assert caught.value.code == code


def test_the_last_row_that_fits() -> None:
    """The limit itself is allowed."""
    assert len(read_table(b"a\n" + b"1\n" * ROWS, ROWS).rows) == ROWS


@given(TEXT)
def test_no_formula_and_back(cell: str) -> None:
    """What is guarded is no formula, and is unguarded to what it was."""
    assert not DANGEROUS.match(guard(cell))
    assert unguard(guard(cell)) == cell


@pytest.mark.parametrize("cell", ["=1+1", "+33612345678", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_formulas_are_guarded(cell: str) -> None:
    """OWASP, CSV injection."""
    assert guard(cell) == f"'{cell}"
    assert guard(f"'{cell}") == f"''{cell}"


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), max_size=5))
def test_what_is_written_is_read_again(rows: list[tuple[str, str, str]]) -> None:
    """Round trip, except for rows in which there is nothing."""
    content = write_table(("a", "b", "c"), rows)
    kept = [row for row in rows if any(cell.strip() for cell in row)]
    for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"):
        assert not any(DANGEROUS.match(cell) for cell in cells)
    if kept:
        assert [row.cells for row in read_table(content, ROWS).rows] == kept


def test_a_french_excel_opens_what_is_written() -> None:
    """BOM, semicolons, CRLF."""
    assert write_table(("Nom",), [["Élodie"]]) == b'\xef\xbb\xbf"Nom"\r\n"\xc3\x89lodie"\r\n'
