"""Past validation (ETSI EN 319 102-1 §5.6.2) as of the instant that is asked for.

pyHanko's own past validation slides its control time down from the machine's clock. That fails for
a time-stamp whose service's certificate has ended, even under the proof of a newer time-stamp: a
revocation list that was embedded after that end, or outlives the certificate, leaves the control
time behind the end, and then the chain does not hold. What happened to a certificate after its end
does not matter (§5.6.2.1 asks for a chain that was good while all of it lived, and for signatures
older than that). So here the control time begins with that end.

Everything else begins at the instant that is validated for. With the machine's clock, a file signed
under a clock that is ahead (a laptop's, `--at`) would be proven to exist only later than "now".
"""

from __future__ import annotations

import contextlib
import copy
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.policy_decl import bootstrap_validation_data_handlers
from pyhanko_certvalidator.errors import (
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)
from pyhanko_certvalidator.ltv.ades_past import past_validate
from pyhanko_certvalidator.registry import PathBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from asn1crypto import cms
    from pyhanko.sign.ades.report import AdESSubIndic
    from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
    from pyhanko_certvalidator.ltv.poe import POEManager

_instant: ContextVar[datetime | None] = ContextVar("instant", default=None)
_OVER = frozenset(
    {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}
)
# What basic validation may say and proof of an earlier time may still mend (§5.6.3.4).
_PROVABLE = frozenset(
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
# Somebody's proof needs itself as proof; or an answer, a list or a chain is not good for anything.
_NO_HELP = (
    RecursionError,
    CRLValidationError,
    OCSPValidationError,
    PathError,
    ValidationError,
)


def install() -> None:
    """Take effect in this process; a second time changes nothing."""
    ades.past_validate = _past_validate  # type: ignore[assignment,attr-defined] # what pyHanko calls


@contextlib.contextmanager
def at_instant(now: datetime) -> Iterator[None]:
    """Let past validation begin at `now` inside."""
    before = _instant.set(now)
    try:
        yield
    finally:
        _instant.reset(before)


async def validate(
    signed: cms.SignedData,
    indication: AdESSubIndic,
    proofs: POEManager,
    specs: Sequence[SignatureValidationSpec],
    now: datetime,
) -> AdESSubIndic:
    """Past signature validation (§5.6.2.4), where it may help; else the same indication.

    pyHanko calls it a general failure when one answer is stale and others are about other
    certificates; that is a `TRY_LATER`, and past validation checks the whole chain again.
    `specs` are tried in turn, the one with all of the material last.
    """
    asked = indication
    if indication is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE:
        asked = AdESIndeterminate.TRY_LATER
    if not isinstance(asked, AdESIndeterminate) or asked not in _PROVABLE:
        return indication
    try:
        proven = await _validate_past(signed, asked, proofs, specs, now)
    except _NO_HELP:
        return indication
    if proven is AdESPassed.OK:
        return proven
    return proven if asked is indication and asked not in _REVOKED else indication


async def _validate_past(
    signed: cms.SignedData,
    asked: AdESIndeterminate,
    proofs: POEManager,
    specs: Sequence[SignatureValidationSpec],
    now: datetime,
) -> AdESSubIndic:
    if asked in _OVER and await _was_valid(signed, specs[-1], copy.copy(proofs)):
        return AdESPassed.OK
    proven: AdESSubIndic = asked
    for spec in specs:
        with at_instant(now):
            proven = await ades.ades_past_signature_validation(
                signed, spec, copy.copy(proofs), asked, now
            )
        if proven is AdESPassed.OK:
            break
    return proven


async def _past_validate(
    init_control_time: datetime | None = None,
    **given: Any,  # noqa: ANN401 - as pyHanko has it
) -> datetime:
    """Say when to begin: pyHanko takes the machine's time when it is told none, and tells none."""
    return await past_validate(init_control_time=init_control_time or _instant.get(), **given)


async def _was_valid(
    signed: cms.SignedData, spec: SignatureValidationSpec, proofs: POEManager
) -> bool:
    """Whether a time-stamp token was good while its certificate lived, and proven to be so old.

    No is not a verdict: the usual way of past validation is still open. Other signatures than
    time-stamps always get a no.
    """
    if signed["encap_content_info"]["content_type"].native != "tst_info":
        return False
    info = extract_certificate_info(signed)
    certificate = info.signer_cert
    existed = proofs[signed["signer_infos"][0]["signature"].native]
    if not certificate.not_valid_before <= existed <= certificate.not_valid_after:
        return False
    policy = spec.ts_cert_validation_policy or spec.cert_validation_policy
    handlers = bootstrap_validation_data_handlers(
        spec, is_historical=True, poe_manager_override=proofs
    )
    handlers.cert_registry.register_multiple(info.other_certs)
    paths = PathBuilder(policy.trust_manager, handlers.cert_registry).async_build_paths_lazy(
        certificate
    )
    try:
        async for path in paths:
            result = await generic_cms.handle_certvalidator_errors(
                cert=certificate,
                coro=past_validate(
                    path, policy, handlers, init_control_time=certificate.not_valid_after
                ),
            )
            control = result.success_result
            if result.error_subindic is None and control is not None and existed <= control:
                return True
    finally:
        await paths.cancel()  # type: ignore[no-untyped-call] # pyHanko's
    return False
