"""`paraphe firm open|list|seal-renew|stamp|sending`."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from infra.operate.commands.arguments import (
    add_file,
    add_firm,
    amount,
    countries,
    name,
    picture,
    siren,
)
from infra.operate.commands.running import Answer, add_work

if TYPE_CHECKING:
    import argparse

    from infra.operate.stack import Stack
    from paraphe.command.parser import Command

_OPEN = 'paraphe firm open --stack paraphe-staging --name "Cabinet Martin" --siren 123456782'
_SENDING = (
    "paraphe firm sending --stack paraphe-staging --firm frm_… --countries FR,GP,BE "
    "--sms-per-day 2000"
)
_STAMP = "paraphe firm stamp --stack paraphe-staging --firm frm_… --picture logo.png"
_AMOUNTS = {
    "sms_per_number": "codes to one phone a day (UTC)",
    "sms_per_day": "codes a day in all",
    "mails_per_address": "e-mails to one person a day",
    "mails_per_day": "e-mails a day in all",
}


def add_to(parser: Command) -> None:
    """Add the commands."""
    firm = parser.add_group("firm", "open firms, and change what is theirs")
    _add_open(firm)
    add_work(
        firm,
        "list",
        "show the firms of a stack",
        _list,
        example="paraphe firm list --stack paraphe-staging",
    )
    renew = add_work(
        firm,
        "seal-renew",
        "certify a firm's seal for 3 more years, with the same key",
        _renew,
        example="paraphe firm seal-renew --stack paraphe-staging --firm frm_…",
    )
    stamp = add_work(
        firm, "stamp", "change the picture that a firm's seal shows", _stamp, example=_STAMP
    )
    which = stamp.add_mutually_exclusive_group(required=True)
    add_file(which, "--picture", type=picture, metavar="FILE", help="PNG or JPEG")
    which.add_argument("--remove", action="store_true", help="show name and date alone")
    sending = add_work(
        firm, "sending", "set what a firm may send, or show it", _send, example=_SENDING
    )
    sending.add_argument(
        "--countries", type=countries, help="where phones get codes: ISO 3166-1, FR,BE,CH"
    )
    for limit, what in _AMOUNTS.items():
        option = f"--{limit.replace('_', '-')}"
        sending.add_argument(option, type=amount, metavar="N", help=f"at most: {what}")
    for command in (renew, stamp, sending):
        add_firm(command)


def _add_open(firm: Command) -> None:
    command = add_work(
        firm,
        "open",
        "open a firm with its seal, and print its software's API client once",
        _open,
        example=_OPEN,
    )
    command.add_argument(
        "--name", required=True, type=name, help="the firm's name as signers read it"
    )
    command.add_argument(
        "--siren", type=siren, help="its SIREN, 9 digits; without one it has no seal"
    )
    command.add_argument(
        "--seal-at-end", action="store_true", help="every request ends with the firm's seal"
    )
    add_file(
        command, "--stamp", type=picture, metavar="FILE", help="PNG or JPEG that its seal shows"
    )
    command.add_argument(
        "--software", default="", help="what the firm calls the software; evidence tells it"
    )


def _open(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.firms import open_firm

    stack.say("opening the firm")
    client = open_firm(
        stack.client_of,
        stack.outputs,
        name=options.name,
        siren=options.siren,
        now=stack.now,
        seal_at_end=options.seal_at_end,
        stamp=options.stamp,
        software=options.software,
    )
    return Answer(json.dumps(asdict(client), indent=2) + "\n")


def _list(_: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.firms import listed

    stack.say("reading the table")
    firms = listed(stack.client("dynamodb"), stack.outputs["TableName"])
    return Answer("".join(f"{one.id}  {one.siren or '-':9}  {one.name}\n" for one in firms))


def _renew(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.firms import certify_seal

    stack.say("certifying the seal")
    certificate = certify_seal(stack.client_of, stack.outputs, options.firm, stack.now)
    return Answer(f"certified until {certificate.not_valid_after_utc:%Y-%m-%d}\n")


def _stamp(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.stamp import give_stamp

    give_stamp(stack.client_of, stack.outputs, options.firm, options.picture)
    return Answer("the seal shows no picture\n" if options.remove else "the seal shows it\n")


def _send(options: argparse.Namespace, stack: Stack) -> Answer:
    from infra.operate.firms import allow_sending

    said = {setting: getattr(options, setting) for setting in ("countries", *_AMOUNTS)}
    given = {setting: value for setting, value in said.items() if value is not None}
    sending = allow_sending(
        stack.client_of, stack.outputs, options.firm, lambda before: replace(before, **given)
    )
    return Answer(json.dumps(asdict(sending), indent=2) + "\n")
