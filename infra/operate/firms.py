"""Open a firm, give its software an API client: `python -m infra.operate.firms --stack NAME …`.

With a SIREN the firm gets its seal: a P-256 key in KMS and a certificate of 3 years (P21).
`python -m infra.operate.firms renew-seal --stack … --firm …` certifies the same key anew;
`python -m infra.operate.firms stamp … --picture logo.png` changes the picture that the seal shows.
`python -m infra.operate.firms sending … --countries FR,BE` says what the firm may send.
Works on AWS and on the laptop: everything it needs are the stack's outputs.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from cryptography.hazmat.primitives.serialization import Encoding
from phonenumbers import SUPPORTED_REGIONS

from infra.operate.authority import authority_of
from infra.operate.stamp import BadStampError, give_stamp, read_stamp
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.firms.member_store import DynamoExpiries
from paraphe.domain import text
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.sending_settings import Sending
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.trust.identities import SealIdentity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cryptography.x509 import Certificate

    from paraphe.domain.trust.signatures import Raster

SCOPES = ("requests.read", "requests.write", "documents.read")
# What the door `seal` may use: its policy names this tag.
SEAL_TAG = {"paraphe:use": "seal"}


@dataclass(frozen=True, slots=True)
class ApiClient:
    """Credentials for OAuth 2 client credentials (RFC 6749 §4.4). The secret is shown once."""

    firm_id: str
    client_id: str
    client_secret: str
    scope: str


class NoSirenError(Exception):
    """A seal names a legal person by its SIREN; this firm has none."""


def open_firm(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    *,
    name: str,
    siren: str | None,
    now: datetime,
    seal_at_end: bool = False,
    stamp: Raster | None = None,
    software: str = "",
) -> ApiClient:
    """Write the firm, give it its seal, and create one API client bound to it.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: of the deployed stack (`TableName`, `UserPoolId`, and those of the authority).
        name: what signers read.
        siren: the firm's number in the French register, 9 digits; None leaves it without a seal.
        now: the instant, UTC.
        seal_at_end: whether every request ends with the firm's seal.
        stamp: the picture that the seal shows where it is placed.
        software: what the firm calls the software that gets the client; evidence tells it.

    Raises:
        UnreadableError: the name holds what cannot be seen, or is blank.

    """
    shown = text.line(name)
    if not shown:
        raise text.UnreadableError("nothing_visible", "A firm needs a name.")
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = Firm(
        id=new_id("frm", now, os.urandom(RANDOM_BYTES)),
        name=shown,
        siren=siren,
        seal_at_end=seal_at_end,
    )
    firms.save(firm)
    if siren is not None:
        certify_seal(client_of, outputs, firm.id, now)
    if stamp is not None:
        give_stamp(client_of, outputs, firm.id, stamp)
    scopes = [f"paraphe/{scope}" for scope in SCOPES]
    made = client_of("cognito-idp").create_user_pool_client(
        UserPoolId=outputs["UserPoolId"],
        ClientName=f"{firm.id}-api",
        GenerateSecret=True,
        # Software only: nobody registers (P2), and no other site has people signed in here (P3).
        AllowedOAuthFlows=["client_credentials"],
        AllowedOAuthFlowsUserPoolClient=True,
        AllowedOAuthScopes=scopes,
    )["UserPoolClient"]
    firms.bind_client(made["ClientId"], firm.id, software)
    return ApiClient(firm.id, made["ClientId"], made["ClientSecret"], " ".join(scopes))


def certify_seal(
    client_of: Callable[[str], Any], outputs: Mapping[str, str], firm_id: str, now: datetime
) -> Certificate:
    """Issue a certificate of 3 years to a firm's seal, and first a key when it has none.

    Raises:
        NoSirenError: the firm has no SIREN.
        FileNotFoundError: the ceremony has not been held.

    """
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = firms.firm(firm_id)
    if firm.siren is None:
        raise NoSirenError
    stack = authority_of(client_of, outputs)
    key_id = firm.seal_key_id or stack.keys.create(
        f"Paraphe, seal of {firm.id}", {**SEAL_TAG, "paraphe:firm": firm.id}
    )
    identity = SealIdentity(firm.name, firm.siren)
    certificate = stack.authority.certify_seal(identity, key_id, now)
    pem = certificate.public_bytes(Encoding.PEM).decode()
    firms.save(replace(firm, seal_key_id=key_id, seal_certificate=pem))
    expiries = DynamoExpiries(client_of("dynamodb"), outputs["TableName"])
    expiries.note(f"seal {firm.id}", certificate.not_valid_after_utc)
    return certificate


def main(arguments: list[str]) -> int:
    """Open a firm, or renew its seal, in the account that the environment's credentials name."""
    session = boto3.session.Session()
    commands = {"renew-seal": _renew, "stamp": _stamp, "sending": _sending}
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](session, arguments[1:])
    parser = argparse.ArgumentParser(prog="python -m infra.operate.firms", description=__doc__)
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--name", required=True, help="the firm's name as signers read it")
    parser.add_argument("--siren", help="the firm's SIREN, 9 digits; its seal names it")
    parser.add_argument(
        "--seal-at-end", action="store_true", help="every request ends with the firm's seal"
    )
    parser.add_argument("--stamp", type=_picture, help="PNG or JPEG that its seal shows")
    parser.add_argument(
        "--software", default="", help="what the firm calls the software; evidence tells it"
    )
    chosen = parser.parse_args(arguments)
    client = open_firm(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        name=chosen.name,
        siren=chosen.siren,
        now=datetime.now(UTC),
        seal_at_end=chosen.seal_at_end,
        stamp=chosen.stamp,
        software=chosen.software,
    )
    json.dump(
        {
            "firm_id": client.firm_id,
            "client_id": client.client_id,
            "client_secret": client.client_secret,
            "scope": client.scope,
        },
        sys.stdout,
        indent=2,
    )
    sys.stdout.write("\n")
    return 0


