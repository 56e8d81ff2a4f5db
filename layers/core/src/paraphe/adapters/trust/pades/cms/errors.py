"""What can go wrong between us and a trust service."""

from __future__ import annotations

from paraphe.domain.errors import TransientError


class TrustServiceError(Exception):
    """Base: a trust service did not give what was asked. Never holds personal data."""


class TrustServiceUnavailableError(TrustServiceError, TransientError):
    """Not now: a time-out, a refused connection, a 5xx answer. The caller may try again."""


class TrustServiceRefusedError(TrustServiceError):
    """Never, as asked: a rejected request, or an answer that does not verify."""


class CertificateExpiredError(TrustServiceError):
    """A certificate outside its validity never signs."""


class CertificateEndsTooSoonError(CertificateExpiredError):
    """What proves its status outlives the certificate: the long-term verdict would fail."""
