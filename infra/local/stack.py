"""The laptop's platform as one context manager: AWS, trust services, deploy, proxy, inbox."""

from __future__ import annotations

import contextlib
import functools
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from infra.local import deploy, emulator, sign_in
from infra.local.inbox import Inbox
from infra.local.journey import Software
from infra.local.proxy import Proxy, Routes
from infra.operate import ceremony, firms, members, register
from paraphe import wiring
from paraphe.adapters.firms.firm_store import DynamoFirms
from paraphe.adapters.trust.authority.pki_bucket import PkiBucket
from paraphe.adapters.trust.pades.cms.bundle import Purpose, label
from paraphe.domain.firms.member import Capability
from paraphe.domain.trust.identities import SealIdentity
from paraphe.usecases.firms.enrol_member import add_member, change_member
from paraphe.wiring import TSA_ROOTS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEMPLATE = emulator.REPOSITORY / "infra" / "template.yaml"
FROM_ADDRESS = "signature@cabinet.example"
MEMBER_PHONE = "+33644332211"
SIREN = "123456782"  # nobody's: the laptop's operator and its firms


@dataclass(frozen=True, slots=True)
class LocalStack:
    """The running platform.

    Attributes:
        url: where the signers' pages, `/v1/…` and `/inbox` are.
        portal_url: where the portal is.
        aws: the embedded AWS behind it.
        outputs: the stack's outputs.
        inbox: everything that was sent.
        clock_file: seconds that the platform's clock is ahead of the machine's.
        tsa_down: while this file exists, the time-stamp service answers 503.
    """

    url: str
    portal_url: str
    aws: emulator.Emulator
    outputs: dict[str, str]
    inbox: Inbox
    clock_file: Path
    tsa_down: Path

    @property
    def tsa_life(self) -> Path:
        """While this file holds a number of seconds, time-stamps' certificates live so long."""
        return self.tsa_down.with_name("life")

    @property
    def stamps_asked(self) -> int:
        """How many time-stamps were asked for so far."""
        return self.tsa_down.with_name("asked").stat().st_size

    def client(self, service: str) -> Any:  # noqa: ANN401 - one type per service
        """A boto3 client of the embedded AWS's administrator."""
        return deploy.client(self.aws, service)

    def shift_clock(self, seconds: float) -> None:
        """Set how far the platform's clock is ahead, in seconds."""
        partial = self.clock_file.with_suffix(".part")
        partial.write_text(str(seconds), encoding="ascii")
        partial.replace(self.clock_file)


@contextlib.contextmanager
def running(
    folder: Path, *, port: int = 0, persist: bool = False, template: Path = TEMPLATE
) -> Iterator[LocalStack]:
    """Run the whole platform in `folder` for the length of the block.

    Args:
        folder: everything that it keeps.
        port: where it answers on 127.0.0.1; 0 is any free one.
        persist: go on with what an earlier run left in `folder`.
        template: what is deployed.

    Raises:
        EmulatorError, DeployError: with the reason.
    """
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    clock_file = folder / "clock"
    if not (persist and clock_file.exists()):
        clock_file.write_text("0", encoding="ascii")
    with contextlib.ExitStack() as stack:
        proxy = stack.enter_context(Proxy(port).running())
        portal = stack.enter_context(Proxy(port + 1 if port else 0).running())
        issuer = stack.enter_context(_identity_provider(folder))
        tsa_url = stack.enter_context(_trust_services(folder, clock_file))
        aws = stack.enter_context(emulator.running(folder / "aws", persist=persist))
        _verify_sender(aws)
        wanted = {
            "Stage": "local",
            "ClockFile": str(clock_file),
            "TsaUrl": tsa_url,
            "PublicBaseUrl": proxy.url,
            "PkiBaseUrl": f"{proxy.url}/pki",
            "FromAddress": FROM_ADDRESS,
            "LoopbackWebhooks": "true",
            "PortalBaseUrl": portal.url,
            "LaptopIssuer": issuer,
            "OidcClientId": sign_in.CLIENT_ID,
            "OidcSecretParameter": sign_in.SECRET_PARAMETER,
            "OidcClaims": sign_in.CLAIMS,
        }
        known = deploy.parameters_of(template)
        parameters = {name: value for name, value in wanted.items() if name in known}
        _keep_secret(aws)
        outputs = deploy.deploy(aws, template, parameters)
        aws_client = functools.partial(deploy.client, aws)
        inbox = Inbox(aws.mail_dir, aws.url)
        ceremony.hold_for_stack(aws_client, outputs, "Paraphe", datetime.now(UTC))
        operator = SealIdentity("Paraphe", SIREN)
        ceremony.certify_evidence_seal(aws_client, outputs, operator, datetime.now(UTC))
        published = PkiBucket(aws_client("s3"), outputs["PkiBucketName"])
        with urllib.request.urlopen(tsa_url.removesuffix("/tsa") + "/pki/root.pem") as root:
            pem = label(root.read(), Purpose.TIME_STAMPS)
            published.write(TSA_ROOTS, pem, "application/x-pem-file")
        if "RegisterSource" in outputs:  # a template of an earlier release has no register
            numbers = register.numbers_in(sign_in.REGISTER.encode("cp1252"), "Numéro")
            register.bring(aws_client("dynamodb"), outputs["TableName"], numbers, datetime.now(UTC))
        proxy.open(Routes(aws.url, _table(outputs), inbox, published.read))
        if "PortalApiId" in outputs:
            portal.open(Routes(aws.url, _portal_table(outputs), inbox, published.read))
        tsa_down = folder / "tsa" / "down"
        yield LocalStack(proxy.url, portal.url, aws, outputs, inbox, clock_file, tsa_down)


