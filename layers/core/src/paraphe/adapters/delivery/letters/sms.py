"""Text that fits into one SMS: at most 160 characters of GSM 7-bit (3GPP TS 23.038)."""

import unicodedata
from collections.abc import Callable

from paraphe.locales import Texts

MAX_CHARACTERS = 160
ALPHABET = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_INSTEAD = {
    "\u00a0": " ",
    "\u202f": " ",
    "\u2019": "'",
    "\u2018": "'",
    "\u201c": '"',
    "\u201d": '"',
    "«": '"',
    "»": '"',
    "\u2013": "-",
    "\u2014": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "€": "EUR",
}


def code_text(words: Texts, firm: str, code: str, minutes: int) -> str:
    """Write the SMS that carries a code; the firm's name is cut so that one SMS is enough (P9)."""

    def written(name: str) -> str:
        return to_gsm(
            words.tn(
                "{code} is your code to sign ({firm}). It works for {count} minute. "
                "Give it to nobody, not even to your accountant.",
                "{code} is your code to sign ({firm}). It works for {count} minutes. "
                "Give it to nobody, not even to your accountant.",
                minutes,
                code=code,
                firm=name,
            )
        )

    return _fitting(written, firm)


def seal_code_text(words: Texts, firm: str, code: str, minutes: int, documents: int) -> str:
    """Write the SMS with a member's code: it says what it seals, and how many (P21, P22)."""

    def written(name: str) -> str:
        return to_gsm(
            words.tn(
                "{code} is your code to affix the seal of {firm}. Documents: {documents}. "
                "It works for {count} minute. Give it to nobody.",
                "{code} is your code to affix the seal of {firm}. Documents: {documents}. "
                "It works for {count} minutes. Give it to nobody.",
                minutes,
                code=code,
                firm=name,
                documents=documents,
            )
        )

    return _fitting(written, firm)


def mobile_text(words: Texts, firm: str, code: str) -> str:
    """Write the SMS by which a member of a firm proves their mobile (P1)."""

    def written(name: str) -> str:
        return to_gsm(
            words.t(
                "{code} is your code to confirm your mobile for {firm} on Paraphe. It works for "
                "30 minutes. Give it to nobody.",
                code=code,
                firm=name,
            )
        )

    return _fitting(written, firm)


def _fitting(written: Callable[[str], str], firm: str) -> str:
    name = to_gsm(firm).strip() or "Paraphe"
    room = MAX_CHARACTERS - len(written(""))
    if len(name) > room:
        name = name[: room - 1].rstrip() + "."
    return written(name)


def to_gsm(text: str) -> str:
    """Return the nearest text in the GSM 7-bit alphabet: accents it lacks are left out."""
    return "".join(_letter(c) for c in text)


def _letter(character: str) -> str:
    if character in ALPHABET and character not in "\r\n":
        return character
    if character in _INSTEAD:
        return _INSTEAD[character]
    bare = "".join(c for c in unicodedata.normalize("NFKD", character) if c in ALPHABET)
    return bare if bare.isprintable() and bare else "" if character.isspace() else "?"
