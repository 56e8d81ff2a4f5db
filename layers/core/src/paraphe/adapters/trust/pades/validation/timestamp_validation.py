"""RFC 3161 tokens: whether each stamps what it should, under a root that is trusted for it."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cryptography import x509 as plain_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.ades.report import AdESPassed, AdESStatus
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.status import TimestampSignatureStatus

from paraphe.adapters.trust.pades.cms import der, tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.adapters.trust.pades.cms.signed_data import SIGNED_DATA
from paraphe.adapters.trust.pades.validation.certificate_purposes import of_stamper
from paraphe.adapters.trust.pades.validation.embedded_signature import MalformedError
from paraphe.adapters.trust.pades.validation.validation_results import TimestampResult

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from asn1crypto import cms, x509

    from paraphe.adapters.trust.pades.validation.validation_context import ValidationContext

_MAX_TOKENS = 8


@dataclass(slots=True)
class TimestampValidator:
    """Validates the tokens of one file; each service's certificate in full only once."""

    context: ValidationContext
    _services: dict[bytes, TimestampResult] = field(default_factory=dict)
    _plain: tuple[plain_x509.Certificate, ...] = ()

    async def validate(
        self, token: cms.SignedData, imprint: Callable[[str], bytes]
    ) -> TimestampResult:
        """Validate a token; a certificate that passed once is not validated again."""
        known = self._again(token, imprint)
        return known or await self._in_full(token, imprint)

    async def of_signature(self, signer: cms.SignerInfo) -> TimestampResult | None:
        """The time-stamp over the signature: the first that holds, unless another is broken.

        No signature covers unsigned attributes: a good one excuses none that is about something
        else.
        """
        imprint = generic_cms.message_imprint_checker(signer)
        tokens = list(generic_cms.extract_tst_data_iter(signer, signed=False))
        stamps = [await self.validate(token, imprint) for token in tokens[:_MAX_TOKENS]]
        if len(tokens) > _MAX_TOKENS:
            raise MalformedError("too many time-stamps")
        broken = next((one for one in stamps if one.broken), None)
        holding = next((one for one in stamps if one.holds), None)
        return broken or holding or (stamps[-1] if stamps else None)

    def _again(
        self, token: cms.SignedData, imprint: Callable[[str], bytes]
    ) -> TimestampResult | None:
        """A token by a certificate that pyHanko passed at this instant; None is not a no."""
        try:
            encoded = der.sequence(der.oid(SIGNED_DATA), der.explicit(0, token.untag().dump()))
            checked = tsp.verify_token(encoded, imprint("sha256"), self._plain_roots())
            earlier = self._services.get(checked.chain[0].public_bytes(Encoding.DER))
        except (TrustServiceRefusedError, ValueError, TypeError, AssertionError):
            return None
        return earlier and replace(earlier, at=checked.at)

    def _plain_roots(self) -> tuple[plain_x509.Certificate, ...]:
        if not self._plain:
            self._plain = tuple(
                plain_x509.load_der_x509_certificate(root.dump())
                for root in self.context.anchors.stamping
            )
        return self._plain

    async def _in_full(
        self, token: cms.SignedData, imprint: Callable[[str], bytes]
    ) -> TimestampResult:
        context = self.context
        spec = context.narrow(token)
        basic = await ades.ades_timestamp_validation(
            token,
            spec,
            imprint,
            timing_info=context.timing(),
            validation_data_handlers=context.handlers(copy.copy(context.proofs), spec),
            status_cls=TimestampSignatureStatus,
        )
        proofs = copy.copy(context.proofs)
        indication = await context.past_validation(token, basic.ades_subindic, proofs, spec)
        status = basic.api_status
        at = token["encap_content_info"]["content"].parsed["gen_time"].native
        signer = status.signing_cert if status else None
        fit = signer is not None and of_stamper(signer, context.authorities(token, signer, status))
        stamp = TimestampResult(
            at=at,
            holds=indication is AdESPassed.OK and fit and _lived(signer, at),
            broken=indication.status is AdESStatus.FAILED,
            fit=fit,
            root=context.root(token, status),
            certificate=signer,
        )
        if basic.ades_subindic is AdESPassed.OK and stamp.holds and stamp.certificate is not None:
            self._services[stamp.certificate.dump()] = stamp
        return stamp


def _lived(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether a service's certificate lived when its clock says that it stamped."""
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def imprint_algorithm(token: cms.SignedData) -> str:
    """What a time-stamp's imprint was made with."""
    info = token["encap_content_info"]["content"].parsed
    return str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
