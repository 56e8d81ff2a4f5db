"""pyHanko's AdES validation with one set of roots, at one instant, without a network.

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

from asn1crypto import cms, core, x509
from asn1crypto.crl import CertificateList
from asn1crypto.ocsp import OCSPResponse
from cryptography import x509 as plain_x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
    bootstrap_validation_data_handlers,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, TimestampSignatureStatus
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
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from paraphe.adapters.pdf.verify import names, past
from paraphe.adapters.pdf.verify.past import OVER, stood
from paraphe.adapters.pki import der, tsp
from paraphe.adapters.pki.cms import SIGNED_DATA
from paraphe.adapters.pki.errors import TrustServiceRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyhanko_certvalidator.context import ValidationDataHandlers

    from paraphe.adapters.pdf.verify.found import Found, Store
    from paraphe.adapters.pdf.verify.source import Source

names.install()
past.install()

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
_MATCHABLE = frozenset({"sha1", "sha256"})
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


@dataclass(frozen=True, slots=True)
class Stamp:
    """What was found about one RFC 3161 token.

    Attributes:
        at: its instant.
        holds: it stamps what it should, under a root of this court.
        broken: it stamps something else, or its signature is wrong.
        root: the end of its chain.
        certificate: the service's.

    """

    at: datetime
    holds: bool
    broken: bool
    root: x509.Certificate | None
    certificate: x509.Certificate | None


@dataclass(frozen=True, slots=True)
class Ruling:
    """What was found about one signature.

    Attributes:
        result: pyHanko's, complete enough for an ETSI TS 119 102-2 report.
        root: the end of the signer's chain.
        stamp: the signature's own time-stamp.

    """

    result: ades.AdESLTAValidationResult
    root: x509.Certificate | None = None
    stamp: Stamp | None = None

    @property
    def indication(self) -> AdESSubIndic:
        """ETSI's word for it."""
        return self.result.ades_subindic

    @property
    def passed(self) -> bool:
        """TOTAL-PASSED, the time-stamp included."""
        return self.indication is AdESPassed.OK and (self.stamp is None or self.stamp.holds)


@dataclass(slots=True)
class Court:
    """One set of roots, one instant, one file.

    Attributes:
        roots: chains may end here only.
        store: the file's security store.
        now: the instant to judge for.
        known: what the store says, if it was read already.

    """

    roots: Sequence[x509.Certificate]
    store: Store
    now: datetime
    known: LocalKnowledge | None = None
    stamped: list[Found] = field(default_factory=list)
    _services: dict[bytes, Stamp] = field(default_factory=dict)
    _plain: tuple[plain_x509.Certificate, ...] = ()
    _proofs: POEManager = field(init=False)
    _spec: SignatureValidationSpec = field(init=False)

    def __post_init__(self) -> None:
        self._proofs = POEManager(current_dt_override=self.now)
        trusted = SimpleTrustManager.build(trust_roots=list(self.roots))
        self._spec = SignatureValidationSpec(
            CertValidationPolicySpec(trusted, CertRevTrustPolicy(_CHECKING)),
            ts_cert_validation_policy=CertValidationPolicySpec(trusted, _STAMP_REVOCATION),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                RevinfoOnlineFetchingRule.LOCAL_ONLY, _Offline()
            ),
            local_knowledge=self.known or knowledge(self.store),
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
        return Ruling(result, self._root(signed, basic.api_status), stamp)

    async def _signature_stamp(self, signer: cms.SignerInfo) -> Stamp | None:
        """The first time-stamp over the signature that holds, else the last one there is."""
        stamp = None
        for token in generic_cms.extract_tst_data_iter(signer, signed=False):
            stamp = await self._stamp(token, generic_cms.message_imprint_checker(signer))
            if stamp.holds:
                return stamp
        return stamp

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
                plain_x509.load_der_x509_certificate(root.dump()) for root in self.roots
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
        stamp = Stamp(
            at=token["encap_content_info"]["content"].parsed["gen_time"].native,
            holds=indication is AdESPassed.OK,
            broken=indication.status is AdESStatus.FAILED,
            root=self._root(token, status),
            certificate=status.signing_cert if status else None,
        )
        if basic.ades_subindic is AdESPassed.OK and stamp.certificate is not None:
            self._services[stamp.certificate.dump()] = stamp
        return stamp

    async def _mend(
        self, signed: cms.SignedData, indication: AdESSubIndic, proofs: POEManager
    ) -> AdESSubIndic:
        """Past signature validation (§5.6.2.4), where it may help.

        pyHanko calls it a general failure when one answer is stale and others are about other
        certificates; that is a `TRY_LATER`, and past validation checks the whole chain again.
        """
        if indication in OVER and await stood(signed, self._spec, copy.copy(proofs)):
            return AdESPassed.OK
        asked = indication
        if indication is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
            asked = AdESIndeterminate.TRY_LATER
        if not isinstance(asked, AdESIndeterminate) or asked not in _MENDABLE:
            return indication
        mended: AdESSubIndic = asked
        for spec in (self._narrow(signed), self._spec):
            with past.judged_for(self.now):
                mended = await ades.ades_past_signature_validation(
                    signed, spec, copy.copy(proofs), asked, self.now
                )
            if mended is AdESPassed.OK:
                break
        return mended if mended is AdESPassed.OK or asked is indication else indication

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
        everything = self._spec.local_knowledge
        names, serials = _chain_of(signed, (*everything.known_certs, *self.roots))
        return replace(
            self._spec,
            local_knowledge=replace(
                everything,
                known_crls=[c for c in everything.known_crls if _issuer_of(c) in names],
                known_ocsps=[o for o in everything.known_ocsps if _serial_of(o) in serials],
            ),
        )

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
            return _way_up(signed, self.roots, self._spec.local_knowledge.known_certs)
        certificates = list(path.iter_certs(include_root=True))
        return certificates[0] if certificates else None


