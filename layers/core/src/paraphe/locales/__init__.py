"""What people read, in their language: texts, dates, numbers (P14, P25).

English is written in the code and the templates, French in `fr.po`. Babel and the catalogue are
loaded with the first text, not with the import.
"""
# ruff: noqa: PLC0415 - importing late keeps the doors' cold starts short

import functools
import io
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import gettext

LOCALES = ("fr", "en")
DEFAULT = "fr"
ZONE = "Europe/Paris"
NBSP = "\u00a0"
_BEFORE_SIGN = re.compile(r" (?=[:;!?»])|(?<=«) ")
_String: TypeAlias = str | list[str] | tuple[str, ...] | None
_BABEL = {"fr": "fr_FR", "en": "en_GB"}


@dataclass(frozen=True, slots=True)
class Texts:
    """The words of one language."""

    locale: str
    _catalogue: "gettext.NullTranslations"

    def t(self, message: str, **values: object) -> str:
        """Translate a text, then fill its `{places}`."""
        return self._catalogue.gettext(message).format(**values)

    def tn(self, singular: str, plural: str, count: int, **values: object) -> str:
        """Translate a text that depends on a number; `{count}` stands for it."""
        text = self._catalogue.ngettext(singular, plural, count)
        return text.format(count=count, **values)

    def instant(self, at: datetime) -> str:
        """Write an instant in Paris time, and say so (P14)."""
        return self.t("{day} at {time} (Paris time)", day=self.day(at), time=self.time(at))

    def day(self, at: datetime) -> str:
        """Write the day of an instant in Paris: `8 December 2026`."""
        from babel.dates import format_date

        return format_date(_paris(at), format="long", locale=_BABEL[self.locale])

    def time(self, at: datetime) -> str:
        """Write the time of day of an instant in Paris: `15:04`."""
        return _paris(at).strftime("%H:%M")


def _paris(at: datetime) -> datetime:
    from zoneinfo import ZoneInfo

    return at.astimezone(ZoneInfo(ZONE))


def known(locale: str | None) -> str:
    """Return a language that we speak for a language tag: `fr` unless it is English."""
    language = (locale or "").strip().lower().replace("_", "-").split("-")[0]
    return language if language in LOCALES else DEFAULT


@functools.cache
def texts(locale: str) -> Texts:
    """Return the words of a language (`fr` or `en`; anything else is French)."""
    language = known(locale)
    return Texts(language, _catalogue(language))


def _catalogue(language: str) -> "gettext.NullTranslations":
    import gettext

    source = Path(__file__).parent / f"{language}.po"
    if not source.exists():  # English is what the code says
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with source.open("rb") as file:
        catalogue = read_po(file, locale=language)
    for message in catalogue:
        if message.id:
            message.string = _typography(message.string)
    binary = io.BytesIO()
    write_mo(binary, catalogue)
    binary.seek(0)
    return gettext.GNUTranslations(binary)


def _typography(string: _String) -> _String:
    """Make the spaces before French double signs and inside guillemets no-break ones."""
    if string is None or isinstance(string, str):
        return string and _BEFORE_SIGN.sub(NBSP, string)
    return tuple(_BEFORE_SIGN.sub(NBSP, form) for form in string)
