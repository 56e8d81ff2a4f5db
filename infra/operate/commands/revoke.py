"""`paraphe revoke`: any end certificate, by its serial number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infra.operate.commands.arguments import serial
from infra.operate.commands.running import Answer, add_work

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command

# CRLReason, RFC 5280 §5.3.1.
REASONS = {
    "unspecified": 0,
    "key-compromise": 1,
    "affiliation-changed": 3,
    "superseded": 4,
    "cessation-of-operation": 5,
}


def add_to(parser: Command) -> None:
    """Add the command."""
    command = add_work(
        parser,
        "revoke",
        "revoke a certificate for good, and publish the list anew",
        _revoke,
        example="paraphe revoke --stack paraphe-staging --serial 0x… --reason key-compromise",
    )
    command.add_argument(
        "--serial", type=serial, metavar="NUMBER", help="decimal, or 0x…; none: only publish"
    )
    command.add_argument(
        "--reason", choices=sorted(REASONS), default="unspecified", help="why (RFC 5280)"
    )
    command.add_argument(
        "--built-in",
        action="store_true",
        help="at the built-in authority, although AWS Private CA has replaced it",
    )


def _revoke(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.revoke import revoke_for_stack
    from infra.operate.stack import Outputs
    from paraphe.adapters.trust.authority.chain import ISSUING_CRL

    outputs = Outputs(stack.outputs)
    if options.built_in:
        outputs.pop("PrivateCaArn", None)
    revoked = {} if options.serial is None else {options.serial: REASONS[options.reason]}
    stack.say("revoking, publishing the list")
    listed = revoke_for_stack(stack.client_of, outputs, revoked, stack.now)
    own = listed is not None  # an empty list is false
    told = f"{ISSUING_CRL} published" if own else "AWS Private CA publishes its own list"
    return Answer(f"{told}\n")
