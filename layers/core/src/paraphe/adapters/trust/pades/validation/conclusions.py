"""From what validation says of a signature to its problems and its state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from asn1crypto import cms
from cryptography.exceptions import UnsupportedAlgorithm
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESStatus
from pyhanko.sign.general import (
    CMSExtractionError,
    CMSStructuralError,
    MultivaluedAttributeError,
    NonexistentAttributeError,
)
from pyhanko.sign.validation.errors import SignatureValidationError

from paraphe.adapters.trust.pades.validation import (
    certificate_purposes,
    internal_errors,
    legacy_x509,
)
from paraphe.adapters.trust.pades.validation.certificate_purposes import Fitness
from paraphe.adapters.trust.pades.validation.embedded_signature import MalformedError
from paraphe.adapters.trust.pades.validation.trust_anchors import has, person_of
from paraphe.domain.trust.verdict import Change, Changes, Kind, Problem, SignatureVerdict, State

if TYPE_CHECKING:
    from asn1crypto import x509
    from pyhanko.sign.ades.report import AdESSubIndic

    from paraphe.adapters.trust.pades.validation.embedded_signature import EmbeddedSignature
    from paraphe.adapters.trust.pades.validation.trust_anchors import Anchors
    from paraphe.adapters.trust.pades.validation.validation_results import (
        SignatureResult,
        TimestampResult,
    )

# What pyHanko raises when the signature's bytes are at fault.
OF_THE_FILE = (
    CMSExtractionError,
    CMSStructuralError,
    MalformedError,
    MultivaluedAttributeError,
    NonexistentAttributeError,
    SignatureValidationError,
)
_FAILURES = {
    AdESFailure.HASH_FAILURE: Problem.DIGEST,
    AdESFailure.SIG_CRYPTO_FAILURE: Problem.CRYPTOGRAPHY,
    AdESFailure.REVOKED: Problem.REVOKED,
    AdESFailure.NOT_YET_VALID: Problem.NOT_YET_VALID,
    AdESFailure.FORMAT_FAILURE: Problem.MALFORMED,
    AdESIndeterminate.CHAIN_CONSTRAINTS_FAILURE: Problem.CHAIN,
    AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND: Problem.NO_TRUST,
    AdESIndeterminate.OUT_OF_BOUNDS_NO_POE: Problem.EXPIRED,
    AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED: Problem.EXPIRED,
    AdESIndeterminate.EXPIRED: Problem.EXPIRED,
    AdESIndeterminate.REVOKED_NO_POE: Problem.REVOKED,
    AdESIndeterminate.REVOKED_CA_NO_POE: Problem.REVOKED,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE: Problem.WEAK,
    AdESIndeterminate.CRYPTO_CONSTRAINTS_FAILURE_NO_POE: Problem.WEAK,
}
_INVALIDATING = {
    Problem.MALFORMED,
    Problem.DIGEST,
    Problem.CRYPTOGRAPHY,
    Problem.COVERAGE,
    Problem.CHANGED,
    Problem.NOT_ALLOWED,
    Problem.REVOKED,
    Problem.NOT_YET_VALID,
    Problem.WRONG_PURPOSE,
}
_PURPOSES = {
    Fitness.FIT: (),
    Fitness.UNCLEAR: (Problem.UNCLEAR_PURPOSE,),
    Fitness.UNFIT: (Problem.WRONG_PURPOSE,),
}


def problems_of(
    result: SignatureResult, after: Changes, *, intact: bool, sound: bool
) -> list[Problem]:
    """What does not hold of a signature, trust left out."""
    problems = after_problems(after)
    if not intact:
        problems.append(Problem.DIGEST)
    problems += _PURPOSES[result.fitness]
    if result.indication.status is not AdESStatus.PASSED:
        problem = _FAILURES.get(result.indication, Problem.NO_PROOF)
        if problem is not Problem.CHAIN or result.fitness is Fitness.FIT:
            problems.append(problem)
    if result.stamp is not None and not result.stamp.holds:
        problems.append(Problem.DIGEST if result.stamp.broken else Problem.NO_PROOF)
    if not sound:
        problems.append(Problem.STRUCTURE)
    return problems


def trust_problems(result: SignatureResult, anchors: Anchors) -> list[Problem]:
    """Why a signature that passed is not trusted, in the words of what the reader trusts."""
    problems = []
    if result.root is None or not has(anchors.signing, result.root):
        problems.append(_stranger(result.root, anchors.stamping, Problem.ONLY_TIMESTAMPS))
    if result.stamp is not None:
        problems += stamp_trust_problems(result.stamp, anchors)
    return problems or [Problem.NO_TRUST]


def stamp_trust_problems(stamp: TimestampResult, anchors: Anchors) -> list[Problem]:
    """Why a time-stamp that holds is not trusted; nothing when its root is."""
    if stamp.root is not None and has(anchors.stamping, stamp.root):
        return []
    return [_stranger(stamp.root, anchors.signing, Problem.ONLY_SIGNATURES)]


def timestamp_problems(
    stamp: TimestampResult | None, anchors: Anchors, *, trusted: bool
) -> list[Problem]:
    """What does not hold of a document time-stamp by itself."""
    if stamp is None or stamp.broken:
        return [Problem.DIGEST]
    if not stamp.fit:
        return [Problem.WRONG_PURPOSE]
    if trusted:
        return []
    if not stamp.holds:
        return [Problem.NO_PROOF]
    return stamp_trust_problems(stamp, anchors) or [Problem.NO_TRUST]


def _stranger(
    root: x509.Certificate | None, other: tuple[x509.Certificate, ...], problem: Problem
) -> Problem:
    return problem if root is not None and has(other, root) else Problem.NO_TRUST


def is_guess(result: SignatureResult, signer: x509.Certificate, anchors: Anchors) -> bool:
    """Whether trust would rest on a root of which nobody, nor the certificate, says what for."""
    guessed = result.root is not None and has(anchors.guessed, result.root)
    return guessed and not certificate_purposes.is_for_documents(signer)


def after_problems(after: Changes) -> list[Problem]:
    """What does not hold because of what came after."""
    if after.kind is Change.UNKNOWN:
        return [Problem.INTERNAL]
    return [Problem.CHANGED] if after.kind in {Change.SUSPICIOUS, Change.ANNOTATIONS} else []


def state_of(problems: list[Problem], *, passed: bool, trusted: bool) -> State:
    """The state that problems leave."""
    if _INVALIDATING.intersection(problems):
        return State.INVALID
    if not passed or {Problem.STRUCTURE, Problem.INTERNAL}.intersection(problems):
        return State.INDETERMINATE
    return State.VALID if trusted else State.UNKNOWN_TRUST


def malformed(embedded: EmbeddedSignature, error: Exception) -> SignatureVerdict:
    """Of something that cannot be a signature."""
    return replace(
        _not_validated(embedded),
        state=State.INVALID,
        problems=(Problem.MALFORMED,),
        detail=describe(error),
    )


def failed(embedded: EmbeddedSignature, error: Exception) -> SignatureVerdict:
    """Of a signature on which the verification itself failed, or whose algorithms are unknown."""
    if _is_malformed(embedded, error):
        return malformed(embedded, error)
    if isinstance(error, UnsupportedAlgorithm) or "unsupported hash type" in str(error):
        return replace(
            _not_validated(embedded), problems=(Problem.UNSUPPORTED,), detail=describe(error)
        )
    error_id = internal_errors.note(error)
    return replace(_not_validated(embedded), problems=(Problem.INTERNAL,), error_id=error_id)


def _is_malformed(embedded: EmbeddedSignature, error: Exception) -> bool:
    """Whether the signature's own bytes are at fault: pyHanko says so, or they cannot be read."""
    if isinstance(error, OF_THE_FILE):
        return True
    return embedded.sub_filter != legacy_x509.SUB_FILTER and is_unreadable(embedded.contents)


