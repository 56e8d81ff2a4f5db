"""What people type has to show what it says: names end in certificates."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain import text

NAMES = [
    "Zoé",
    'O\'Neil, CN=Root\\, O="x" + ST=#31',
    "a) Tj ET (\\",
    "Jean-Noël L’Hérétier",
    "محمد بن عبد الله",
    "שרה לוי",
    "漢字",
    "葛\U000e0100城",
    "สมชาย",
    "क्षि",
    "می‌خواهم",
    "Nguyễn Thị Hương",
    "Владимир Іванович",
    "李 / Lee",
    "🙂",
    "👩‍👩‍👧",
    "Ω",
    "X Æ A-12",
]
INVISIBLE = {
    "zero-width space": "\u200b",
    "zero-width space within": "a\u200bb",
    "private use": "\ue000\ue001",
    "unassigned": "\U000e0fff",
    "noncharacter": "\ufffe",
    "noncharacter of a plane": "\U0010ffff",
    "tags": "\U000e0041\U000e0042",
    "tags behind a letter": "a\U000e0041",
    "hangul filler": "\u3164",
    "halfwidth filler": "\uffa0",
    "choseong filler": "\u115f",
    "jungseong filler": "\u1160",
    "filler within": "Du\u3164pont",
    "braille blank": "\u2800",
    "combining only": "\u0301\u0301",
    "combining behind a space": "a \u0301",
    "a hundred accents": "a" + "\u0335" * 100,
    "grapheme joiner": "a\u034fb",
    "soft hyphen": "Du\u00adpont",
    "left-to-right mark": "a\u200eb",
    "right-to-left mark": "a\u200fb",
    "arabic letter mark": "a\u061cb",
    "override": "a\u202egpj",
    "isolate": "a\u2066b",
    "byte-order mark": "\ufeffa",
    "word joiner": "a\u2060b",
    "interlinear": "\ufff9a\ufffb",
    "object replacement": "\ufffc",
    "replacement": "Ren\ufffd",
    "selector behind a letter": "a\ufe0f",
    "selector alone": "\ufe0f",
    "joiner alone": "\u200d",
    "joiner behind a letter": "a\u200db",
    "joiners": "ب\u200d\u200d\u200dب",
    "joiner at the end": "ب\u200c",
    "mongolian vowel separator": "a\u180eb",
    "line separator": "a\u2028b",
}
CONTROLS = {
    "line feed": "a\nb",
    "carriage return": "a\rb",
    "nul": "a\x00",
    "tab": "a\tb",
    "c1": "\x85",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_of_the_world_are_names(name: str) -> None:
    """In any script, composed (NFC), without spaces around."""
    assert text.line(f" {name} ") == unicodedata.normalize("NFC", name)
    assert text.line(text.line(name)) == text.line(name)
    assert text.lines(name) == text.line(name)


@pytest.mark.parametrize("kind", INVISIBLE)
def test_what_cannot_be_seen_is_no_name(kind: str) -> None:
    """Said by its number and place, so that it can be found and taken out."""
    with pytest.raises(text.UnreadableError) as refused:
        text.line(INVISIBLE[kind])
    assert refused.value.code in {"invisible_characters", "control_characters"}
    assert str(refused.value).startswith("Character ")
    assert INVISIBLE[kind] not in str(refused.value)


@pytest.mark.parametrize("kind", CONTROLS)
def test_controls_are_told_as_such(kind: str) -> None:
    """A pasted line break is what people meet most."""
    with pytest.raises(text.UnreadableError) as refused:
        text.line(CONTROLS[kind])
    assert refused.value.code == "control_characters"


@pytest.mark.parametrize("blank", ["", " ", "\u00a0", "\u2003\u3000"])
def test_blank_is_empty(blank: str) -> None:
    """The caller says whether that may be."""
    assert text.line(blank) == text.lines(blank) == ""


def test_running_text_keeps_its_lines_and_loses_what_pasting_brings() -> None:
    """Soft hyphens, zero-width spaces and direction marks come from web pages."""
    assert text.lines("\ufeffCher\u00adchez\u200b\r\n\tici\rlà\u200e ") == "Cherchez\n\tici\nlà"


@pytest.mark.parametrize("hostile", ["a\u202eb", "a\u2066b", "a\U000e0041", "\u3164", "a\x00b"])
def test_running_text_hides_nothing_either(hostile: str) -> None:
    """What turns the reading direction or hides words is refused there too."""
    with pytest.raises(text.UnreadableError):
        text.lines(hostile)


@given(st.text(max_size=60))
def test_any_text_is_visible_or_refused(given_: str) -> None:
    """Whatever passes shows something, and passes again unchanged."""
    try:
        kept = text.line(given_)
    except text.UnreadableError:
        return
    assert text.line(kept) == kept
    shown = [c for c in kept if unicodedata.category(c)[0] in "LNPS"]
    assert bool(shown) == bool(kept)
    assert not {unicodedata.category(c) for c in kept} & {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert all(c in "\u200c\u200d" for c in kept if unicodedata.category(c) == "Cf")
