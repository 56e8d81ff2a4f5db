"""What people type that others read or that is certified: it has to show what it says.

A name in which nothing is visible, or in which something stands that no reader sees, could make a
certificate say something else than the page. So whatever has no appearance is refused, except what
scripts need between visible letters.
"""

import re
import unicodedata
from typing import Literal, TypeAlias

Fault: TypeAlias = Literal["control_characters", "invisible_characters", "nothing_visible"]

_NO_APPEARANCE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MARKS = frozenset({"Mn", "Me"})
MOST_MARKS = 8
# Joiners within words of Persian and Indic scripts, and within emoji.
_JOINERS = frozenset("\u200c\u200d")
# They and variation selectors stand behind these, not behind letters that have upper case: there
# they change nothing that can be seen.
_JOINED = frozenset({"Lo", "Mc", "So", "Sk"})
_SELECTED = _JOINED | {"Nd", "Po", "Sm"}
_SELECTORS = re.compile("[\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Letters and symbols that look like nothing (Unicode: Default_Ignorable_Code_Point, and blanks).
_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufffc\ufffd")
# Harmless in running text, which is pasted from web pages and word processors: taken out.
_DROPPED = re.compile("[\u00ad\u200b\u200e\u200f\u2060\ufeff]")
_LINE_BREAKS = re.compile(r"\r\n?")


class UnreadableError(ValueError):
    """A text holds what cannot be seen; the message names the character, not the text.

    Attributes:
        code: what is wrong, stable.

    """

    def __init__(self, code: Fault, message: str) -> None:
        super().__init__(message)
        self.code = code


def line(text: str) -> str:
    """Return one line, normalised (NFC) and without spaces around it; it may be empty.

    Raises:
        UnreadableError: it holds characters without an appearance, or nothing but such.

    """
    plain = unicodedata.normalize("NFC", text)
    _check(plain, "")
    plain = plain.strip()
    if plain and not any(_is_visible(c) for c in plain):
        raise UnreadableError("nothing_visible", "Nothing can be seen of this text.")
    return plain


def lines(text: str) -> str:
    """Return running text, normalised; soft hyphens and their like are left out.

    Raises:
        UnreadableError: as `line`; line breaks and tabs are allowed.

    """
    plain = _DROPPED.sub("", _LINE_BREAKS.sub("\n", unicodedata.normalize("NFC", text)))
    _check(plain, "\n\t")
    plain = plain.strip()
    if plain and not any(_is_visible(c) for c in plain):
        raise UnreadableError("nothing_visible", "Nothing can be seen of this text.")
    return plain


def _is_visible(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNPS" and character not in _FILLERS


def _check(text: str, allowed: str) -> None:
    marks = 0
    base = "Zs"
    for position, character in enumerate(text, start=1):
        category = unicodedata.category(character)
        if character in allowed:
            category = "Zs"
        elif character in _FILLERS or not _may_follow(base, character, category):
            raise _invisible(character, position)
        marks = marks + 1 if category in _MARKS else 0
        if marks > MOST_MARKS or (marks and base == "Zs"):
            raise UnreadableError(
                "invisible_characters", f"Character {position} is an accent without its letter."
            )
        if not marks:
            base = category
    if base == "Cf":
        raise _invisible(text[-1], len(text))


def _may_follow(base: str, character: str, category: str) -> bool:
    """Tell whether a character has an appearance where it stands, behind one of category `base`."""
    if _SELECTORS.match(character):
        return base in _SELECTED
    if character in _JOINERS:
        return base in _JOINED
    return category not in _NO_APPEARANCE


def _invisible(character: str, position: int) -> UnreadableError:
    control = unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}
    code: Fault = "control_characters" if control else "invisible_characters"
    return UnreadableError(
        code, f"Character {position} (U+{ord(character):04X}) cannot be seen: take it out."
    )