def fresh_siren() -> str:
    """Return nine digits that nobody has used here, with their check digit: one opens one firm."""
    eight = f"{uuid.uuid4().int % 10**8:08d}"
    doubled = (int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(reversed(eight)))
    return f"{eight}{-sum(d - 9 if d > 9 else d for d in doubled) % 10}"


def open_firm(platform: LocalStack, name: str, *, seal_at_end: bool = False) -> Software:
    """Open a firm with a seal; the software that acts for it."""
    made = firms.open_firm(
        platform.client,
        platform.outputs,
        name=name,
        siren=fresh_siren(),
        now=datetime.now(UTC),
        seal_at_end=seal_at_end,
        software="Production comptable",
    )
    # One developer plays everybody: the limits of a real day would be reached before noon.
    firms.allow_sending(
        platform.client,
        platform.outputs,
        made.firm_id,
        lambda before: replace(before, sms_per_number=500, mails_per_address=500),
    )
    return software(platform, made.client_id, made.client_secret)


def sealing_member(platform: LocalStack, client_id: str) -> str:
    """The id of a member who may seal, of the firm that an API client belongs to; made once.

    Raises:
        LookupError: no firm has this client.
    """
    known = DynamoFirms(platform.client("dynamodb"), platform.outputs["TableName"])
    client = known.client(client_id)
    if client is None:
        raise LookupError(client_id)
    found = client.firm_id
    office = members.office_of(platform.client, platform.outputs)
    for member in office.members.listed(found):
        if Capability.SEAL in member.capabilities:
            return member.id
    made = add_member(
        office.members,
        wiring.services.entropy,
        found,
        name="Claire Martin",
        email="claire.martin@cabinet.example",
        subject="claire.martin",
        capabilities=(Capability.SEAL,),
        now=datetime.now(UTC),
    )
    return change_member(office.members, found, made.id, phone=MEMBER_PHONE).id


def software(platform: LocalStack, client_id: str, client_secret: str) -> Software:
    """A firm's software with the credentials that it was given."""
    return Software(
        url=platform.url,
        token_url=f"{platform.url}/oauth2/token",
        client_id=client_id,
        client_secret=client_secret,
    )


def _table(outputs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    api = f"/_aws/execute-api/{outputs['HttpApiId']}/{outputs['HttpStage']}"
    web = f"/_aws/execute-api/{outputs['WebApiId']}/{outputs['WebStage']}"
    return (("/v1/", api), ("/oauth2/", ""), ("/", web))


def _portal_table(outputs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    base = f"/_aws/execute-api/{outputs['PortalApiId']}/{outputs['PortalStage']}"
    return (("/", base),)


def _keep_secret(aws: emulator.Emulator) -> None:
    """What an operator does once: the template names the parameter, and never its value."""
    deploy.client(aws, "ssm").put_parameter(
        Name=sign_in.SECRET_PARAMETER, Value=sign_in.SECRET, Type="SecureString", Overwrite=True
    )


def _verify_sender(aws: emulator.Emulator) -> None:
    """SES sends only from identities that were verified; here, asking is enough."""
    with contextlib.suppress(ClientError):  # it is there already, in a kept state
        deploy.client(aws, "sesv2").create_email_identity(EmailIdentity=FROM_ADDRESS)


@contextlib.contextmanager
def _trust_services(folder: Path, clock_file: Path) -> Iterator[str]:
    """Run the local time-stamping service; yields the address that answers RFC 3161 requests."""
    port = _kept_port(folder / "tsa-port")
    state = folder / "tsa"
    state.mkdir(exist_ok=True)
    more = ("--port", str(port), "--state-dir", str(state), "--clock-file", str(clock_file))
    with _apart(folder / "tsa.log", port, "infra.local.tsa", *more):
        yield f"http://127.0.0.1:{port}/tsa"


@contextlib.contextmanager
def _identity_provider(folder: Path) -> Iterator[str]:
    """Run the local identity provider; yields its issuer, the same one in each run."""
    port = _kept_port(folder / "issuer-port")
    with _apart(folder / "issuer.log", port, "infra.local.sign_in", str(port)):
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def _apart(log_file: Path, port: int, module: str, *arguments: str) -> Iterator[None]:
    """Run a service in a process of its own for the length of the block."""
    with log_file.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=emulator.REPOSITORY,
            env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for_port(process, port, log_file)
        yield
    finally:
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _kept_port(file: Path) -> int:
    """The port of the last run, if it is still free: certificates have its address in them."""
    with contextlib.suppress(OSError, ValueError):
        port = int(file.read_text(encoding="ascii"))
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
        return port
    port = emulator.free_port()
    file.write_text(json.dumps(port), encoding="ascii")
    return port


def _wait_for_port(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    limit = time.monotonic() + emulator.START_TIMEOUT
    while time.monotonic() < limit and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise emulator.EmulatorError(f"a service did not start, see {log}")
