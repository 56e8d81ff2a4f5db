"""Subjects of certificates: authorities, people, firms, services (docs/CERTIFICATE_POLICY.md)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from paraphe.domain.trust.identities import SealIdentity, SignerIdentity

_RESPONDER = " OCSP"
_MAX_NAME = 64  # ub-common-name, RFC 5280 appendix A


def ca_name(common_name: str, organization: str) -> x509.Name:
    """C, O, CN of a certificate authority."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organization)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(common_name)),
        ]
    )


def person_name(identity: SignerIdentity) -> x509.Name:
    """Subject of a natural person (ETSI EN 319 412-2 §4.2.4); serialNumber is the transaction."""
    attributes = [x509.NameAttribute(NameOID.COUNTRY_NAME, identity.country)]
    if identity.given_name:
        attributes.append(x509.NameAttribute(NameOID.GIVEN_NAME, _cut(identity.given_name)))
    if identity.surname:
        attributes.append(x509.NameAttribute(NameOID.SURNAME, _cut(identity.surname)))
    attributes += [
        x509.NameAttribute(NameOID.SERIAL_NUMBER, printable(identity.transaction_id)),
        x509.NameAttribute(NameOID.COMMON_NAME, _cut(identity.display_name)),
    ]
    return x509.Name(attributes)


def seal_name(identity: SealIdentity) -> x509.Name:
    """Subject of a legal person (ETSI EN 319 412-3 §4.2.1).

    Raises:
        ValueError: the SIREN is not nine digits.

    """
    if not re.fullmatch(r"[0-9]{9}", identity.siren):
        message = "a SIREN has nine digits"
        raise ValueError(message)
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, identity.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(identity.firm_name)),
            x509.NameAttribute(NameOID.ORGANIZATION_IDENTIFIER, f"NTRFR-{identity.siren}"),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(identity.firm_name)),
        ]
    )


def responder_name(issuer: x509.Name) -> x509.Name:
    """Subject of the OCSP responder: its issuer's, with another common name."""
    kept = [a for a in issuer if a.oid != NameOID.COMMON_NAME]
    names = issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    called = " ".join(str(a.value) for a in names)[: _MAX_NAME - len(_RESPONDER)]
    return x509.Name([*kept, x509.NameAttribute(NameOID.COMMON_NAME, _cut(called + _RESPONDER))])


def printable(text: str) -> str:
    """A PrintableString (X.680 §41.4), as serialNumber must be: `sr_1` becomes `sr-1`."""
    return re.sub(r"[^A-Za-z0-9 '()+,./:=?-]", "-", text)[:_MAX_NAME]


def _cut(text: str) -> str:
    """The longest beginning of 64 octets: what every validator counts as ub-common-name."""
    return text.encode()[:_MAX_NAME].decode("utf-8", "ignore")
