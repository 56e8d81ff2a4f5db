"""The CSV file of a bulk launch: its columns, its rows, its sample (P24).

Columns are named by role: `client_name`, `client_email`, `client_phone`, `client_locale`; besides,
`title` and `external_id`.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from paraphe.contracts import spreadsheets
from paraphe.contracts.fields import Email, ExternalId, Locale, Name, Phone, Title
from paraphe.domain.errors import InvalidError
from paraphe.domain.requests.bulk import MAX_ROWS, BulkRow, RowFault, RowPerson, RowState
from paraphe.domain.requests.recipient import DECIDING
from paraphe.domain.requests.templates import Template, TemplateRole

MAX_BYTES = 1024 * 1024
_TITLE, _EXTERNAL_ID = "title", "external_id"
_FIELDS = ("name", "email", "phone", "locale")
_KINDS: Mapping[str, TypeAdapter[Any]] = {
    "name": TypeAdapter(Name),
    "email": TypeAdapter(Email),
    "phone": TypeAdapter(Phone),
    "locale": TypeAdapter(Locale),
    _TITLE: TypeAdapter(Title),
    _EXTERNAL_ID: TypeAdapter(ExternalId),
}
_EXAMPLES = {
    "name": "Élodie Lefèvre",
    "email": "elodie.lefevre@example.com",
    "phone": "06 39 98 00 01",
    "locale": "fr",
    _TITLE: "",
    _EXTERNAL_ID: "C-17",
}


def read(content: bytes, template: Template) -> tuple[BulkRow, ...]:
    """Return the rows of a file, each ready or refused; a wrong row never stops the others.

    Raises:
        InvalidError: `column_missing`, `column_unknown`, `column_repeated`, naming the columns; and
            as `spreadsheets.read_table`.

    """
    table = spreadsheets.read_table(content, MAX_ROWS)
    names = tuple(name.strip().lower() for name in table.names)
    _check_columns(names, template)
    rows = [_Row(template, dict(zip(names, row.cells, strict=False))) for row in table.rows]
    repeated = _repeated(row.value(_EXTERNAL_ID) for row in rows)
    return tuple(
        read_row.made(row.line, repeated) for row, read_row in zip(table.rows, rows, strict=True)
    )


def sample(template: Template) -> bytes:
    """Return a file with this template's columns and a row to be written over."""
    columns = [
        *(f"{r.key}_{field}" for r in template.roles if r.needs_person for field in _FIELDS),
        _TITLE,
        _EXTERNAL_ID,
    ]
    row = [
        _EXAMPLES[column if column in _EXAMPLES else column.rpartition("_")[2]]
        for column in columns
    ]
    return spreadsheets.write_table(columns, [row])


def _check_columns(names: tuple[str, ...], template: Template) -> None:
    needed = [c for role in template.roles if role.needs_person for c in _needed(role)]
    missing = [column for column in needed if column not in names]
    if missing:
        raise InvalidError(
            "column_missing", f"The file lacks these columns: {', '.join(missing)}.", field="file"
        )
    if len(set(names)) != len(names):
        twice = sorted(name for name in set(names) & _known(template) if names.count(name) > 1)
        raise InvalidError(
            "column_repeated", f"Each column stands there once: {', '.join(twice)}.", field="file"
        )
    unknown = [place for place, name in enumerate(names, 1) if name not in _known(template)]
    if unknown:
        places = ", ".join(map(str, unknown))
        raise InvalidError(
            "column_unknown",
            f"These columns, counted from the left, belong to no role: {places}."
            f" Known are: {', '.join(sorted(_known(template)))}.",
            field="file",
        )


def _needed(role: TemplateRole) -> tuple[str, ...]:
    fields = ("name", "email", "phone") if role.role in DECIDING else ("name", "email")
    return tuple(f"{role.key}_{field}" for field in fields)


def _known(template: Template) -> set[str]:
    columns = {f"{r.key}_{field}" for r in template.roles if r.needs_person for field in _FIELDS}
    return columns | {_TITLE, _EXTERNAL_ID}


def _repeated(values: Any) -> frozenset[str]:  # noqa: ANN401 - any iterable of texts or None
    found = Counter(value for value in values if value)
    return frozenset(value for value, count in found.items() if count > 1)


class _Row:
    """One row while it is read: what can be read of it, and what is wrong."""

    def __init__(self, template: Template, cells: dict[str, str]) -> None:
        self._cells = cells
        self.faults: list[RowFault] = []
        self._title = self.value(_TITLE)
        self._external_id = self.value(_EXTERNAL_ID)
        roles = [role for role in template.roles if role.needs_person]
        self._people = tuple(self._person(role) for role in roles)

    def value(self, column: str) -> str | None:
        """Return what a cell holds; None when it is blank or wrong."""
        text = self._cells.get(column, "").strip()
        if not text:
            return None
        kind = _KINDS[column if column in _KINDS else column.rpartition("_")[2]]
        try:
            return str(kind.validate_python(text))
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)[0]
            fault = RowFault(column, found["type"], found["msg"])
            if fault not in self.faults:
                self.faults.append(fault)
            return None

    def _person(self, role: TemplateRole) -> RowPerson:
        for column in _needed(role):
            if not self._cells.get(column, "").strip():
                self.faults.append(RowFault(column, "blank", "This must not be blank."))
        name, email, phone, locale = (self.value(f"{role.key}_{field}") for field in _FIELDS)
        return RowPerson(role.key, name or "", email or "", phone, locale)

    def made(self, line: int, repeated: frozenset[str]) -> BulkRow:
        """Return the row; `repeated` are external ids that stand in several."""
        if self._external_id in repeated:
            detail = "Another row has the same external id."
            self.faults.append(RowFault(_EXTERNAL_ID, "repeated", detail))
        if self.faults:
            return BulkRow(line, RowState.REFUSED, faults=tuple(self.faults))
        return BulkRow(
            line,
            RowState.READY,
            people=self._people,
            title=self._title,
            external_id=self._external_id,
        )
