"""What operators cannot do: one line on standard error, an exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from infra.layer import ROOT as REPOSITORY
from infra.operate.failures import explain
from paraphe.adapters.trust.authority.chain import ISSUING, ROOT, ROOT_CRL
from paraphe.command.main import build_parser, main, perform
from tests.support.fakes.account import FakeAccount
from tests.support.trust import LAUNCH, TrustWorld

if TYPE_CHECKING:
    import argparse

FIRM = ("--firm", "frm_1")
MEMBER = (*FIRM, "--member", "mbr_1")
CEREMONY = "hold the ceremony first"
# Each command, and what an empty stack has it say.
REFUSED = {
    "ceremony --siren 123456782": "kms:GetPublicKey: NotFoundException",
    "firm open --name x --siren 123456782": CEREMONY,
    "firm list": "AWS refused Scan: AccessDeniedException: You may not scan.",
    f"firm seal-renew {' '.join(FIRM)}": "There is no such firm.",
    f"firm stamp --remove {' '.join(FIRM)}": "There is no such firm.",
    f"firm sending {' '.join(FIRM)}": "There is no such firm.",
    f"member enrol {' '.join(MEMBER)}": CEREMONY,
    f"member change {' '.join(MEMBER)}": CEREMONY,
    f"member revoke {' '.join(MEMBER)}": CEREMONY,
    f"member list {' '.join(FIRM)}": CEREMONY,
    "revoke --serial 0x1f": CEREMONY,
    f"heads check {' '.join(FIRM)}": "tsa-roots.pem is not published",
    "refile": "AWS refused Scan: AccessDeniedException",
}


def _perform(line: str, account: FakeAccount, stack: str = "paraphe") -> int:
    options = build_parser().read([*line.split(), "--stack", stack])
    return int(options.run(options, client_of=account.client, now=LAUNCH))


def _said(capsys: pytest.CaptureFixture[str], line: str) -> str:
    """The one line on standard error, without the command's name."""
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.count("\n") == 1
    name, _, told = shown.err.strip().partition(": ")
    assert line.startswith(name.removeprefix("paraphe").strip())
    return told


def _failed(line: str) -> int:
    """1; a verdict's command has another code for what is no verdict."""
    return 64 if line.startswith("heads") else 1


