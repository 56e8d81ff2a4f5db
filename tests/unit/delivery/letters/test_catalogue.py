"""The French catalogue: complete, without leftovers, and typeset as French is."""

import re
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from paraphe import locales
from paraphe.locales import NBSP, texts

ROOT = Path(__file__).parents[4]
SOURCES = (
    "functions/portal",
    "functions/verify",
    "functions/web",
    "layers/core/src/paraphe/adapters/delivery/letters",
    "layers/core/src/paraphe",
    "layers/core/src/paraphe/pages",
)
KEYWORDS = {"t": None, "tn": (1, 2), "mark": None}
CATALOGUE = Path(locales.__file__).parent / "fr.po"


def _said() -> set[str | tuple[str, ...]]:
    """Collect every text of the code and the templates."""
    methods = [("**.py", "python"), ("templates/**", "jinja2")]
    return {
        message if isinstance(message, str) else tuple(message)
        for source in SOURCES
        for _, _, message, _, _ in extract_from_dir(ROOT / source, methods, keywords=KEYWORDS)
        if message
    }


def _translated() -> dict[str | tuple[str, ...], tuple[str, ...]]:
    with CATALOGUE.open("rb") as file:
        found = read_po(file, locale="fr")
    pairs = {}
    for message in found:
        if message.id:
            key = message.id if isinstance(message.id, str) else tuple(message.id)
            given = message.string or ""
            pairs[key] = (given,) if isinstance(given, str) else tuple(given)
            assert not message.fuzzy, key
    return pairs


def test_every_text_is_translated_and_nothing_else() -> None:
    """What the code says and what the catalogue holds are the same."""
    said, translated = _said(), set(_translated())
    assert said - translated == set()
    assert translated - said == set()


def test_translations_are_whole() -> None:
    """No empty form, and the same places as in English."""
    places = re.compile(r"{(\w+)}")
    for key, forms in _translated().items():
        for form, english in zip(forms, (key,) if isinstance(key, str) else key, strict=True):
            assert form.strip(), english
            assert set(places.findall(form)) == set(places.findall(english)), english


def test_french_double_signs_keep_to_their_word() -> None:
    """A no-break space before : ; ! ? and inside guillemets, wherever the catalogue has a space."""
    words = texts("fr")
    for key in _translated():
        if isinstance(key, str):
            shown = words._catalogue.gettext(key)
            assert not re.search(r" [:;!?»]|« ", shown), shown
            assert not re.search(r"[^\s\d{}][;!?»]", shown.replace(NBSP, " ")), shown


def test_plural_begins_at_two_in_french() -> None:
    """Zero is singular in French, plural in English."""
    forms = ("{count} page", "{count} pages")
    assert [texts("fr").tn(*forms, n) for n in (0, 1, 2)] == ["0 page", "1 page", "2 pages"]
    assert [texts("en").tn(*forms, n) for n in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]


def test_instants_are_paris_time_and_say_so() -> None:
    """P14, in winter and in summer."""
    winter, summer = datetime(2026, 12, 31, 23, 5, tzinfo=UTC), datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert texts("fr").instant(winter) == "1 janvier 2027 à 00:05 (heure de Paris)"
    assert texts("fr").instant(summer) == "1 juillet 2026 à 08:00 (heure de Paris)"
    assert texts("en").instant(winter) == "1 January 2027 at 00:05 (Paris time)"


def test_whoever_is_not_english_reads_french() -> None:
    """French first (P25)."""
    assert [locales.known(tag) for tag in ("en-GB", "EN", "fr_FR", "de", "", None)] == [
        "en",
        "en",
        "fr",
        "fr",
        "fr",
        "fr",
    ]
