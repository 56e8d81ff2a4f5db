"""Keys, mail, SMS and executions."""

from __future__ import annotations

import email
import json
import urllib.request
import uuid
from base64 import b64decode
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from paraphe.adapters import clients
from paraphe.adapters.delivery.ses import SesMailer
from paraphe.adapters.delivery.sns import SnsSms
from paraphe.adapters.faults import ServiceRefusedError
from paraphe.adapters.requests.executions import StepFunctionsExecutions
from paraphe.adapters.signing.kms_secrets import KmsCodes, KmsLinks
from paraphe.contracts.workflow_steps import start_input
from paraphe.domain.requests.actor import Next, Step
from paraphe.ports.delivery import Attachment, Mail, PhoneRefusedError
from paraphe.ports.requests import RecipientRef, RequestRef
from paraphe.ports.system import TransientError

if TYPE_CHECKING:
    from tests.integration.adapters.conftest import Aws

RECIPIENT = RecipientRef("frm_1", "sr_1", "rcp_1")


def test_a_link_is_long_repeatable_and_its_own(aws: Aws) -> None:
    """256 bits, the same each time, another for every recipient and generation."""
    links = KmsLinks(clients.client("kms"), aws.link_key)
    token = links.token(RECIPIENT, 1)
    assert len(token) == 43
    assert "=" not in token
    assert links.token(RECIPIENT, 1) == token
    others = [
        links.token(RECIPIENT, 2),
        links.token(RecipientRef("frm_1", "sr_1", "rcp_2"), 1),
        links.token(RecipientRef("frm_2", "sr_1", "rcp_1"), 1),
    ]
    assert len({token, *others}) == 4


def test_a_code_is_bound_to_challenge_and_documents(aws: Aws) -> None:
    """Six digits, the same each time; right for this challenge and these documents only (P9)."""
    codes = KmsCodes(clients.client("kms"), aws.code_key)
    code = codes.make("otp_1")
    assert len(code) == 6
    assert code.isdigit()
    assert codes.make("otp_1") == code
    mac = codes.mac("otp_1", "digest", code)
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    assert codes.matches("otp_1", "digest", code, mac)
    assert not codes.matches("otp_1", "digest", wrong, mac)
    assert not codes.matches("otp_2", "digest", code, mac)
    assert not codes.matches("otp_1", "another", code, mac)
    assert not codes.matches("otp_1", "digest", code, "")
    assert not codes.matches("otp_1", "digest", code, "no hexadecimal")


def test_codes_differ(aws: Aws) -> None:
    """Fifty challenges do not share a handful of codes."""
    codes = KmsCodes(clients.client("kms"), aws.code_key)
    assert len({codes.make(f"otp_{n}") for n in range(50)}) > 45


def test_a_missing_key_is_a_refusal_not_a_retry(aws: Aws) -> None:
    """What retrying cannot cure is told apart."""
    assert aws.emulator.url
    links = KmsLinks(clients.client("kms"), str(uuid.uuid4()))
    with pytest.raises(ServiceRefusedError, match="kms:GenerateMac: NotFoundException"):
        links.token(RECIPIENT, 1)


def mail(**changes: Any) -> Mail:  # noqa: ANN401 - any field
    """A message to somebody whose name is not ASCII."""
    values: dict[str, Any] = {
        "to_name": "Zoé Müller, née Ødegård",
        "to_address": "zoe@example.org",
        "subject": "À signer : bilan",
        "text": "Bonjour",
        "html": "<p>Bonjour</p>",
        "attachments": (Attachment("bilan signé.pdf", b"%PDF-1.7"),),
        "reference": "sr_1:00000001-000-invitation",
    }
    return Mail(**{**values, **changes})


def sent(aws: Aws) -> dict[str, Any]:
    """The newest mail that SES took, as it was sent."""
    newest = max(aws.emulator.mail_dir.glob("*.json"), key=lambda path: path.name)
    request: dict[str, Any] = json.loads(newest.read_text(encoding="utf-8"))["request"]
    return request


def test_a_mail_goes_out_whole(aws: Aws) -> None:
    """Both texts, the attachment, a steady Message-ID, no invitation to automatic answers."""
    SesMailer(clients.client("sesv2"), "paraphe@example.org").send(mail())
    request = sent(aws)
    assert request["Destination"] == {"ToAddresses": ["zoe@example.org"]}
    raw = b64decode(request["Content"]["Raw"]["Data"])
    message = email.message_from_bytes(raw, policy=default)
    assert message["To"].addresses[0].display_name == "Zoé Müller, née Ødegård"
    assert str(message["From"]) == "Paraphe <paraphe@example.org>"
    assert message["Subject"] == "À signer : bilan"
    assert message["Message-ID"] == "<sr_1.00000001-000-invitation@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == "Bonjour"
    assert html.get_content().strip() == "<p>Bonjour</p>"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "bilan signé.pdf"
    assert attached.get_content() == b"%PDF-1.7"


def test_an_unverified_sender_is_refused_without_personal_data(aws: Aws) -> None:
    """SES quotes addresses in its messages; ours do not."""
    assert aws.emulator.url
    mailer = SesMailer(clients.client("sesv2"), "nobody@elsewhere.example")
    with pytest.raises(ServiceRefusedError) as caught:
        mailer.send(mail())
    assert "@" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_an_sms_goes_out(aws: Aws) -> None:
    """To the number given, with the text given."""
    SnsSms(clients.client("sns"), "Paraphe").send("+33600000007", "Code 123456")
    with urllib.request.urlopen(f"{aws.emulator.url}/_ministack/sns/sms-messages") as answer:
        stored = answer.read().decode()
    assert "+33600000007" in stored
    assert "Code 123456" in stored


def test_no_number_is_refused(aws: Aws) -> None:
    """Without a number there is nothing to try again."""
    assert aws.emulator.url
    with pytest.raises(PhoneRefusedError):
        SnsSms(clients.client("sns")).send("", "Code 123456")


def test_an_execution_is_started_once(aws: Aws) -> None:
    """A second start of the same generation is harmless; the next generation is another."""
    executions = StepFunctionsExecutions(clients.client("stepfunctions"), lambda: aws.state_machine)
    ref = RequestRef("frm_1", f"sr_{uuid.uuid4().hex}")
    assert not executions.is_running(ref, 1)
    executions.start(ref, 1)
    executions.start(ref, 1)
    assert executions.is_running(ref, 1)
    assert not executions.is_running(ref, 2)
    arn = f"{aws.state_machine.replace('stateMachine', 'execution')}:{ref.request_id}-1"
    found = clients.client("stepfunctions").describe_execution(executionArn=arn)
    assert json.loads(found["input"]) == start_input("frm_1", ref.request_id, 1)
    clients.client("stepfunctions").stop_execution(executionArn=arn)
    assert not executions.is_running(ref, 1)
    executions.start(ref, 1)


def test_a_dead_token_wakes_nobody(aws: Aws) -> None:
    """An answered or forgotten token is not an error."""
    executions = StepFunctionsExecutions(clients.client("stepfunctions"), lambda: aws.state_machine)
    assert not executions.wake("no-such-token", Step(Next.END))


def test_a_service_that_is_away_is_transient(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens: try again later."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    clients.forget()
    try:
        links = KmsLinks(clients.client("kms"), aws.link_key)
        with pytest.raises(TransientError):
            links.token(RECIPIENT, 1)
    finally:
        clients.forget()
