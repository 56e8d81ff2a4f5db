"""Which column of somebody's contact list is what, in French and English (P7)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from paraphe.contracts.spreadsheets import Row, read_table
from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.contact_words import fold

MAX_ROWS = 10_000
MAX_CSV_BYTES = 5 * 1024 * 1024
# Columns of a file of rejected rows, which is corrected and sent again: passed over then.
LINE, CODE, REASON = OWN = ("paraphe_line", "paraphe_code", "paraphe_reason")

# In the order in which they are looked at: the first that is filled counts.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("nom complet", "nom et prenom", "nom prenom", "full name", "display name", "name"),
    "given": ("prenom", "first name", "given name", "forename"),
    "family": ("nom", "nom de famille", "last name", "family name", "surname"),
    "email": (
        *("email", "e mail", "mail", "courriel", "adresse email", "adresse e mail", "adresse mail"),
        *("email address", "e mail address", "adresse de messagerie", "adresse electronique"),
        *("e mail 1 value", "email 1", "e mail 1"),
    ),
    "mobile": (
        *("mobile", "portable", "telephone mobile", "telephone portable", "tel mobile", "gsm"),
        *("tel portable", "numero de portable", "numero de mobile", "mobile phone", "cell phone"),
        *("mobile number", "cell", "cellulaire"),
    ),
    "phone": (
        "telephone",
        "tel",
        "phone",
        "phone number",
        "numero",
        "phone 1 value",
        "n telephone",
    ),
    "company": (
        *("societe", "entreprise", "raison sociale", "organisation", "denomination", "company"),
        *("organization", "company name", "organization 1 name", "organization name"),
    ),
    "locale": ("langue", "language", "locale"),
    "external_id": (
        *("identifiant", "identifiant externe", "external id", "reference", "code client"),
        *("numero client", "id externe", "code", "id"),
    ),
}
_LOCALES = {
    **dict.fromkeys(("fr", "fra", "fre", "francais", "french", "fr fr"), "fr"),
    **dict.fromkeys(("en", "eng", "anglais", "english", "en gb", "en us"), "en"),
}
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class RawContact:
    """Somebody as a file says, not checked yet.

    Attributes:
        line: where in the file they begin.
        name: as it is to be shown.
        email: the first address.
        mobiles: numbers that the file calls mobile.
        phones: other numbers.
        company: whom they act for.
        locale: `fr` or `en`; empty when the file does not say.
        external_id: the firm's own name for them.
        cells: all of it, to hand back if it is rejected.
        fault: why it cannot be read at all: a code and a sentence.

    """

    line: int
    name: str = ""
    email: str = ""
    mobiles: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    company: str = ""
    locale: str = ""
    external_id: str = ""
    cells: tuple[str, ...] = ()
    fault: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class ContactFile:
    """What a file holds: its columns, those that nobody knows, its people."""

    columns: tuple[str, ...]
    unknown: tuple[str, ...]
    contacts: tuple[RawContact, ...]


def read_csv(content: bytes) -> ContactFile:
    """Read a CSV file of contacts.

    Raises:
        InvalidError: `file_too_large`, `name_column_missing`, `reach_column_missing`; see
            `spreadsheets.read_table`.

    """
    if len(content) > MAX_CSV_BYTES:
        raise InvalidError("file_too_large", "A CSV file of contacts has 5 MB at most: split it.")
    table = read_table(content, MAX_ROWS)
    places = _places(table.names)
    found = {kind for kind, columns in places.items() if columns}
    if not found & {"name", "given", "family"}:
        raise InvalidError(
            "name_column_missing",
            'No column is called "nom" or "name": the first row must hold the names of columns.',
        )
    if not found & {"email", "mobile", "phone"}:
        raise InvalidError(
            "reach_column_missing",
            'No column is called "email" or "mobile": people could not be reached.',
        )
    known = {place for columns in places.values() for place in columns}
    unknown = tuple(
        name.strip()
        for place, name in enumerate(table.names)
        if place not in known and name.strip() and name.strip() not in OWN
    )
    contacts = tuple(_contact(row, places, len(table.names)) for row in table.rows)
    return ContactFile(table.names, unknown, contacts)


def locale_of(text: str) -> str:
    """Return `fr` or `en`; empty for anything else."""
    return _LOCALES.get(_key(text), "")


def _contact(row: Row, places: Mapping[str, Sequence[int]], width: int) -> RawContact:
    def filled(kind: str) -> Iterator[str]:
        return (cell for place in places[kind] if (cell := row.cells[place].strip()))

    def first(kind: str) -> str:
        return next(filled(kind), "")

    surplus = any(cell.strip() for cell in row.cells[width:])
    return RawContact(
        line=row.line,
        name=first("name") or f"{first('given')} {first('family')}".strip(),
        email=first("email"),
        mobiles=tuple(filled("mobile")),
        phones=tuple(filled("phone")),
        company=first("company"),
        locale=locale_of(first("locale")),
        external_id=first("external_id"),
        cells=row.cells[:width],
        fault=_TOO_MANY if surplus else None,
    )


_TOO_MANY = (
    "too_many_cells",
    "This row has more cells than the header: put text that holds the separator in quotes.",
)


def _places(names: Sequence[str]) -> dict[str, list[int]]:
    keys = [_key(name) for name in names]
    return {
        kind: [keys.index(wanted) for wanted in columns if wanted in keys]
        for kind, columns in _COLUMNS.items()
    }


def _key(text: str) -> str:
    return _NOT_WORDS.sub(" ", fold(text)).strip()