@pytest.mark.parametrize(("line", "told"), REFUSED.items())
def test_what_cannot_be_done_is_said(
    line: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    account = FakeAccount()
    assert _perform(line, account) == _failed(line)
    assert told in _said(capsys, line)
    assert account.rows == {}


@pytest.mark.parametrize("line", REFUSED)
def test_a_stack_that_is_not_there(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    account = FakeAccount()
    assert _perform(line, account, "paraphe-prdo") == _failed(line)
    assert _said(capsys, line) == "there is no stack paraphe-prdo in eu-west-3"
    assert account.asked == ["cloudformation"]


@pytest.mark.parametrize("line", REFUSED)
def test_a_stack_of_other_software(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    account = FakeAccount({"other": {}})
    assert _perform(line, account, "other") == _failed(line)
    assert "is it Paraphe's" in _said(capsys, line)


@pytest.mark.parametrize("line", REFUSED)
def test_wrong_arguments(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is asked of AWS: neither credentials nor a region are needed to be told."""
    with pytest.raises(SystemExit) as ended:
        main([*line.split(), "--stack", "x", "--colour", "red"])
    assert ended.value.code == (64 if line.startswith("heads") else 2)
    assert "unrecognized arguments: --colour red (see paraphe" in _said(capsys, line)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("ceremony --stack x --siren 12345", "a SIREN has nine digits"),
        ("firm open --stack x --name x --stamp missing.png", "No such file"),
        ("firm open --stack x --name \u2800", "U+2800"),
        ("ceremony --stack x --siren 123456782 --organization=", "it is blank"),
        ("firm sending --stack x --firm x --countries FR,XX", "no such country: XX"),
        ("firm sending --stack x --firm x --sms-per-day -1", "--sms-per-day"),
        ("revoke --stack x --serial abc", "a serial number is decimal, or 0x…"),
        ("heads check --stack x --firm x --trust missing.pem", "no certificate in missing.pem"),
        ("member change --stack x --firm x --member x --may fly", "invalid choice: 'fly'"),
        ("firm", "required: COMMAND (see paraphe firm --help)"),
        ("frim open", "invalid choice: 'frim'"),
        ("firm open --stack x", "required: --name"),
        ("firm open --stac x --name x", "--stac"),
    ],
)
def test_what_an_argument_cannot_be(
    words: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(words.split())
    assert told in _said(capsys, words)


def test_a_firm_that_is_left_behind_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Its software got no way in."""
    line, account = "firm open --name x", FakeAccount()
    assert _perform(line, account) == 1
    ((partition, _),) = account.rows
    told = _said(capsys, line)
    assert told.startswith(
        "cognito-idp:CreateUserPoolClient: LimitExceededException: AWS did not answer, try again; "
    )
    assert f"{partition.removeprefix('F#')} is written down without an API client" in told


def test_a_member_who_is_left_behind_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """They got no certificate, because KMS made no key."""
    chain = TrustWorld().authority.chain
    account = FakeAccount(
        published={
            ROOT: chain.root.public_bytes(Encoding.DER),
            ISSUING: chain.issuing.public_bytes(Encoding.DER),
            ROOT_CRL: chain.crls[0],
        }
    )
    line = f"member enrol {' '.join(FIRM)} --name Zoë --email zoe@cabinet.example --subject zoe"
    assert _perform(line, account) == 1
    ((_, row),) = account.rows
    told = _said(capsys, line)
    assert told.startswith("kms:CreateKey: LimitExceededException: AWS did not answer, try again; ")
    assert told.endswith(f"next time --member {row.removeprefix('MBR#')}")


@pytest.mark.parametrize(
    ("line", "code"), [("refile", 1), ("heads check --firm frm_1", 64), ("verify x.pdf", 64)]
)
def test_a_fault_of_ours_keeps_its_traceback(
    line: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """And is taken for no verdict."""

    def broken(_: argparse.Namespace) -> int:
        raise ZeroDivisionError

    stack = [] if line.startswith("verify") else ["--stack", "paraphe"]
    options = build_parser().read([*line.split(), *stack])
    options.run = broken
    assert perform(options) == code
    assert "Traceback" in capsys.readouterr().err


def test_only_what_is_expected_is_explained() -> None:
    assert explain(ZeroDivisionError()) is None
    assert explain(FileNotFoundError(2, "No such file", "CERTIFICATE_POLICY.md")) is None


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, "no AWS region"),
        ({"AWS_REGION": "eu-west-3", "AWS_DEFAULT_REGION": "eu-west-3"}, "sign in to AWS"),
        ({"AWS_PROFILE": "nobody"}, "nobody"),
        (
            {
                "AWS_DEFAULT_REGION": "eu-west-3",
                "AWS_ACCESS_KEY_ID": "x",
                "AWS_SECRET_ACCESS_KEY": "x",
                "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
                "AWS_MAX_ATTEMPTS": "1",
            },
            "AWS was not reached",
        ),
    ],
    ids=["region", "credentials", "profile", "network"],
)
def test_an_account_that_cannot_be_reached(environment: dict[str, str], told: str) -> None:
    """With boto3 itself, in a process that has nothing but this."""
    done = subprocess.run(
        [sys.executable, "-m", "paraphe", "firm", "list", "--stack", "paraphe"],
        cwd=REPOSITORY,
        env={
            "PATH": os.environ["PATH"],
            "HOME": "/nonexistent",
            "AWS_EC2_METADATA_DISABLED": "true",
            **environment,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("paraphe firm list: ")
    assert told in done.stderr
    assert done.stderr.count("\n") == 1
