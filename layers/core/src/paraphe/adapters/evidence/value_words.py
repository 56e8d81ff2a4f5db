"""How instants and missing values are written on the pages of the evidence."""

from zoneinfo import ZoneInfo

from paraphe.domain import times
from paraphe.locales import ZONE


def instant(text: str | None) -> str:
    """Return `25/11/2026 23:59:04.309 (UTC+01:00)`, or a dash for none."""
    if not text:
        return "–"
    local = times.from_text(text).astimezone(ZoneInfo(ZONE))
    offset = f"{local:%z}"
    text = f"{local:%d/%m/%Y %H:%M:%S}.{local.microsecond // 1000:03d}"
    return f"{text} (UTC{offset[:3]}:{offset[3:]})"


def or_dash(value: object) -> str:
    """Return a value as text, or a dash where there is none."""
    return "–" if value is None or value == "" else str(value)
