"""One verdict for each signature of a file, whatever the others are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import generic_cms

from paraphe.adapters.trust.pades.validation import (
    conclusions,
    legacy_sha1,
    levels,
    signature_validation,
    validation_material,
)
from paraphe.adapters.trust.pades.validation.later_changes import LaterChanges
from paraphe.adapters.trust.pades.validation.signature_validation import SignatureValidator
from paraphe.adapters.trust.pades.validation.trust_anchors import (
    Anchors,
    has,
    person_of,
    self_signed,
)
from paraphe.domain.trust.verdict import Changes, Kind, Problem, Root, SignatureVerdict, State

if TYPE_CHECKING:
    from datetime import datetime

    from asn1crypto import cms, x509

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.lenient import AnyOpened
    from paraphe.adapters.trust.pades.validation.validation_material import Material
    from paraphe.adapters.trust.pades.validation.validation_results import (
        SignatureResult,
        TimestampResult,
    )


@dataclass(slots=True)
class SignatureVerdicts:
    """Everything that is shared by the signatures of one file.

    Attributes:
        opened: the file.
        given: what the reader trusts.
        now: the instant to validate for.
        reports: whether each verdict has an ETSI TS 119 102-2 report.

    """

    opened: AnyOpened
    given: Anchors
    now: datetime
    reports: bool
    _later: LaterChanges = field(init=False)
    _anchors: Anchors = field(init=False)
    _everybody: Anchors = field(init=False)
    _knowledge: Material = field(init=False)
    _known: SignatureValidator | None = None
    _brought: SignatureValidator | None = None
    _stamps: dict[bool, dict[str, TimestampResult]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._later = LaterChanges(self.opened)

    async def all(self) -> list[SignatureVerdict]:
        """Validate every signature; a broken one is a verdict too."""
        verdicts = [
            SignatureVerdict(
                broken.field,
                Kind.SIGNATURE,
                State.INVALID,
                problems=(Problem.MALFORMED,),
                detail=broken.reason,
            )
            for broken in self.opened.broken
        ]
        readable = []
        for embedded in self.opened.signatures:
            try:
                embedded.signed_data  # noqa: B018 - parsed once, kept
                readable.append(embedded)
            except Exception as error:  # noqa: BLE001 - strangers' files
                verdicts.append(conclusions.malformed(embedded, error))
        self._settle_anchors(readable)
        for embedded in readable:
            try:
                verdicts.append(await self._one(embedded, readable))
            except MemoryError:
                raise
            except Exception as error:  # noqa: BLE001 - the one boundary for pyHanko's exceptions
                verdicts.append(conclusions.failed(embedded, error))
        return sorted(verdicts, key=lambda one: one.revision_end)

    def _settle_anchors(self, readable: list[EmbeddedSignature]) -> None:
        """Sort what the reader trusts by what the file holds; whoever is in it is `_everybody`."""
        self._knowledge = validation_material.knowledge(self.opened.store())
        inside = [*self._knowledge.everything.known_certs, *_certificates(readable)]
        self._anchors = self.given.settled(inside)
        anybody = (*self._anchors.all, *self_signed(inside))
        self._everybody = Anchors(anybody, anybody)

    async def _validator(
        self, readable: list[EmbeddedSignature], *, known: bool
    ) -> SignatureValidator:
        validator = self._known if known else self._brought
        if validator is None:
            anchors = self._anchors if known else self._everybody
            validator = SignatureValidator(anchors, self.opened.store(), self.now, self._knowledge)
            self._stamps[known] = await validator.validate_timestamps(
                self.opened.source, readable, self.opened.store
            )
            if known:
                self._known = validator
            else:
                self._brought = validator
        return validator

    async def _one(
        self, embedded: EmbeddedSignature, readable: list[EmbeddedSignature]
    ) -> SignatureVerdict:
        after = self._later.after(embedded, readable)
        if embedded.is_stamp:
            return await self._timestamp(embedded, readable, after)
        if embedded.sub_filter == legacy_sha1.SUB_FILTER:
            return self._obsolete(embedded, after)
        result, validator = await self._validate(embedded, readable)
        return self._signature(embedded, result, validator, after)

    async def _validate(
        self, embedded: EmbeddedSignature, readable: list[EmbeddedSignature]
    ) -> tuple[SignatureResult, SignatureValidator]:
        """Under what the reader trusts; where that does not pass, under whoever is in the file."""
        if self._anchors.signing:
            known = await self._validator(readable, known=True)
            result = await known.validate(self.opened.source, embedded)
            if result.passed:
                return result, known
        brought = await self._validator(readable, known=False)
        return await brought.validate(self.opened.source, embedded), brought

    def _signature(
        self,
        embedded: EmbeddedSignature,
        result: SignatureResult,
        validator: SignatureValidator,
        after: Changes,
    ) -> SignatureVerdict:
        trusted = validator is self._known
        status = result.ades.api_status
        intact = bool(status and status.intact and status.valid) or self._intact(embedded)
        certificate = extract_certificate_info(embedded.signed_data).signer_cert
        problems = conclusions.problems_of(
            result, after, intact=intact, sound=self._later.is_sound(embedded)
        )
        if trusted and conclusions.is_guess(result, certificate, self._anchors):
            trusted = False
            problems.append(Problem.PURPOSE_UNSAID)
        elif result.passed and not trusted:
            problems += conclusions.trust_problems(result, self._anchors)
        holds = result.stamp is not None and result.stamp.holds
        return SignatureVerdict(
            field=embedded.field,
            kind=Kind.SEAL if person_of(certificate).organization_id else Kind.SIGNATURE,
            state=conclusions.state_of(problems, passed=result.passed, trusted=trusted),
            level=levels.level(embedded, result, validator.stamped),
            signer=person_of(certificate),
            root=self._root(result.root, trusted=trusted),
            stamp_root=self._stamp_root(result.stamp),
            stamped_at=result.stamp.at if result.stamp and holds else None,
            claimed_at=embedded.claimed_at,
            proven_at=result.ades.best_signature_time if result.passed else None,
            intact=intact,
            coverage=self._later.coverage(embedded),
            changes=after,
            revision_end=embedded.end,
            problems=tuple(dict.fromkeys(problems)),
            subindication="" if result.passed else conclusions.name_of(result.indication),
            detail=result.ades.failure_msg or after.detail,
            report=self._report(embedded, result, trusted=trusted),
        )

    def _obsolete(self, embedded: EmbeddedSignature, after: Changes) -> SignatureVerdict:
        """Integrity and changes; never more than indeterminate."""
        intact, certificate = legacy_sha1.examine(embedded, self.opened.source)
        problems = [*conclusions.after_problems(after), Problem.WEAK]
        if not intact:
            problems.insert(0, Problem.DIGEST)
        return SignatureVerdict(
            field=embedded.field,
            kind=Kind.SIGNATURE,
            state=conclusions.state_of(problems, passed=False, trusted=False),
            signer=person_of(certificate),
            claimed_at=embedded.claimed_at,
            intact=intact,
            coverage=self._later.coverage(embedded),
            changes=after,
            revision_end=embedded.end,
            problems=tuple(problems),
            detail=after.detail,
        )

    async def _timestamp(
        self, embedded: EmbeddedSignature, readable: list[EmbeddedSignature], after: Changes
    ) -> SignatureVerdict:
        stamp, trusted = None, False
        if self._anchors.stamping:
            await self._validator(readable, known=True)
            stamp = self._stamps[True].get(embedded.field)
            trusted = stamp is not None and stamp.holds
        if not trusted:
            await self._validator(readable, known=False)
            stamp = self._stamps[False].get(embedded.field)
        holds = stamp is not None and stamp.holds
        problems = conclusions.after_problems(after)
        problems += conclusions.timestamp_problems(stamp, self._anchors, trusted=trusted)
        if not self._later.is_sound(embedded):
            problems.append(Problem.STRUCTURE)
        certificate = stamp.certificate if stamp else None
        return SignatureVerdict(
            field=embedded.field,
            kind=Kind.TIMESTAMP,
            state=conclusions.state_of(problems, passed=holds, trusted=trusted),
            signer=person_of(certificate) if certificate else None,
            root=self._stamp_root(stamp),
            stamped_at=stamp.at if stamp and holds else None,
            proven_at=stamp.at if stamp and holds else None,
            intact=stamp is not None and not stamp.broken,
            coverage=self._later.coverage(embedded),
            changes=after,
            revision_end=embedded.end,
            problems=tuple(dict.fromkeys(problems)),
            detail=after.detail,
        )

    def _root(self, certificate: x509.Certificate | None, *, trusted: bool) -> Root | None:
        """A signer's root; one that is only guessed to be for signatures is not known."""
        if certificate is None:
            return None
        root = self._anchors.signing_root(certificate)
        guessed = has(self._anchors.guessed, certificate)
        return replace(root, known=False) if guessed and not trusted else root

    def _stamp_root(self, stamp: TimestampResult | None) -> Root | None:
        if stamp is None or stamp.root is None:
            return None
        return self._anchors.stamping_root(stamp.root)

    def _intact(self, embedded: EmbeddedSignature) -> bool:
        """Integrity alone, when validation stopped before it could say."""
        try:
            certificate = extract_certificate_info(embedded.signed_data).signer_cert
            intact, valid = generic_cms.validate_sig_integrity(
                embedded.signer,
                certificate,
                expected_content_type=embedded.signed_data["encap_content_info"][
                    "content_type"
                ].native,
                actual_digest=self.opened.source.digest(
                    signature_validation.digest_algorithm(embedded), embedded
                ),
            )
        except Exception:  # noqa: BLE001 - strangers' files
            return False
        return bool(intact and valid)

    def _report(
        self, embedded: EmbeddedSignature, result: SignatureResult, *, trusted: bool
    ) -> str:
        """Empty when it cannot be written: a report never changes a verdict."""
        ades = result.ades
        if ades.ades_subindic is AdESPassed.OK and not trusted:
            ades = replace(ades, ades_subindic=AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND)
        if not self.reports or result.ades.api_status is None:
            return ""
        try:
            from paraphe.adapters.trust.pades.validation import records  # noqa: F401, PLC0415 - first
            from paraphe.adapters.trust.pades.validation.etsi_report import etsi_report  # noqa: PLC0415 - 100 ms

            return etsi_report(embedded, ades, self.opened.source)
        except Exception:  # noqa: BLE001 - strangers' files, or no xsdata (in AWS Lambda)
            return ""


def _certificates(readable: list[EmbeddedSignature]) -> list[x509.Certificate]:
    inside: list[x509.Certificate] = []
    for embedded in readable:
        inside += _cms_certificates(embedded.signed_data)
        for token in generic_cms.extract_tst_data_iter(embedded.signer, signed=False):
            inside += _cms_certificates(token)
    return inside


def _cms_certificates(signed: cms.SignedData) -> list[x509.Certificate]:
    return [choice.chosen for choice in signed["certificates"] if choice.name == "certificate"]
