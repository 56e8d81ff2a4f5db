"""What a firm may set, within which bounds, and what holds when it sets nothing."""

from dataclasses import dataclass, replace

from paraphe.domain.errors import InvalidError
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.sending_settings import Sending

# WCAG 2.2, 1.4.3: text on a ground of this colour, and this colour as text on white.
CONTRAST = 4.5
# Below it sRGB is linear (IEC 61966-2-1).
_DARK = 0.04045


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What to set; None leaves as it is. `notice_hour` -1 is to the minute."""

    code_minutes: int | None = None
    reminder_days: tuple[int, ...] | None = None
    notice_hour: int | None = None
    attach_originals: bool | None = None
    evidence_years: int | None = None
    locale: str | None = None
    phone_countries: tuple[str, ...] | None = None
    seal_at_end: bool | None = None
    brand_name: str | None = None
    brand_colour: str | None = None


TO_THE_MINUTE = -1
_SAME = ("reminder_days", "attach_originals", "evidence_years", "locale", "seal_at_end")


def changed(firm: Firm, change: SettingsChange) -> Firm:
    """Return the firm with other settings, for requests that are made from now on.

    Raises:
        InvalidError: `no_seal`, `colour_too_light`.

    """
    if change.seal_at_end and not firm.can_seal:
        raise InvalidError("no_seal", "This firm has no seal.", field="seal_at_end")
    if change.brand_colour and contrast_with_white(change.brand_colour) < CONTRAST:
        raise InvalidError(
            "colour_too_light",
            "White text on this colour cannot be read: choose a darker one (contrast 4.5).",
            field="brand/colour",
        )
    kept = (*_SAME, "brand_name", "brand_colour")
    fields = {name: getattr(change, name) for name in kept if getattr(change, name) is not None}
    if change.code_minutes is not None:
        fields["otp_minutes"] = change.code_minutes
    if change.notice_hour is not None:
        fields["notice_hour"] = None if change.notice_hour == TO_THE_MINUTE else change.notice_hour
    if change.phone_countries is not None:
        fields["sending"] = replace(firm.sending or Sending(), countries=change.phone_countries)
    return replace(firm, **fields, version=firm.version + 1)


def contrast_with_white(colour: str) -> float:
    """Return the contrast of `#rrggbb` with white, 1 to 21 (WCAG 2.2, contrast ratio)."""
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (_linear(part) for part in parts)
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    """Return the linear light of a part of sRGB."""
    return part / 12.92 if part <= _DARK else float(((part + 0.055) / 1.055) ** 2.4)
