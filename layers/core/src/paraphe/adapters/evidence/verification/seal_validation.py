"""An evidence file's seal, validated like a signature, with its archive time-stamps (P19)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from asn1crypto import cms, x509
from pyhanko.sign.ades.report import AdESPassed
from pyhanko.sign.general import extract_certificate_info

from paraphe.adapters.evidence.verification import evidence_seal, seal_material
from paraphe.adapters.trust.pades.validation import conclusions, internal_errors
from paraphe.adapters.trust.pades.validation.certificate_purposes import Fitness
from paraphe.adapters.trust.pades.validation.embedded_signature import Store
from paraphe.adapters.trust.pades.validation.signature_validation import SignatureValidator
from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors, has, self_signed
from paraphe.domain.trust.evidence_verdict import EvidenceProblem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from paraphe.adapters.evidence.verification.evidence_problems import Problems
    from paraphe.adapters.evidence.verification.evidence_seal import Seal
    from paraphe.adapters.trust.pades.validation.validation_results import (
        SignatureResult,
        TimestampResult,
    )
    from paraphe.domain.trust.verdict import Root


@dataclass(frozen=True, slots=True)
class SealResult:
    """What validation says of the seal and of its archive time-stamps, the newest first."""

    certificate: x509.Certificate
    result: SignatureResult
    anchors: Anchors
    archived: tuple[TimestampResult, ...]

    @property
    def archived_at(self) -> datetime | None:
        """The newest archive time-stamp's instant; None without one that holds."""
        return next((stamp.at for stamp in self.archived[:1] if stamp.holds), None)

    @property
    def is_guess(self) -> bool:
        """Whether trust would rest on a root of which nobody says what for."""
        return conclusions.is_guess(self.result, self.certificate, self.anchors)

    @property
    def root(self) -> Root | None:
        """The end of the seal's chain."""
        if self.result.root is None:
            return None
        root = self.anchors.signing_root(self.result.root)
        return replace(root, known=False) if self.is_guess else root


def validate_seal(
    seal: Mapping[str, Any] | None,
    content: bytes,
    given: Anchors,
    now: datetime,
    store: Store | None,
    problems: Problems,
) -> SealResult | None:
    """Validate a seal over `content`; None when it is not there or cannot be validated.

    `store` is the PDF's security store, which may help the seal's chain.
    """
    if seal is None:
        problems.add(EvidenceProblem.SEAL_MISSING)
        return None
    read = _read_seal(seal, content, problems)
    if read is None:
        return None
    try:
        sealed = asyncio.run(_validate(read, content, given, now, store or Store()))
        _conclude(sealed, problems)
    except MemoryError:
        raise
    except conclusions.OF_THE_FILE as error:
        problems.add(EvidenceProblem.SEAL, str(error)[:200])
    except Exception as error:  # noqa: BLE001 - ours, if the seal can be read at all
        if conclusions.is_unreadable(base64.b64decode(seal["cms"])):
            problems.add(EvidenceProblem.SEAL, type(error).__name__)
        else:
            problems.error_id = internal_errors.note(error)
            problems.add(EvidenceProblem.INTERNAL)
    else:
        return sealed
    return None


def _read_seal(seal: Mapping[str, Any], content: bytes, problems: Problems) -> Seal | None:
    """The seal, when it is over this account and everything beside it belongs to it."""
    try:
        read = evidence_seal.read(seal)
        evidence_seal.check_digest(read, _digest(read.signed, content))
        seal_material.check_material(read)
    except seal_material.UnsealedError as error:
        problems.add(EvidenceProblem.UNSEALED_CONTENT, str(error))
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - of strangers' bytes, which any library may trip on
        problems.add(EvidenceProblem.SEAL, f"{type(error).__name__}: {error}"[:200])
    else:
        return read
    return None


def _digest(signed: cms.SignedData, content: bytes) -> bytes:
    algorithm = signed["signer_infos"][0]["digest_algorithm"]["algorithm"].native
    return hashlib.new(algorithm, content).digest()


async def _validate(
    seal: Seal, content: bytes, given: Anchors, now: datetime, more: Store
) -> SealResult:
    inside = [x509.Certificate.load(encoded) for encoded in seal.all_certificates]
    anchors = given.settled(inside)
    digest = _digest(seal.signed, content)
    store = Store(
        seal.certificates + more.certificates, seal.ocsps + more.ocsps, seal.crls + more.crls
    )

    async def under(trusted: Anchors) -> SealResult:
        validator = SignatureValidator(trusted, store, now)
        archived = await seal.archives.validate(validator, content)
        result = await validator.validate_cms(seal.signed, digest)
        certificate = extract_certificate_info(seal.signed).signer_cert
        return SealResult(certificate, result, anchors, archived)

    if anchors.signing:
        sealed = await under(anchors)
        if sealed.result.passed:
            return sealed
    anybody = (*anchors.all, *self_signed(inside))
    return await under(Anchors(anybody, anybody))


def _conclude(sealed: SealResult, problems: Problems) -> None:
    result, anchors = sealed.result, sealed.anchors
    status = result.ades.api_status
    if status is None or not (status.intact and status.valid):
        problems.add(EvidenceProblem.SEAL, "the seal is not over this evidence")
        return
    if result.fitness is not Fitness.FIT:
        problems.add(EvidenceProblem.SEAL_PURPOSE)
    stamp = result.stamp
    if stamp is None or not stamp.holds:
        broken = stamp is not None and stamp.broken
        problems.add(EvidenceProblem.SEAL if broken else EvidenceProblem.SEAL_TIME)
    known = result.root is not None and has(anchors.signing, result.root) and not sealed.is_guess
    if not known or stamp is None or not _is_known(stamp, anchors):
        problems.add(EvidenceProblem.SEAL_TRUST)
    _conclude_archives(sealed, problems)
    if result.indication is not AdESPassed.OK and stamp is not None and stamp.holds:
        problems.add(EvidenceProblem.SEAL_TIME, str(result.indication.standard_name))


def _conclude_archives(sealed: SealResult, problems: Problems) -> None:
    """None may be about something else, nor by a service that the reader does not know."""
    for stamp in sealed.archived:
        if stamp.broken:
            problems.add(EvidenceProblem.SEAL, "an archive time-stamp is over something else")
        elif not _is_known(stamp, sealed.anchors):
            problems.add(EvidenceProblem.SEAL_TRUST)
        elif not stamp.holds:
            problems.add(EvidenceProblem.SEAL_TIME)


def _is_known(stamp: TimestampResult, anchors: Anchors) -> bool:
    return stamp.root is not None and has(anchors.stamping, stamp.root)
