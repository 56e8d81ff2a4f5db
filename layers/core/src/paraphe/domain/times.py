"""Instants as text: UTC, RFC 3339, milliseconds, `Z`."""

from datetime import UTC, datetime


def truncate(instant: datetime) -> datetime:
    """Return the instant in UTC without what is finer than a millisecond.

    Raises:
        ValueError: the instant has no time zone.

    """
    if instant.tzinfo is None:
        msg = "an instant needs a time zone"
        raise ValueError(msg)
    utc = instant.astimezone(UTC)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def to_text(instant: datetime) -> str:
    """Write an instant: `2026-01-31T12:00:00.000Z`."""
    return truncate(instant).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_text(text: str) -> datetime:
    """Read what `to_text` wrote.

    Raises:
        ValueError: not an RFC 3339 instant with a time zone.

    """
    return truncate(datetime.fromisoformat(text))
