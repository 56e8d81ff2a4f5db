"""Read an uploaded contact list, in a function that may do nothing else (P7)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from paraphe.contracts.contact_details import normalise_email, normalise_phone
from paraphe.contracts.fields import MAX_NAME
from paraphe.contracts.firms.contact_columns import OWN, ContactFile, RawContact, read_csv
from paraphe.contracts.firms.contact_imports import (
    ImportRow,
    ParsedFile,
    RowFault,
    RowOutcome,
    RowValues,
)
from paraphe.contracts.spreadsheets import write_table
from paraphe.domain import text as texts
from paraphe.domain.errors import InvalidError
from paraphe.ports.contact_imports import ContactFiles, ImportRef

UPLOADED = "contacts"
PARSED = "parsed.json"
REJECTED = "rejected.csv"
_MARK = b"BEGIN:VCARD"
_MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class ParseImport:
    """Reads one file; the first one that is read counts, whatever is uploaded later."""

    contact_files: ContactFiles
    vcards: Callable[[bytes], ContactFile]

    def __call__(self, ref: ImportRef) -> ParsedFile | None:
        """Read the file of an import and keep what it says; None when that was done before."""
        content = self.contact_files.read(ref, UPLOADED)
        if content is None or PARSED in self.contact_files.names(ref):
            return None
        try:
            found = self.vcards(content) if _is_vcard(content) else read_csv(content)
        except InvalidError as refused:
            parsed = ParsedFile(code=refused.code, detail=refused.detail)
        else:
            checked = [(raw, check(raw)) for raw in found.contacts]
            parsed = ParsedFile(
                rows=tuple(row for _, row in checked), unknown_columns=_shown(found.unknown)
            )
            self._hand_back(ref, found.columns, checked)
        self.contact_files.write_new(ref, PARSED, parsed.model_dump_json().encode())
        return parsed

    def _hand_back(
        self, ref: ImportRef, columns: tuple[str, ...], checked: list[tuple[RawContact, ImportRow]]
    ) -> None:
        kept = [place for place, name in enumerate(columns) if name.strip() not in OWN]
        rejected = [
            [*_chosen(raw.cells, kept), str(row.line), row.faults[0].code, row.faults[0].detail]
            for raw, row in checked
            if row.outcome is RowOutcome.REJECTED
        ]
        names = [*(columns[place] for place in kept), *OWN]
        self.contact_files.write(ref, REJECTED, write_table(names, rejected))


def check(raw: RawContact) -> ImportRow:
    """Check and normalise what a row says of somebody."""
    row = _Checked()
    if raw.fault is not None:
        row.faults.append(RowFault(field="row", code=raw.fault[0], detail=raw.fault[1]))
    values = RowValues(
        name=row.line("name", raw.name),
        email=row.email(raw.email),
        phone=row.phone(raw),
        company=row.line("company", raw.company) or None,
        locale=raw.locale or "fr",
        external_id=row.line("external_id", raw.external_id) or None,
    )
    if not row.faults and not values.name:
        row.fault("name", "name_missing", "Nobody is named: fill in the name.")
    if not row.faults and values.email is None and values.phone is None:
        row.fault("email", "unreachable", "Give an e-mail address, a mobile number, or both.")
    return ImportRow(
        line=raw.line,
        outcome=RowOutcome.REJECTED if row.faults else RowOutcome.NEW,
        values=values,
        faults=tuple(row.faults),
        left_out=tuple(row.left_out),
    )


@dataclass(slots=True)
class _Checked:
    """What was found wrong with a row."""

    faults: list[RowFault] = field(default_factory=list)
    left_out: list[RowFault] = field(default_factory=list)

    def fault(self, name: str, code: str, detail: str) -> None:
        """Reject the row."""
        self.faults.append(RowFault(field=name, code=code, detail=detail))

    def line(self, name: str, text: str) -> str:
        """Check one line of text."""
        if len(text) > MAX_NAME:
            self.fault(name, "too_long", f"This has more than {MAX_NAME} characters.")
            return _show(text)
        try:
            return texts.line(text)
        except texts.UnreadableError as error:
            self.fault(name, error.code, str(error))
            return _show(text)

    def email(self, text: str) -> str | None:
        """Check an address; None when there is none."""
        if not text:
            return None
        try:
            return normalise_email(text)
        except InvalidError as error:
            self.fault("email", error.code, error.detail)
            return _show(text)

    def phone(self, raw: RawContact) -> str | None:
        """Take the first mobile number: of those that are called mobile, then of the others.

        One that is called mobile and is none rejects the row; another that is none is left out.
        """
        first: InvalidError | None = None
        for number in (*raw.mobiles, *raw.phones):
            try:
                return normalise_phone(number)
            except InvalidError as error:
                first = first or error
        if first is None:
            return None
        told = RowFault(field="phone", code=first.code, detail=first.detail)
        if raw.mobiles or not raw.email or first.code != "phone_not_mobile":
            self.faults.append(told)
            return _show((*raw.mobiles, *raw.phones)[0])
        self.left_out.append(told)
        return None


def _is_vcard(content: bytes) -> bool:
    return content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").upper().startswith(_MARK)


def _chosen(cells: tuple[str, ...], places: list[int]) -> Iterator[str]:
    return (cells[place] if place < len(cells) else "" for place in places)


def _show(text: str) -> str:
    """Return what can be shown of a text that is not taken."""
    return text[:_MOST_SHOWN].encode("utf-8", "replace").decode()


def _shown(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_show(name) for name in names)
