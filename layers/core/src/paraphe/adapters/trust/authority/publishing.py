"""What validators fetch, renewed in time: the revocation list and the responder's certificate.

Each file is replaced only if it is still the one that was looked at, so that of two publishers at
once the slower one looks again, and what is published never goes back to an earlier state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from paraphe.adapters.trust.authority.built_in import CRL_LIFETIME, BuiltInAuthority
from paraphe.adapters.trust.authority.chain import ISSUING_CRL, RESPONDER, ROOT_CRL
from paraphe.adapters.trust.authority.responder import require_delegated
from paraphe.adapters.trust.pades.cms.errors import (
    TrustServiceRefusedError,
    TrustServiceUnavailableError,
)
from paraphe.ports.trust import PublishedEnds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraphe.adapters.trust.authority.built_in import CertificateAuthority
    from paraphe.adapters.trust.authority.chain import CaChain, PublicFiles, Tagged
    from paraphe.adapters.trust.pades.cms.ocsp import Revocation

RENEW_LIST_AFTER = CRL_LIFETIME / 2
RENEW_RESPONDER_BEFORE = timedelta(days=30)
# Clocks of two publishers differ a little.
_SKEW = timedelta(minutes=5)
_ATTEMPTS = 5
_LIST_TYPE, _CERTIFICATE_TYPE = "application/pkix-crl", "application/pkix-cert"


class ForgottenRevocationError(Exception):
    """The published list names revocations that the store has lost: nothing is published."""


def publish_list(
    authority: BuiltInAuthority, files: PublicFiles, now: datetime, *, anew: bool = False
) -> tuple[x509.CertificateRevocationList, bool]:
    """Publish the list of end certificates, if it is needed; return it, and whether it is new.

    It is needed when there is none, when half of its life is over and when a revocation is missing.
    Its number grows with each issue (RFC 5280 §5.2.3).

    Args:
        authority: whose list it is.
        files: where it is published.
        now: the instant, UTC.
        anew: also when it is not needed.

    Raises:
        ForgottenRevocationError: what is revoked stays revoked.
        TrustServiceUnavailableError: others published all the time.

    """
    for _ in range(_ATTEMPTS):
        found = files.tagged(ISSUING_CRL)
        published = _own_list(authority.chain.issuing, found)
        revoked = authority.revocations.all()
        if published is not None:
            _require_remembered(published, revoked)
            if not anew and _is_current(published, revoked, now):
                return published, False
        made = authority.crl(now, _number(published))
        if files.replace(ISSUING_CRL, made, _LIST_TYPE, found.tag if found else None):
            return x509.load_der_x509_crl(made), True
    raise TrustServiceUnavailableError("others publish the revocation list at the same time")


def publish_own_list(
    authority: CertificateAuthority, files: PublicFiles, now: datetime, *, anew: bool = False
) -> x509.CertificateRevocationList | None:
    """Publish the built-in authority's list, as `publish_list` does; None: AWS publishes its own.

    Raises what `publish_list` raises.
    """
    if not isinstance(authority, BuiltInAuthority):
        return None
    return publish_list(authority, files, now, anew=anew)[0]


def publish_responder(
    authority: BuiltInAuthority, files: PublicFiles, key_id: str, now: datetime
) -> tuple[x509.Certificate, bool]:
    """Certify the OCSP responder, if it is needed; return its certificate, and whether it is new.

    It is needed when there is none, when it is another key's or another authority's, and in its
    last 30 days.

    Args:
        authority: certifies it.
        files: where the certificate is published.
        key_id: the responder's key.
        now: the instant, UTC.

    Raises:
        CertificateExpiredError: the authority is over.
        TrustServiceUnavailableError: others published all the time.

    """
    for _ in range(_ATTEMPTS):
        found = files.tagged(RESPONDER)
        published = _own_responder(authority, found, key_id)
        if published is not None and _serves_on(published, authority.chain.issuing, now):
            return published, False
        made = authority.certify_responder(key_id, now)
        content = made.public_bytes(Encoding.DER)
        if files.replace(RESPONDER, content, _CERTIFICATE_TYPE, found.tag if found else None):
            return made, True
    raise TrustServiceUnavailableError("others certify the responder at the same time")


def ends_by_ceremony(chain: CaChain) -> dict[str, datetime]:
    """Whose end only the key ceremony can put off, and when it comes."""
    ends = {
        "root authority": chain.root.not_valid_after_utc,
        "issuing authority": chain.issuing.not_valid_after_utc,
    }
    for crl in chain.crls:
        until = x509.load_der_x509_crl(crl).next_update_utc
        if until is not None:
            ends["root list"] = until
    return ends


@dataclass(frozen=True, slots=True)
class StatusPublishing:
    """Keeps `StatusPublisher`.

    Attributes:
        authority: signs the list and certifies the responder.
        files: where both are published.
        responder_key_id: the responder's key.

    """

    authority: BuiltInAuthority
    files: PublicFiles
    responder_key_id: str

    def renew_list(self, now: datetime) -> bool:
        """Keep `StatusPublisher.renew_list`."""
        return publish_list(self.authority, self.files, now)[1]

    def renew_responder(self, now: datetime) -> bool:
        """Keep `StatusPublisher.renew_responder`."""
        return publish_responder(self.authority, self.files, self.responder_key_id, now)[1]

    def ends(self) -> PublishedEnds:
        """Keep `StatusPublisher.ends`: read from where validators read."""
        issuing = self.authority.chain.issuing
        listed = _own_list(issuing, self.files.tagged(ISSUING_CRL))
        responder = _own_responder(
            self.authority, self.files.tagged(RESPONDER), self.responder_key_id
        )
        return PublishedEnds(
            None if listed is None else listed.next_update_utc,  # an empty list is false
            None if responder is None else responder.not_valid_after_utc,
            ends_by_ceremony(self._chain()),
        )

    def _chain(self) -> CaChain:
        """The chain with the root's list as it is now: a process may outlive a ceremony."""
        found = self.files.tagged(ROOT_CRL)
        chain = self.authority.chain
        return chain if found is None else replace(chain, crls=(found.content,))