def is_unreadable(contents: bytes) -> bool:
    """Whether a CMS cannot be read, field by field: all of it at once takes asn1crypto minutes."""
    try:
        _read(cms.ContentInfo.load(contents))
    except Exception:  # noqa: BLE001 - of strangers' bytes
        return True
    return False


def _read(message: cms.ContentInfo) -> None:
    """Read what verification reads; raises what asn1crypto raises when it parses at last."""
    signed = message["content"]
    for choice in signed["certificates"]:
        if choice.name == "certificate":
            person_of(choice.chosen)
            choice.chosen.not_valid_before  # noqa: B018 - parsed when asked
            choice.chosen.not_valid_after  # noqa: B018
    for signer in signed["signer_infos"]:
        for field in ("digest_algorithm", "signature_algorithm", "signature"):
            signer[field].native  # noqa: B018
        for attribute in signer["signed_attrs"]:
            attribute["type"].native  # noqa: B018
            attribute["values"].native  # noqa: B018
        for attribute in signer["unsigned_attrs"]:
            if attribute["type"].native == "signature_time_stamp_token":
                for token in attribute["values"]:
                    _read(token)
    if signed["encap_content_info"]["content_type"].native == "tst_info":
        signed["encap_content_info"]["content"].parsed.native  # noqa: B018


def _not_validated(embedded: EmbeddedSignature) -> SignatureVerdict:
    return SignatureVerdict(
        embedded.field,
        Kind.TIMESTAMP if embedded.is_stamp else Kind.SIGNATURE,
        State.INDETERMINATE,
        claimed_at=embedded.claimed_at,
        changes=Changes(Change.UNKNOWN),
        revision_end=embedded.end,
    )


def name_of(indication: AdESSubIndic) -> str:
    """ETSI's word."""
    return str(indication.standard_name)


def describe(error: Exception) -> str:
    """For the detail line, which experts read."""
    return f"{type(error).__name__}: {error}"[:300]
