"""Whom certificates are issued to, in values: people and firms."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SignerIdentity:
    """The natural person that a certificate names.

    Attributes:
        display_name: as the person is shown, in any script.
        transaction_id: the act of signing; becomes the subject's serialNumber.
        email: goes into subjectAltName when it can be written there.
        given_name: empty when unknown.
        surname: empty when unknown.
        country: ISO 3166-1 alpha-2.

    """

    display_name: str
    transaction_id: str
    email: str | None = None
    given_name: str = ""
    surname: str = ""
    country: str = "FR"


@dataclass(frozen=True, slots=True)
class SealIdentity:
    """The legal person that a seal's certificate names (ETSI EN 319 412-3 §4.2.1).

    Attributes:
        firm_name: the legal name.
        siren: nine digits; becomes organizationIdentifier ``NTRFR-<SIREN>``.
        country: ISO 3166-1 alpha-2.

    """

    firm_name: str
    siren: str
    country: str = "FR"
