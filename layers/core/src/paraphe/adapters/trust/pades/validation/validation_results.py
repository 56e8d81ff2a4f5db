"""What validation concludes of one time-stamp and of one signature (ETSI EN 319 102-1 §5)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyhanko.sign.ades.report import AdESPassed

from paraphe.adapters.trust.pades.validation.certificate_purposes import Fitness

if TYPE_CHECKING:
    from datetime import datetime

    from asn1crypto import x509
    from pyhanko.sign.ades.report import AdESSubIndic
    from pyhanko.sign.validation.ades import AdESLTAValidationResult


@dataclass(frozen=True, slots=True)
class TimestampResult:
    """What validation says of one RFC 3161 token.

    Attributes:
        at: its instant.
        holds: it stamps what it should, under a root that is trusted for it.
        broken: it stamps something else, or its signature is wrong.
        fit: its certificate is for time-stamps and nothing else.
        root: the end of its chain.
        certificate: the service's.

    """

    at: datetime
    holds: bool
    broken: bool
    fit: bool
    root: x509.Certificate | None
    certificate: x509.Certificate | None


@dataclass(frozen=True, slots=True)
class SignatureResult:
    """What validation says of one signature.

    Attributes:
        ades: pyHanko's, complete enough for an ETSI TS 119 102-2 report.
        root: the end of the signer's chain.
        stamp: the signature's own time-stamp.
        fitness: whether the signer's certificate, and those above it, are for signing documents.

    """

    ades: AdESLTAValidationResult
    root: x509.Certificate | None = None
    stamp: TimestampResult | None = None
    fitness: Fitness = Fitness.FIT

    @property
    def indication(self) -> AdESSubIndic:
        """ETSI's word for it."""
        return self.ades.ades_subindic

    @property
    def passed(self) -> bool:
        """TOTAL-PASSED, the time-stamp included, by a certificate that signs documents."""
        return self.indication is AdESPassed.OK and (self.stamp is None or self.stamp.holds)
