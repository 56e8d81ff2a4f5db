"""Contacts as files that other programs read: CSV for spreadsheets, vCard 3.0 for address books."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from paraphe.contracts.fields import NotNull, WithoutNull
from paraphe.contracts.shapes import Answered, Cursor, Sent
from paraphe.contracts.spreadsheets import write_table
from paraphe.domain.firms.contacts import Contact

# How many contacts one file holds: as many as can be imported again at once.
MAX_EXPORTED = 10_000
NAMES = ("nom", "email", "mobile", "société", "langue", "identifiant")
_FOLD = 75
_SPECIAL = re.compile(r"[\\,;]")


class NewExport(Sent):
    """Which file is wanted."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"format": "csv"}]})

    format: Literal["csv", "vcard"] = "csv"
    cursor: Annotated[Cursor | None, NotNull, WithoutNull()] = Field(
        default=None, description="`next_cursor` of the file before."
    )


class ExportOut(Answered):
    """Where a file of contacts can be fetched, for so many seconds.

    `next_cursor` is null unless there are more contacts than one file holds.
    """

    url: str
    expires_in: int
    contacts: int
    next_cursor: str | None


def to_csv(contacts: Iterable[Contact]) -> bytes:
    """Write contacts as a file that a French Excel opens, and our import takes again."""
    return write_table(
        NAMES,
        (
            [c.name, c.email or "", c.phone or "", c.company or "", c.locale, c.external_id or ""]
            for c in contacts
        ),
    )


def to_vcards(contacts: Iterable[Contact]) -> bytes:
    """Write contacts as vCards (RFC 2426)."""
    lines = (line for contact in contacts for line in _card(contact))
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line)).encode()


def _card(contact: Contact) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield "VERSION:3.0"
    yield f"UID:{contact.id}"
    yield f"FN:{_escaped(contact.name)}"
    given, _, family = contact.name.rpartition(" ")
    yield f"N:{_escaped(family)};{_escaped(given)};;;"
    for name, value in (
        ("EMAIL;TYPE=INTERNET", contact.email),
        ("TEL;TYPE=CELL", contact.phone),
        ("ORG", contact.company),
        ("LANG", contact.locale),
        ("X-PARAPHE-EXTERNAL-ID", contact.external_id),
    ):
        if value:
            yield f"{name}:{_escaped(value)}"
    yield "END:VCARD"


def _escaped(text: str) -> str:
    return _SPECIAL.sub(lambda found: f"\\{found[0]}", text)


def _folded(line: str) -> Iterator[str]:
    """Cut a line after at most 75 octets, never inside a character."""
    part, size = "", 0
    for character in line:
        octets = len(character.encode())
        if size + octets > _FOLD:
            yield part
            part, size = " ", 1
        part += character
        size += octets
    yield part
