"""pyHanko's AdES validation with one set of roots for each purpose, at one instant, offline.

The steps of ETSI EN 319 102-1 §5.6.3, as pyHanko's `ades_lta_validation` takes them, in another
order of work: proofs of existence are gathered once for the file, not once for each signature;
"now" is the instant asked for everywhere; and past validation starts from what basic validation
said, so that a certificate which was over before the trusted time never passes.
"""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from cryptography import x509 as plain_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.ades.report import (
    AdESFailure,
    AdESIndeterminate,
    AdESPassed,
    AdESStatus,
    AdESSubIndic,
)
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.policy_decl import (
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)
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

from paraphe.adapters.trust.pades.cms import der, tsp
from paraphe.adapters.trust.pades.cms.errors import TrustServiceRefusedError
from paraphe.adapters.trust.pades.cms.signed_data import SIGNED_DATA
from paraphe.adapters.trust.pades.validation import names, past_validation, validation_material
from paraphe.adapters.trust.pades.validation.certificate_purposes import (
    Fitness,
    of_signer,
    of_stamper,
)
from paraphe.adapters.trust.pades.validation.embedded_signature import MalformedError
from paraphe.adapters.trust.pades.validation.past_validation import OVER, stood
from paraphe.adapters.trust.pades.validation.trust_anchors import has

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asn1crypto import cms, x509
    from pyhanko_certvalidator.context import ValidationDataHandlers

    from paraphe.adapters.trust.pades.validation.embedded_signature import Found, Store
    from paraphe.adapters.trust.pades.validation.file_source import Source
    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
    from paraphe.adapters.trust.pades.validation.validation_material import Material

names.install()
past_validation.install()

# What basic validation may say and proof of an earlier time may still mend (§5.6.3.4).
_MENDABLE = frozenset(
    {
        AdESIndeterminate.REVOKED_NO_POE,
        AdESIndeterminate.REVOKED_CA_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.TRY_LATER,
    }
)
_REVOKED = frozenset({AdESIndeterminate.REVOKED_NO_POE, AdESIndeterminate.REVOKED_CA_NO_POE})
_EITHER = RevocationCheckingRule.CRL_OR_OCSP_REQUIRED
_MAX_TOKENS = 8
# Somebody's proof needs itself as proof; or an answer, a list or a chain is not good for anything.
_NO_HELP = (
    RecursionError,
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)
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


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was found about one RFC 3161 token.

    Attributes:
        at: its instant.
        holds: it stamps what it should, under a root of this court.
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
class Ruling:
    """What was found about one signature.

    Attributes:
        result: pyHanko's, complete enough for an ETSI TS 119 102-2 report.
        root: the end of the signer's chain.
        stamp: the signature's own time-stamp.
        fitness: whether the signer's certificate, and those above it, are for signing documents.

    """

    result: ades.AdESLTAValidationResult
    root: x509.Certificate | None = None
    stamp: Stamp | None = None
    fitness: Fitness = Fitness.FIT

    @property
    def indication(self) -> AdESSubIndic:
        """ETSI's word for it."""
        return self.result.ades_subindic

    @property
    def passed(self) -> bool:
        """TOTAL-PASSED, the time-stamp included, by a certificate that signs documents."""
        return self.indication is AdESPassed.OK and (self.stamp is None or self.stamp.holds)


