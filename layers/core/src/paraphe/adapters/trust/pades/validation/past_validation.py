"""Past validation (ETSI EN 319 102-1 §5.6.2) as of the instant that is asked for.

pyHanko's own past validation slides its control time down from the machine's clock. That fails for
a time-stamp whose service's certificate has ended, even under the proof of a newer time-stamp: a
revocation list that was embedded after that end, or outlives the certificate, leaves the control
time behind the end, and then the chain does not hold. What happened to a certificate after its end
does not matter (§5.6.2.1 asks for a chain that was good while all of it lived, and for signatures
older than that). So here the control time begins with that end.

Everything else begins at the instant that is judged for. With the machine's clock, a file signed
under a clock that is ahead (a laptop's, `--at`) would be proven to exist only later than "now".
"""

from __future__ import annotations

import contextlib
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

from pyhanko.sign.ades.report import AdESIndeterminate
from pyhanko.sign.general import extract_certificate_info
from pyhanko.sign.validation import ades, generic_cms
from pyhanko.sign.validation.policy_decl import bootstrap_validation_data_handlers
from pyhanko_certvalidator.ltv.ades_past import past_validate
from pyhanko_certvalidator.registry import PathBuilder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from asn1crypto import cms
    from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
    from pyhanko_certvalidator.ltv.poe import POEManager

_instant: ContextVar[datetime | None] = ContextVar("instant", default=None)
OVER = frozenset(
    {AdESIndeterminate.OUT_OF_BOUNDS_NO_POE, AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED}
)


def install() -> None:
    """Take effect in this process; a second time changes nothing."""
    ades.past_validate = _past_validate  # type: ignore[assignment,attr-defined] # what pyHanko calls


@contextlib.contextmanager
def judged_for(now: datetime) -> Iterator[None]:
    """Let past validation begin at `now` inside."""
    before = _instant.set(now)
    try:
        yield
    finally:
        _instant.reset(before)


async def _past_validate(
    init_control_time: datetime | None = None,
    **given: Any,  # noqa: ANN401 - as pyHanko has it
) -> datetime:
    """Say when to begin: pyHanko takes the machine's time when it is told none, and tells none."""
    return await past_validate(init_control_time=init_control_time or _instant.get(), **given)


async def stood(signed: cms.SignedData, spec: SignatureValidationSpec, proofs: POEManager) -> bool:
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
