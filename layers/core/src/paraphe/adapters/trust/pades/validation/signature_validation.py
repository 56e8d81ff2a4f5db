"""pyHanko's AdES validation with one set of roots for each purpose, at one instant, offline.

The steps of ETSI EN 319 102-1 §5.6.3, as pyHanko's `ades_lta_validation` takes them, in another
order of work: proofs of existence are gathered once for the file, not once for each signature;
"now" is the instant asked for everywhere; and past validation starts from what basic validation
said, so that a certificate which was over before the trusted time never passes.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator.ltv.poe import POEType

from paraphe.adapters.trust.pades.validation import past_validation, validation_material
from paraphe.adapters.trust.pades.validation.certificate_purposes import Fitness, of_signer
from paraphe.adapters.trust.pades.validation.timestamp_validation import (
    TimestampValidator,
    imprint_algorithm,
)
from paraphe.adapters.trust.pades.validation.validation_context import ValidationContext
from paraphe.adapters.trust.pades.validation.validation_results import SignatureResult

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from asn1crypto import cms

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature, Store
    from paraphe.adapters.trust.pades.validation.file_source import Source
    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
    from paraphe.adapters.trust.pades.validation.validation_material import Material
    from paraphe.adapters.trust.pades.validation.validation_results import TimestampResult

past_validation.install()


@dataclass(slots=True)
class SignatureValidator:
    """Validates the signatures of one file under one set of roots, for one instant.

    Attributes:
        anchors: signers' chains may end in `signing` only, time-stamps' in `stamping` only.
        store: the file's security store.
        now: the instant to validate for.
        known: what the store says, if it was read already.
        stamped: the document time-stamps that hold.

    """

    anchors: Anchors
    store: Store
    now: datetime
    known: Material | None = None
    stamped: list[EmbeddedSignature] = field(default_factory=list)
    _context: ValidationContext = field(init=False)
    _timestamps: TimestampValidator = field(init=False)

    def __post_init__(self) -> None:
        material = self.known or validation_material.knowledge(self.store)
        self._context = ValidationContext(self.anchors, material, self.now)
        self._timestamps = TimestampValidator(self._context)

    async def validate_timestamps(
        self,
        source: Source,
        signatures: Sequence[EmbeddedSignature],
        store_of: Callable[[EmbeddedSignature], Store],
    ) -> dict[str, TimestampResult]:
        """Validate the document time-stamps, newest first, and keep what each proves.

        An older one may lean on what a newer one proves, never the other way round.
        """
        stamps: dict[str, TimestampResult] = {}
        for one in sorted((f for f in signatures if f.is_stamp), key=lambda f: f.end, reverse=True):
            algorithm = imprint_algorithm(one.signed_data)
            stamp = await self._timestamps.validate(
                one.signed_data, functools.partial(_imprint, source, one)
            )
            stamps[one.field] = stamp
            if stamp.holds and algorithm:
                self.stamped.append(one)
                earlier = [f for f in signatures if f.end <= one.byte_range[1]]
                self._context.register(_covered(store_of(one), earlier), stamp.at)
        return stamps

    async def validate_archive_timestamp(
        self, token: cms.SignedData, imprint: Callable[[str], bytes], covered: Sequence[bytes]
    ) -> TimestampResult:
        """Validate a time-stamp over a signature and its material; what it covers existed then.

        The newest first: an older one may lean on what a newer one proves.
        """
        stamp = await self._timestamps.validate(token, imprint)
        if stamp.holds:
            self._context.register(covered, stamp.at)
        return stamp

    async def validate(self, source: Source, embedded: EmbeddedSignature) -> SignatureResult:
        """Validate one signature in the file."""
        return await self.validate_cms(
            embedded.signed_data, source.digest(digest_algorithm(embedded), embedded)
        )

    async def validate_cms(self, signed: cms.SignedData, digest: bytes) -> SignatureResult:
        """Validate one CMS signature over content of this digest."""
        context, signer = self._context, signed["signer_infos"][0]
        stamp = await self._timestamps.of_signature(signer)
        signature = signer["signature"].native
        proofs = copy.copy(context.proofs)
        if stamp is not None and stamp.holds:
            proofs.register(signature, POEType.VALIDATION, stamp.at)
        spec = context.narrow(signed)
        basic = await ades.ades_basic_validation(
            signed,
            spec,
            timing_info=context.timing(),
            raw_digest=digest,
            validation_data_handlers=context.handlers(proofs, spec),
            status_cls=PdfSignatureStatus,
        )
        indication = await context.past_validation(signed, basic.ades_subindic, proofs, spec)
        fitness = self._fitness(signed, basic.api_status)
        if indication is AdESPassed.OK and fitness is not Fitness.FIT:
            indication = AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE
        signer_cert = basic.api_status.signing_cert if basic.api_status else None
        if signer_cert is not None and proofs[signature] < signer_cert.not_valid_before:
            indication = AdESFailure.NOT_YET_VALID  # EN 319 102-1 §5.5.4: proven before it began
        concluded = ades.AdESLTAValidationResult(
            ades_subindic=indication,
            api_status=basic.api_status,
            failure_msg=None if indication is AdESPassed.OK else basic.failure_msg,
            validation_objects=basic.validation_objects,
            best_signature_time=proofs[signature],
            signature_not_before_time=None,
            oldest_evidence_record_timestamp=None,
            signature_timestamp_status=None,
        )
        return SignatureResult(concluded, context.root(signed, basic.api_status), stamp, fitness)

    def _fitness(self, signed: cms.SignedData, status: object) -> Fitness:
        signer = extract_certificate_info(signed).signer_cert
        return of_signer(signer, self._context.authorities(signed, signer, status))


def _covered(store: Store, earlier: Sequence[EmbeddedSignature]) -> Iterator[bytes]:
    """What a document time-stamp covers, and so existed at its instant."""
    yield from (*store.certificates, *store.ocsps, *store.crls)
    for embedded in earlier:
        for choice in embedded.signed_data["certificates"]:
            yield choice.chosen.dump()
        yield embedded.signer["signature"].native
        for token in generic_cms.extract_tst_data_iter(embedded.signer, signed=False):
            yield token["signer_infos"][0]["signature"].native


def digest_algorithm(embedded: EmbeddedSignature) -> str:
    """What the signed bytes are digested with."""
    if embedded.is_stamp:
        return imprint_algorithm(embedded.signed_data)
    return str(embedded.signer["digest_algorithm"]["algorithm"].native)


def _imprint(source: Source, embedded: EmbeddedSignature, algorithm: str) -> bytes:
    return source.digest(algorithm, embedded)