def _own_list(
    issuing: x509.Certificate, found: Tagged | None
) -> x509.CertificateRevocationList | None:
    """What is published, if it is the authority's; anything else is to be replaced."""
    if found is None:
        return None
    try:
        listed = x509.load_der_x509_crl(found.content)
        own = listed.is_signature_valid(issuing.public_key())  # type: ignore[arg-type] # an EC key
    except (TypeError, ValueError):
        return None
    return listed if own else None


def _is_current(
    published: x509.CertificateRevocationList, revoked: Mapping[int, Revocation], now: datetime
) -> bool:
    issued = published.last_update_utc
    in_time = issued - _SKEW <= now < issued + RENEW_LIST_AFTER
    return in_time and revoked.keys() <= {entry.serial_number for entry in published}


def _require_remembered(
    published: x509.CertificateRevocationList, revoked: Mapping[int, Revocation]
) -> None:
    lost = {entry.serial_number for entry in published} - revoked.keys()
    if lost:
        raise ForgottenRevocationError(f"{len(lost)} revocations are listed but not stored")


def _number(published: x509.CertificateRevocationList | None) -> int:
    if published is None:
        return 0
    try:
        return published.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    except x509.ExtensionNotFound:
        return 0


def _own_responder(
    authority: BuiltInAuthority, found: Tagged | None, key_id: str
) -> x509.Certificate | None:
    """What is published, if it is this key's and this authority's."""
    if found is None:
        return None
    try:
        certificate = x509.load_der_x509_certificate(found.content)
        require_delegated(certificate, authority.chain.issuing)
    except (TrustServiceRefusedError, ValueError):
        return None
    mine = certificate.public_key() == authority.keys.public_key(key_id)
    return certificate if mine else None


def _serves_on(published: x509.Certificate, issuing: x509.Certificate, now: datetime) -> bool:
    """Valid now and for a month more, or for as long as its authority is."""
    end = published.not_valid_after_utc
    lasts = end > now + RENEW_RESPONDER_BEFORE or end >= issuing.not_valid_after_utc
    return published.not_valid_before_utc <= now < end and lasts