@dataclass(slots=True)
class Court:
    """Roots for each purpose, one instant, one file.

    Attributes:
        anchors: signers' chains may end in `signing` only, time-stamps' in `stamping` only.
        store: the file's security store.
        now: the instant to judge for.
        known: what the store says, if it was read already.

    """

    anchors: Anchors
    store: Store
    now: datetime
    known: Material | None = None
    stamped: list[Found] = field(default_factory=list)
    _services: dict[bytes, Stamp] = field(default_factory=dict)
    _plain: tuple[plain_x509.Certificate, ...] = ()
    _material: Material = field(init=False)
    _proofs: POEManager = field(init=False)
    _spec: SignatureValidationSpec = field(init=False)

    def __post_init__(self) -> None:
        self._material = self.known or validation_material.knowledge(self.store)
        self._proofs = POEManager(current_dt_override=self.now)
        signing = SimpleTrustManager.build(trust_roots=list(self.anchors.signing))
        stamping = SimpleTrustManager.build(trust_roots=list(self.anchors.stamping))
        self._spec = SignatureValidationSpec(
            CertValidationPolicySpec(signing, CertRevTrustPolicy(_CHECKING)),
            ts_cert_validation_policy=CertValidationPolicySpec(stamping, _STAMP_REVOCATION),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY, _Offline()
            ),
            local_knowledge=self._material.everything,
            key_usage_settings=KeyUsageConstraints(
                key_usage={"digital_signature", "non_repudiation"}
            ),
        )

    async def hear_timestamps(
        self, source: Source, found: Sequence[Found], store_of: Callable[[Found], Store]
    ) -> dict[str, Stamp]:
        """Judge the document time-stamps, newest first, and keep what each proves.

        An older one may lean on what a newer one proves, never the other way round.
        """
        stamps: dict[str, Stamp] = {}
        for one in sorted((f for f in found if f.is_stamp), key=lambda f: f.end, reverse=True):
            algorithm = imprint_algorithm(one.signed_data)
            stamp = await self._stamp(one.signed_data, functools.partial(_imprint, source, one))
            stamps[one.field] = stamp
            if stamp.holds and algorithm:
                self.stamped.append(one)
                earlier = [f for f in found if f.end <= one.byte_range[1]]
                self._prove(stamp.at, store_of(one), earlier)
        return stamps

    async def hear_archive(
        self, token: cms.SignedData, imprint: Callable[[str], bytes], covered: Sequence[bytes]
    ) -> Stamp:
        """Judge a time-stamp over a signature and its material; what it covers existed then.

        The newest first: an older one may lean on what a newer one proves.
        """
        stamp = await self._stamp(token, imprint)
        if stamp.holds:
            for encoded in covered:
                self._proofs.register(encoded, POEType.VALIDATION, stamp.at)
        return stamp

    async def hear(self, source: Source, found: Found) -> Ruling:
        """Judge one signature in the file."""
        return await self.hear_cms(found.signed_data, source.digest(digest_algorithm(found), found))

    async def hear_cms(self, signed: cms.SignedData, digest: bytes) -> Ruling:
        """Judge one CMS signature over content of this digest."""
        signer = signed["signer_infos"][0]
        stamp = await self._signature_stamp(signer)
        signature = signer["signature"].native
        proofs = copy.copy(self._proofs)
        if stamp is not None and stamp.holds:
            proofs.register(signature, POEType.VALIDATION, stamp.at)
        spec = self._narrow(signed)
        basic = await ades.ades_basic_validation(
            signed,
            spec,
            timing_info=self._timing(),
            raw_digest=digest,
            validation_data_handlers=self._handlers(proofs, spec),
            status_cls=PdfSignatureStatus,
        )
        indication = await self._mend(signed, basic.ades_subindic, proofs)
        fitness = self._fitness(signed, basic.api_status)
        if indication is AdESPassed.OK and fitness is not Fitness.FIT:
            indication = AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE
        signer_cert = basic.api_status.signing_cert if basic.api_status else None
        if signer_cert is not None and proofs[signature] < signer_cert.not_valid_before:
            indication = AdESFailure.NOT_YET_VALID  # EN 319 102-1 §5.5.4: proven before it began
        result = ades.AdESLTAValidationResult(
            ades_subindic=indication,
            api_status=basic.api_status,
            failure_msg=None if indication is AdESPassed.OK else basic.failure_msg,
            validation_objects=basic.validation_objects,
            best_signature_time=proofs[signature],
            signature_not_before_time=None,
            oldest_evidence_record_timestamp=None,
            signature_timestamp_status=None,
        )
        return Ruling(result, self._root(signed, basic.api_status), stamp, fitness)

    async def _signature_stamp(self, signer: cms.SignerInfo) -> Stamp | None:
        """The time-stamp over the signature: the first that holds, unless another is broken.

        No signature covers unsigned attributes: a good one excuses none that is about something
        else.
        """
        imprint = generic_cms.message_imprint_checker(signer)
        tokens = list(generic_cms.extract_tst_data_iter(signer, signed=False))
        stamps = [await self._stamp(token, imprint) for token in tokens[:_MAX_TOKENS]]
        if len(tokens) > _MAX_TOKENS:
            raise MalformedError("too many time-stamps")
        broken = next((one for one in stamps if one.broken), None)
        holding = next((one for one in stamps if one.holds), None)
        return broken or holding or (stamps[-1] if stamps else None)

    async def _stamp(self, token: cms.SignedData, imprint: Callable[[str], bytes]) -> Stamp:
        """Judge a token; a service's certificate that passed once is not judged again."""
        known = self._again(token, imprint)
        return known or await self._whole_stamp(token, imprint)

    def _again(self, token: cms.SignedData, imprint: Callable[[str], bytes]) -> Stamp | None:
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
                plain_x509.load_der_x509_certificate(root.dump()) for root in self.anchors.stamping
            )
        return self._plain

    async def _whole_stamp(self, token: cms.SignedData, imprint: Callable[[str], bytes]) -> Stamp:
        spec = self._narrow(token)
        basic = await ades.ades_timestamp_validation(
            token,
            spec,
            imprint,
            timing_info=self._timing(),
            validation_data_handlers=self._handlers(copy.copy(self._proofs), spec),
            status_cls=TimestampSignatureStatus,
        )
        proofs = copy.copy(self._proofs)
        indication = await self._mend(token, basic.ades_subindic, proofs)
        status = basic.api_status
        at = token["encap_content_info"]["content"].parsed["gen_time"].native
        signer = status.signing_cert if status else None
        fit = signer is not None and of_stamper(signer, self._above(token, signer, status))
        stamp = Stamp(
            at=at,
            holds=indication is AdESPassed.OK and fit and _lived(signer, at),
            broken=indication.status is AdESStatus.FAILED,
            fit=fit,
            root=self._root(token, status),
            certificate=signer,
        )
        if basic.ades_subindic is AdESPassed.OK and stamp.holds and stamp.certificate is not None:
            self._services[stamp.certificate.dump()] = stamp
        return stamp

    async def _mend(
        self, signed: cms.SignedData, indication: AdESSubIndic, proofs: POEManager
    ) -> AdESSubIndic:
        """Past signature validation (§5.6.2.4), where it may help.

        pyHanko calls it a general failure when one answer is stale and others are about other
        certificates; that is a `TRY_LATER`, and past validation checks the whole chain again.
        """
        asked = indication
        if indication is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
            asked = AdESIndeterminate.TRY_LATER
        if not isinstance(asked, AdESIndeterminate) or asked not in _MENDABLE:
            return indication
        try:
            mended = await self._past(signed, asked, proofs)
        except _NO_HELP:
            return indication
        if mended is AdESPassed.OK:
            return mended
        return mended if asked is indication and asked not in _REVOKED else indication

    async def _past(
        self, signed: cms.SignedData, asked: AdESIndeterminate, proofs: POEManager
    ) -> AdESSubIndic:
        if asked in OVER and await stood(signed, self._spec, copy.copy(proofs)):
            return AdESPassed.OK
        mended: AdESSubIndic = asked
        for spec in (self._narrow(signed), self._spec):
            with past_validation.judged_for(self.now):
                mended = await ades.ades_past_signature_validation(
                    signed, spec, copy.copy(proofs), asked, self.now
                )
            if mended is AdESPassed.OK:
                break
        return mended

    def _prove(self, at: datetime, store: Store, earlier: Sequence[Found]) -> None:
        """What a document time-stamp covers existed at its instant."""
        for encoded in (*store.certificates, *store.ocsps, *store.crls):
            self._proofs.register(encoded, POEType.VALIDATION, at)
        for found in earlier:
            for choice in found.signed_data["certificates"]:
                self._proofs.register(choice.chosen.dump(), POEType.VALIDATION, at)
            self._proofs.register(found.signer["signature"].native, POEType.VALIDATION, at)
            for token in generic_cms.extract_tst_data_iter(found.signer, signed=False):
                signature = token["signer_infos"][0]["signature"].native
                self._proofs.register(signature, POEType.VALIDATION, at)

    def _narrow(self, signed: cms.SignedData) -> SignatureValidationSpec:
        """With only what may speak for this signer's chain: each list costs time.

        Leaving something out can only turn a yes into a no, and then all of it is tried.
        """
        return replace(self._spec, local_knowledge=self._material.about(signed, self.anchors.all))

    def _handlers(
        self, proofs: POEManager, spec: SignatureValidationSpec
    ) -> ValidationDataHandlers:
        return bootstrap_validation_data_handlers(
            spec, timing_info=self._timing(), poe_manager_override=proofs
        )

    def _timing(self) -> ValidationTimingInfo:
        return ValidationTimingInfo(self.now, self.now, point_in_time_validation=False)

    def _root(self, signed: cms.SignedData, status: object) -> x509.Certificate | None:
        """The end of the chain: of the path that was validated, else of any way up."""
        path = getattr(status, "validation_path", None)
        if path is None:
            ways = self._ways(signed)
            is_end = ways and (
                validation_material.is_end(ways[-1]) or has(self.anchors.all, ways[-1])
            )
            return ways[-1] if is_end else None
        certificates = list(path.iter_certs(include_root=True))
        return certificates[0] if certificates else None

    def _above(
        self, signed: cms.SignedData, signer: x509.Certificate, status: object
    ) -> list[x509.Certificate]:
        """The authorities between a signer and the end of its chain, both left out."""
        path = getattr(status, "validation_path", None)
        chain = list(path.iter_certs(include_root=True))[::-1] if path else self._ways(signed)
        return [one for one in chain[1:-1] if one.dump() != signer.dump()]

    def _fitness(self, signed: cms.SignedData, status: object) -> Fitness:
        signer = extract_certificate_info(signed).signer_cert
        return of_signer(signer, self._above(signed, signer, status))

    def _ways(self, signed: cms.SignedData) -> list[x509.Certificate]:
        """The signer and those above it by name, when no path was validated."""
        return self._material.way_up(signed, self.anchors.all)


def _lived(certificate: x509.Certificate, at: datetime) -> bool:
    """Whether a service's certificate lived when its clock says that it stamped."""
    return bool(certificate.not_valid_before <= at <= certificate.not_valid_after)


def digest_algorithm(found: Found) -> str:
    """What the signed bytes are digested with."""
    if found.is_stamp:
        return imprint_algorithm(found.signed_data)
    return str(found.signer["digest_algorithm"]["algorithm"].native)


def _imprint(source: Source, found: Found, algorithm: str) -> bytes:
    return source.digest(algorithm, found)


def imprint_algorithm(token: cms.SignedData) -> str:
    """What a time-stamp's imprint was made with."""
    info = token["encap_content_info"]["content"].parsed
    return str(info["message_imprint"]["hash_algorithm"]["algorithm"].native)
