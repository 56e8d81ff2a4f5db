"""Shapes of a firm's settings."""

from typing import Annotated, Any, Literal, Self

from phonenumbers import SUPPORTED_REGIONS
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from paraphe.contracts.fields import Locale, Name, NotNull, ReminderDays, WithoutNull
from paraphe.contracts.shapes import Sent
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.firm_settings import TO_THE_MINUTE, SettingsChange
from paraphe.domain.firms.sending_settings import Sending


def _countries(codes: tuple[str, ...]) -> tuple[str, ...]:
    for code in codes:
        if code not in SUPPORTED_REGIONS:
            raise PydanticCustomError("country_unknown", "Countries are ISO 3166-1 codes: FR, BE.")
    return tuple(dict.fromkeys(codes))


CodeMinutes = Annotated[int, Field(ge=5, le=30, description="How long a code works (P9).")]
NoticeHour = Annotated[
    int,
    Field(
        ge=0,
        le=23,
        description="From which hour of the day on, in Paris, automatic reminders go out; null: to"
        " the minute (P15).",
    ),
]
Originals = Annotated[
    Literal["attached", "link"],
    Field(description="Whether signed originals are attached to mails, or linked only (P17)."),
]
EvidenceYears = Annotated[
    int, Field(ge=5, le=10, description="How long evidence is kept; a template may say less.")
]
Countries = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], ...],
    Field(
        min_length=1,
        max_length=250,
        strict=False,  # what a validator has seen is a list
        description="Countries of phones that codes are sent to, ISO 3166-1.",
    ),
    AfterValidator(_countries),
]
Colour = Annotated[
    str,
    Field(
        pattern=r"^#[0-9a-f]{6}$",
        description="Of buttons and links on signers' pages; white text on it must be readable.",
    ),
]


class BrandChanges(Sent):
    """How signers see the firm; null takes a value away."""

    name: Annotated[Name | None, WithoutNull()] = Field(
        default=None, description="Shown instead of the legal name, which evidence keeps."
    )
    colour: Colour | None = None


class SettingsChanges(Sent):
    """What to set; what is left out stays."""

    model_config = ConfigDict(
        json_schema_extra={
            "minProperties": 1,
            "examples": [{"code_minutes": 10, "originals": "link"}],
        }
    )

    code_minutes: Annotated[CodeMinutes | None, NotNull, WithoutNull()] = None
    reminder_days: Annotated[ReminderDays | None, NotNull, WithoutNull()] = None
    notice_hour: NoticeHour | None = None
    originals: Annotated[Originals | None, NotNull, WithoutNull()] = None
    evidence_years: Annotated[EvidenceYears | None, NotNull, WithoutNull()] = None
    locale: Annotated[Locale | None, NotNull, WithoutNull()] = Field(
        default=None, description="Of what the firm itself is written."
    )
    phone_countries: Annotated[Countries | None, NotNull, WithoutNull()] = None
    seal_at_end: Annotated[bool | None, NotNull, WithoutNull()] = Field(
        default=None, description="Whether every request ends with the firm's seal (P21)."
    )
    brand: Annotated[BrandChanges | None, NotNull, WithoutNull()] = None

    @model_validator(mode="before")
    @classmethod
    def _something(cls, data: Any) -> Any:  # noqa: ANN401 (whatever was sent)
        if data == {}:
            raise PydanticCustomError("nothing_to_change", "Say what to change.")
        return data

    def to_domain(self) -> SettingsChange:
        """Return the domain's value."""
        hour = self.notice_hour
        if "notice_hour" in self.model_fields_set and hour is None:
            hour = TO_THE_MINUTE
        brand = self.brand.model_dump(exclude_unset=True) if self.brand else {}
        return SettingsChange(
            code_minutes=self.code_minutes,
            reminder_days=self.reminder_days,
            notice_hour=hour,
            attach_originals=None if self.originals is None else self.originals == "attached",
            evidence_years=self.evidence_years,
            locale=self.locale,
            phone_countries=self.phone_countries,
            seal_at_end=self.seal_at_end,
            brand_name=(brand["name"] or "") if "name" in brand else None,
            brand_colour=(brand["colour"] or "") if "colour" in brand else None,
        )


class BrandOut(BaseModel):
    """How signers see the firm."""

    name: str | None = Field(description="Shown instead of the legal name; null: that one.")
    colour: str | None = Field(description="Of buttons and links; null: Paraphe's own.")


class LimitsOut(BaseModel):
    """What the operator lets the firm send in a day (UTC)."""

    sms_per_number: int = Field(description="Codes to one phone.")
    sms_per_day: int = Field(description="Codes in all.")
    mails_per_address: int = Field(description="E-mails to one person that a call causes.")
    mails_per_day: int = Field(description="Such e-mails in all.")


class SettingsOut(BaseModel):
    """A firm's settings: requests that are made from now on take them."""

    name: str = Field(description="The legal name: in evidence, and in the seal's certificate.")
    siren: str | None = Field(description="Its number in the French register.")
    code_minutes: CodeMinutes
    reminder_days: ReminderDays
    notice_hour: NoticeHour | None
    originals: Originals
    evidence_years: EvidenceYears
    locale: Locale = Field(description="Of what the firm itself is written.")
    phone_countries: tuple[str, ...] = Field(
        description="Countries of phones that codes are sent to, ISO 3166-1."
    )
    can_seal: bool = Field(description="Whether it has a seal (P21).")
    seal_at_end: bool = Field(description="Whether every request ends with the firm's seal (P21).")
    brand: BrandOut = Field(description="How signers see the firm.")
    limits: LimitsOut = Field(description="Set by the operator.")

    @classmethod
    def of(cls, firm: Firm) -> Self:
        """Show a firm's settings."""
        sending = firm.sending or Sending()
        return cls(
            name=firm.name,
            siren=firm.siren,
            code_minutes=firm.otp_minutes,
            reminder_days=firm.reminder_days,
            notice_hour=firm.notice_hour,
            originals="attached" if firm.attach_originals else "link",
            evidence_years=firm.evidence_years,
            locale="fr" if firm.locale == "fr" else "en",
            phone_countries=sending.countries,
            can_seal=firm.can_seal,
            seal_at_end=firm.seal_at_end,
            brand=BrandOut(name=firm.brand_name or None, colour=firm.brand_colour or None),
            limits=LimitsOut(
                sms_per_number=sending.sms_per_number,
                sms_per_day=sending.sms_per_day,
                mails_per_address=sending.mails_per_address,
                mails_per_day=sending.mails_per_day,
            ),
        )
