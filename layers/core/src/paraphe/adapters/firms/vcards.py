"""vCards 2.1, 3.0 and 4.0, read card by card with vobject (P7).

The file is cut at its cards first, so that a broken one leaves the others alone; pictures and
sounds are dropped before anything is parsed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from paraphe.contracts.firms.contact_columns import MAX_ROWS, ContactFile, RawContact, locale_of
from paraphe.contracts.spreadsheets import decode
from paraphe.domain.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_CARD = 64 * 1024
COLUMNS = ("nom", "email", "mobile", "téléphone", "société", "langue", "identifiant")
_BEGIN = re.compile(r"\s*BEGIN:VCARD\s*", re.IGNORECASE)
_END = re.compile(r"\s*END:VCARD\s*", re.IGNORECASE)
_BULKY = re.compile(r"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY|AGENT)[;:]", re.IGNORECASE)
_CELL = re.compile(r"\b(?:CELL|MOBILE|IPHONE)\b", re.IGNORECASE)
_PREFERRED = re.compile(r"\bPREF\b", re.IGNORECASE)
_LINES = re.compile(r"\r\n|\r|\n")
_UNREADABLE = ("card_unreadable", "This card cannot be read: export it again.")
_UNFINISHED = ("card_unfinished", "This card has no END:VCARD: export it again.")
_TOO_LARGE = ("card_too_large", "This card has more than 64 KiB beside its pictures.")


@dataclass(slots=True)
class _Card:
    line: int
    lines: list[str] = field(default_factory=list)
    size: int = 0
    ended: bool = False


def read_vcards(content: bytes) -> ContactFile:
    """Read a file of vCards.

    Raises:
        InvalidError: `no_rows`, `too_many_rows`; see `spreadsheets.decode`.

    """
    contacts: list[RawContact] = []
    for card in _cards(_LINES.split(decode(content))):
        if len(contacts) == MAX_ROWS:
            raise InvalidError(
                "too_many_rows", f"The file has more than {MAX_ROWS} cards: split it into several."
            )
        contacts.append(_contact(card))
    if not contacts:
        raise InvalidError("no_rows", "The file holds no card.")
    return ContactFile(COLUMNS, (), tuple(contacts))


def _cards(lines: list[str]) -> Iterator[_Card]:
    card: _Card | None = None
    dropping = False
    for number, line in enumerate(lines, start=1):
        if _BEGIN.fullmatch(line):
            if card is not None:
                yield card
            card, dropping = _Card(number), False
        if card is None:
            continue
        # The rest of a picture: folded, or base64 as of version 2.1, which has no colon.
        dropping = bool(_BULKY.match(line)) or (dropping and _continues(line))
        if not dropping:
            card.size += len(line) + 2
            if card.size <= MAX_CARD:
                card.lines.append(line)
        if _END.fullmatch(line):
            card.ended = True
            yield card
            card = None
    if card is not None:
        yield card


def _continues(line: str) -> bool:
    return line[:1] in {" ", "\t"} or ":" not in line


def _contact(card: _Card) -> RawContact:
    if card.size > MAX_CARD:
        return RawContact(card.line, fault=_TOO_LARGE)
    if not card.ended:
        return RawContact(card.line, fault=_UNFINISHED)
    try:
        return _read(card)
    except Exception:  # noqa: BLE001 - whatever a stranger's card makes the parser raise
        return RawContact(card.line, fault=_UNREADABLE)


def _read(card: _Card) -> RawContact:
    import vobject  # noqa: PLC0415 - only where cards are read

    contents = vobject.readOne(
        "\r\n".join(card.lines) + "\r\n", ignoreUnreadable=True, allowQP=True
    ).contents
    mobiles, phones = _phones(contents.get("tel", ()))
    emails = sorted(contents.get("email", ()), key=lambda one: not _said(one, _PREFERRED))
    companies = [_text(part) for part in contents.get("org", ())]
    company = companies[0] if companies else ""
    name = _name(contents) or company
    email = next((text for one in emails if (text := _text(one).removeprefix("mailto:"))), "")
    locale = locale_of(_first(contents, "lang"))
    own = _first(contents, "x-paraphe-external-id")
    numbers = (", ".join(mobiles), ", ".join(phones))
    return RawContact(
        line=card.line,
        name=name,
        email=email,
        mobiles=mobiles,
        phones=phones,
        company=company,
        locale=locale,
        external_id=own,
        cells=(name, email, *numbers, company, locale, own),
    )


def _phones(found: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:  # noqa: ANN401 - vobject's
    mobiles: list[str] = []
    phones: list[str] = []
    for one in found:
        number = re.sub(r"^tel:", "", _text(one), flags=re.IGNORECASE).partition(";")[0]
        if number:
            (mobiles if _said(one, _CELL) else phones).append(number)
    return tuple(mobiles), tuple(phones)


def _said(line: Any, what: re.Pattern[str]) -> bool:  # noqa: ANN401 - vobject's
    kinds = [*line.singletonparams, *line.params.get("TYPE", ()), *line.params]
    return any(what.search(str(kind)) for kind in kinds)


def _name(contents: Any) -> str:  # noqa: ANN401 - vobject's
    written = _first(contents, "fn")
    if written or "n" not in contents:
        return written
    name = contents["n"][0].value
    parts = (getattr(name, part, "") for part in ("given", "family"))
    return " ".join(" ".join(p) if isinstance(p, list) else str(p) for p in parts).strip()


def _first(contents: Any, kind: str) -> str:  # noqa: ANN401 - vobject's
    return next((text for one in contents.get(kind, ()) if (text := _text(one))), "")


def _text(line: Any) -> str:  # noqa: ANN401 - vobject's
    value = line.value
    return str(value[0] if isinstance(value, list) and value else value or "").strip()
