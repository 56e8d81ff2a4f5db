"""What the validation of one file's signatures shares: policy, material, proofs, one instant.

Everything is offline: nothing newer than the file is known.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from pyhanko.sign.validation.policy_decl import (
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.fetchers.api import FetcherBackend
from pyhanko_certvalidator.ltv.poe import POEManager, POEType
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.policy_decl import (
    CertRevTrustPolicy,
    FreshnessReqType,
    RevocationCheckingPolicy,
    RevocationCheckingRule,
)
from pyhanko_certvalidator.registry import SimpleTrustManager

from paraphe.adapters.trust.pades.validation import past_validation, validation_material
from paraphe.adapters.trust.pades.validation.trust_anchors import has

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asn1crypto import cms, x509
    from pyhanko.sign.ades.report import AdESSubIndic
    from pyhanko_certvalidator.context import ValidationDataHandlers

    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
    from paraphe.adapters.trust.pades.validation.validation_material import Material

_EITHER = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
_CHECKING = RevocationCheckingPolicy(_EITHER, _EITHER)
# Nothing newer than the file can be known without a network. For a time-stamp service, what was
# embedded stands as long as its certificate lives; for everybody else proof of the time is asked.
_STAMP_REVOCATION = CertRevTrustPolicy(
    _CHECKING,
    freshness=timedelta(days=16 * 366),
    freshness_req_type=FreshnessReqType.MAX_DIFF_REVOCATION_VALIDATION,
)


class _Offline(FetcherBackend):
    """There is no network here; nothing to open, nothing to close."""

    async def close(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class ValidationContext:
    """Roots for each purpose, one instant, one file.

    Attributes:
        anchors: signers' chains may end in `signing` only, time-stamps' in `stamping` only.
        material: certificates and revocation information of the file.
        now: the instant to validate for.
        proofs: what is proven to have existed, and since when.

    """

    anchors: Anchors
    material: Material
    now: datetime
    proofs: POEManager = field(init=False)
    _spec: SignatureValidationSpec = field(init=False)

    def __post_init__(self) -> None:
        self.proofs = POEManager(current_dt_override=self.now)
        signing = SimpleTrustManager.build(trust_roots=list(self.anchors.signing))
        stamping = SimpleTrustManager.build(trust_roots=list(self.anchors.stamping))
        self._spec = SignatureValidationSpec(
            CertValidationPolicySpec(signing, CertRevTrustPolicy(_CHECKING)),
            ts_cert_validation_policy=CertValidationPolicySpec(stamping, _STAMP_REVOCATION),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY, _Offline()
            ),
            local_knowledge=self.material.everything,
            key_usage_settings=KeyUsageConstraints(
                key_usage={"digital_signature", "non_repudiation"}
            ),
        )

    def register(self, encoded: Iterable[bytes], at: datetime) -> None:
        """Keep that all this existed at an instant, because a time-stamp that holds covers it."""
        for one in encoded:
            self.proofs.register(one, POEType.VALIDATION, at)

    def narrow(self, signed: cms.SignedData) -> SignatureValidationSpec:
        """With only what may speak for this signer's chain: each list costs time.

        Leaving something out can only turn a yes into a no, and then all of it is tried.
        """
        return replace(self._spec, local_knowledge=self.material.about(signed, self.anchors.all))

    def handlers(self, proofs: POEManager, spec: SignatureValidationSpec) -> ValidationDataHandlers:
        """What pyHanko looks certificates, answers and proofs up in."""
        return bootstrap_validation_data_handlers(
            spec, timing_info=self.timing(), poe_manager_override=proofs
        )

    def timing(self) -> ValidationTimingInfo:
        """The instant, as pyHanko asks for it."""
        return ValidationTimingInfo(self.now, self.now, point_in_time_validation=False)

    async def past_validation(
        self,
        signed: cms.SignedData,
        indication: AdESSubIndic,
        proofs: POEManager,
        narrow: SignatureValidationSpec,
    ) -> AdESSubIndic:
        """What past signature validation makes of an indication; the same where it cannot help."""
        specs = (narrow, self._spec)
        return await past_validation.validate(signed, indication, proofs, specs, self.now)

    def root(self, signed: cms.SignedData, status: object) -> x509.Certificate | None:
        """The end of the chain: of the path that was validated, else of any way up."""
        path = getattr(status, "validation_path", None)
        if path is None:
            ways = self._path_up(signed)
            is_end = ways and (
                validation_material.is_end(ways[-1]) or has(self.anchors.all, ways[-1])
            )
            return ways[-1] if is_end else None
        certificates = list(path.iter_certs(include_root=True))
        return certificates[0] if certificates else None

    def authorities(
        self, signed: cms.SignedData, signer: x509.Certificate, status: object
    ) -> list[x509.Certificate]:
        """The authorities between a signer and the end of its chain, both left out."""
        path = getattr(status, "validation_path", None)
        chain = list(path.iter_certs(include_root=True))[::-1] if path else self._path_up(signed)
        return [one for one in chain[1:-1] if one.dump() != signer.dump()]

    def _path_up(self, signed: cms.SignedData) -> list[x509.Certificate]:
        """The signer and those above it by name, when no path was validated."""
        return self.material.way_up(signed, self.anchors.all)
