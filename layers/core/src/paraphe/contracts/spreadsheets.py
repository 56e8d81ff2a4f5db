"""CSV as people's spreadsheets write and open it: French Excel, others, and no formulas.

Reading takes UTF-8 (with or without BOM), UTF-16 with BOM and Windows-1252; semicolon, comma, tab
or bar, or what a `sep=` line says. Writing makes what a French Excel opens on a double click.

What we write is never run: a cell that a spreadsheet could take for a formula begins with an
apostrophe, and reading takes exactly that one off again.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paraphe.domain.errors import InvalidError

MEDIA_TYPE = "text/csv; charset=utf-8"
DELIMITERS = ";,\t|"
MAX_COLUMNS = 200

_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?[ \t]*(?:\r\n|\r|\n|$)', re.IGNORECASE)
_QUOTED = re.compile(r'"[^"]*"')
_HEAD = 16 * 1024
# What spreadsheets take for the beginning of a formula, their full-width forms included, whatever
# apostrophes and spaces stand before it.
_FORMULA = re.compile(r"'*(?:[\t\r\n\v\f]|\s*[=+\-@\uff1d\uff0b\uff0d\uff20])")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of cells, and the line of the file on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: the names of its columns, and its rows without the blank ones."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(content: bytes, max_rows: int) -> Table:
    """Read a file whose first row names the columns; every row has at least as many cells.

    Raises:
        InvalidError: `workbook_not_csv`, `not_text`, `empty_file`, `no_rows`, `too_many_rows`,
            `too_many_columns`, `quote_not_closed`, `cell_too_large`; the detail quotes no cell.

    """
    rows = _rows(decode(content))
    header = next(rows, None)
    if header is None:
        raise InvalidError("empty_file", "The file holds nothing.")
    if len(header.cells) > MAX_COLUMNS:
        raise InvalidError("too_many_columns", f"A file has at most {MAX_COLUMNS} columns.")
    width = len(header.cells)
    found: list[Row] = []
    for row in rows:
        if len(found) == max_rows:
            raise InvalidError(
                "too_many_rows", f"The file has more than {max_rows} rows: split it into several."
            )
        found.append(Row(row.line, row.cells + ("",) * (width - len(row.cells))))
    if not found:
        raise InvalidError("no_rows", "The file has a header, but no row below it.")
    return Table(header.cells, tuple(found))


def write_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Write a file that a French Excel opens: UTF-8 with BOM, semicolons, no formulas.

    All cells are quoted, so that no program which expects commas cuts one where a formula begins.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([guard(name) for name in names])
    for row in rows:
        writer.writerow([guard(cell) for cell in row])
    return text.getvalue().encode("utf-8-sig", "replace")


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet runs."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguard(cell: str) -> str:
    """Return what `guard` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def decode(content: bytes) -> str:
    """Return the text of a file.

    Raises:
        InvalidError: `workbook_not_csv`, `not_text`.

    """
    if content.startswith(_WORKBOOKS):
        raise InvalidError(
            "workbook_not_csv",
            "This is a workbook, not a CSV file: open it in Excel and save it as "
            '"CSV UTF-8 (comma delimited)", then send that file.',
        )
    text = _decoded(content)
    if "\0" in text:
        raise InvalidError("not_text", "This is not a text file: send a CSV file.")
    return text


def _decoded(content: bytes) -> str:
    for bom, encoding in _BOMS.items():
        if content.startswith(bom):
            try:
                return content[len(bom) :].decode(encoding, "surrogatepass")
            except UnicodeDecodeError:
                raise InvalidError(
                    "not_text", f"The file says that it is {encoding.upper()}, but is not."
                ) from None
    for encoding, errors in (("utf-8", "surrogatepass"), ("cp1252", "strict")):
        try:
            return content.decode(encoding, errors)
        except UnicodeDecodeError:
            continue
    raise InvalidError("not_text", "This is neither UTF-8 nor Windows-1252: save it as CSV UTF-8.")


def _rows(text: str) -> Iterator[Row]:
    """Read the rows that are not blank."""
    named = _SEPARATOR_LINE.match(text)
    delimiter, first = _delimiter(text), 1
    if named:
        delimiter, first, text = named[1], 2, text[named.end() :]
    _check_quotes(text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = first
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Row(line, tuple(unguard(cell) for cell in cells))
            line = first + reader.line_num
    except csv.Error:
        raise InvalidError(
            "cell_too_large",
            f"The row that begins on line {line} cannot be read: a cell is too large, or a "
            "quotation mark is not closed.",
        ) from None


def _check_quotes(text: str, delimiter: str) -> None:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for _ in reader:
            pass
    except csv.Error as error:
        if str(error) == "unexpected end of data":
            raise InvalidError(
                "quote_not_closed", "A quotation mark is opened, but not closed before the end."
            ) from None


def _delimiter(text: str) -> str:
    """Return what stands most often, outside of quotes, in the first line."""
    lines = _QUOTED.sub("", text[:_HEAD]).lstrip("\r\n").splitlines()
    head = lines[0] if lines else ""
    return max(DELIMITERS, key=head.count)