def knowledge(store: Store) -> LocalKnowledge:
    """A security store as pyHanko wants it; what cannot be read is left out."""
    ocsps: list[OCSPContainer] = []
    for encoded in store.ocsps:
        response = _load(OCSPResponse, encoded)
        if response is not None:
            ocsps += filter(_is_matchable, OCSPContainer.load_multi(response))
    return LocalKnowledge(
        known_ocsps=ocsps,
        known_crls=[CRLContainer(c) for e in store.crls if (c := _load_crl(e)) is not None],
        known_certs=[
            c for e in store.certificates if (c := _load(x509.Certificate, e)) is not None
        ],
    )


def _is_matchable(container: OCSPContainer) -> bool:
    """Whether pyHanko can tell which certificate an answer is about: it raises on other hashes."""
    single = container.extract_single_response()
    return single is None or single["cert_id"]["hash_algorithm"]["algorithm"].native in _MATCHABLE


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


def _load(kind: type[core.Asn1Value], encoded: bytes) -> core.Asn1Value | None:
    try:
        value = kind.load(encoded)
        value.native  # noqa: B018 - asn1crypto parses when asked, and fails then
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return value


def _load_crl(encoded: bytes) -> CertificateList | None:
    """A revocation list; its entries, of which there may be 100,000, only as far as needed."""
    try:
        plain_x509.load_der_x509_crl(encoded)  # fast, and reads every entry
        value = CertificateList.load(encoded)
        head = value["tbs_cert_list"]
        for key in ("version", "signature", "issuer", "this_update", "next_update"):
            head[key].native  # noqa: B018 - asn1crypto parses when asked, and fails then
        head["crl_extensions"].native  # noqa: B018
    except (ValueError, TypeError, KeyError, OverflowError):
        return None
    return value


def _chain_of(
    signed: cms.SignedData, others: Sequence[x509.Certificate]
) -> tuple[set[bytes], set[int]]:
    """Names and serial numbers of everything that may be above a signer."""
    inside = [c.chosen for c in signed["certificates"] if c.name == "certificate"]
    pool = [*inside, *others]
    names: set[bytes] = set()
    serials: set[int] = set()
    wanted = {c.issuer.dump() for c in inside} | {c.subject.dump() for c in inside}
    while wanted:
        names |= wanted
        above = [c for c in pool if c.subject.dump() in wanted]
        serials |= {c.serial_number for c in above}
        wanted = {c.issuer.dump() for c in above} - names
    return names, serials


def _issuer_of(container: CRLContainer) -> bytes:
    return bytes(container.crl_data.issuer.dump())


def _serial_of(container: OCSPContainer) -> int | None:
    single = container.extract_single_response()
    return None if single is None else int(single["cert_id"]["serial_number"].native)


def _way_up(
    signed: cms.SignedData, roots: Sequence[x509.Certificate], others: Sequence[x509.Certificate]
) -> x509.Certificate | None:
    """The root that names lead to, for people to read; nothing is decided with it."""
    certificates = [c.chosen for c in signed["certificates"] if c.name == "certificate"]
    known = {c.subject.dump(): c for c in (*certificates, *others, *roots)}
    try:
        at: x509.Certificate | None = extract_certificate_info(signed).signer_cert
    except Exception:  # noqa: BLE001 - pyHanko raises nearly anything on strangers' files
        return None
    for _ in range(8):
        if at is None or at.subject.dump() == at.issuer.dump():
            return at
        at = known.get(at.issuer.dump())
    return None
