"""A sentence in both languages."""

from __future__ import annotations

from dataclasses import dataclass

LANGUAGES = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in both languages; `{…}` are filled in by name."""

    fr: str
    en: str

    def say(self, lang: str, **values: object) -> str:
        """The sentence in a language."""
        return (self.fr if lang == "fr" else self.en).format(**values)