def _renew(session: boto3.session.Session, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.operate.firms renew-seal")
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--firm", required=True, help="the firm's id, frm_…")
    chosen = parser.parse_args(arguments)
    certificate = certify_seal(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        chosen.firm,
        datetime.now(UTC),
    )
    sys.stdout.write(f"certified until {certificate.not_valid_after_utc:%Y-%m-%d}\n")
    return 0


def _stamp(session: boto3.session.Session, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.operate.firms stamp")
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--firm", required=True, help="the firm's id, frm_…")
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("--picture", type=_picture, help="PNG or JPEG that the seal shows")
    which.add_argument("--remove", action="store_true", help="show name and date alone")
    chosen = parser.parse_args(arguments)
    give_stamp(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        chosen.firm,
        chosen.picture,
    )
    sys.stdout.write("the seal shows no picture\n" if chosen.remove else "the seal shows it\n")
    return 0


def allow_sending(
    client_of: Callable[[str], Any],
    outputs: Mapping[str, str],
    firm_id: str,
    changed: Callable[[Sending], Sending],
) -> Sending:
    """Change what a firm may send; it holds for requests that are made from now on.

    Args:
        client_of: gives a boto3 client by service name.
        outputs: of the deployed stack.
        firm_id: which firm.
        changed: gives what it may from now on, of what it might before.

    """
    firms = DynamoFirms(client_of("dynamodb"), outputs["TableName"])
    firm = firms.firm(firm_id)
    sending = changed(firm.sending or Sending())
    firms.save(replace(firm, sending=sending))
    return sending


_AMOUNTS = {
    "sms_per_number": "codes to one phone a day (UTC)",
    "sms_per_day": "codes a day in all",
    "mails_per_address": "e-mails to one person a day",
    "mails_per_day": "e-mails a day in all",
}


def _sending(session: boto3.session.Session, arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.operate.firms sending")
    parser.add_argument("--stack", required=True, help="name of the CloudFormation stack")
    parser.add_argument("--firm", required=True, help="the firm's id, frm_…")
    parser.add_argument(
        "--countries", type=countries, help="where phones get codes: ISO 3166-1, FR,BE,CH"
    )
    for name, what in _AMOUNTS.items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=_amount, help=f"at most: {what}")
    chosen = parser.parse_args(arguments)
    said = {name: getattr(chosen, name) for name in ("countries", *_AMOUNTS)}
    sending = allow_sending(
        session.client,  # type: ignore[arg-type] # boto3-stubs overload it per service
        outputs_of(session, chosen.stack),
        chosen.firm,
        lambda before: replace(before, **{k: v for k, v in said.items() if v is not None}),
    )
    json.dump(asdict(sending), sys.stdout, indent=2)
    sys.stdout.write("\n")
    return 0


def countries(listed: str) -> tuple[str, ...]:
    """Read a list of countries, as `FR,BE`.

    Raises:
        argparse.ArgumentTypeError: one is none that phones are numbered in.

    """
    found = tuple(dict.fromkeys(part.strip().upper() for part in listed.split(",")))
    unknown = [country for country in found if country not in SUPPORTED_REGIONS]
    if unknown:
        raise argparse.ArgumentTypeError(f"no such country: {', '.join(unknown)}")
    return found


def _amount(typed: str) -> int:
    if not typed.isdecimal():
        raise argparse.ArgumentTypeError("a whole number, 0 or more")
    return int(typed)


def _picture(path: str) -> Raster:
    try:
        return read_stamp(Path(path).read_bytes())
    except (OSError, BadStampError) as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def outputs_of(session: boto3.session.Session, stack: str) -> dict[str, str]:
    """Return a deployed stack's outputs by name."""
    stacks = session.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {o["OutputKey"]: o["OutputValue"] for o in stacks[0]["Outputs"]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
