"""`paraphe ceremony`, once per stack and again after each upgrade."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from infra.operate.commands.arguments import name, siren
from infra.operate.commands.running import Answer, add_work

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command

_EXAMPLE = "paraphe ceremony --stack paraphe-staging --organization Exemple --siren 123456782"


def add_to(parser: Command) -> None:
    """Add the command."""
    command = add_work(
        parser,
        "ceremony",
        "make and publish the stack's certificates, or renew what is worn out",
        _hold,
        example=_EXAMPLE,
    )
    command.add_argument(
        "--organization", type=name, default="Paraphe", help="named in the certificates"
    )
    command.add_argument(
        "--siren", required=True, type=siren, help="its SIREN, 9 digits; in the evidence seal"
    )


def _hold(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.ceremony import certify_evidence_seal, hold_for_stack
    from paraphe.domain.trust.identities import SealIdentity

    stack.say("1 of 3: the authority's certificates, its lists, the OCSP responder")
    chain = hold_for_stack(stack.client_of, stack.outputs, options.organization, stack.now)
    stack.say("2 of 3: the platform's seal on evidence files")
    identity = SealIdentity(options.organization, options.siren)
    seal = certify_evidence_seal(stack.client_of, stack.outputs, identity, stack.now)
    lines = [
        f"{one.subject.rfc4514_string()} until {one.not_valid_after_utc:%Y-%m-%d}"
        for one in (chain.root, chain.issuing, seal)
    ]
    if stack.outputs.get("PrivateCaArn"):
        from infra.operate.ceremony import ocsp_life

        stack.say("3 of 3: how long AWS Private CA's OCSP answers last")
        hours = ocsp_life(stack.client_of, stack.outputs, seal, stack.now) / timedelta(hours=1)
        told = "PrivateCaHours must be a little more"
        lines.append(f"its OCSP answers last {hours:.1f} hours: {told}")
    return Answer("".join(f"{line}\n" for line in lines))
