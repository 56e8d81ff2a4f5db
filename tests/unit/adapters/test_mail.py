"""Mails as they leave: attachments byte for byte, whatever they are called."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paraphe.adapters.delivery.ses import SesMailer, compose, written
from paraphe.ports.delivery import Attachment, Mail

SENDER = "Paraphe <signature@cabinet.example>"


def _mail(*attachments: Attachment) -> Mail:
    return Mail(
        to_name="Jérôme",
        to_address="jerome@client.test",
        subject="Signé : lettre de mission",
        text="Bonjour\n",
        html="<p>Bonjour</p>",
        attachments=attachments,
        reference="00000001-000",
    )


def _sent(mail: Mail) -> bytes:
    return written(compose(mail, SENDER), mail.attachments)


class _Ses:
    """Keeps what SES v2 is asked for."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []

    def send_email(self, **asked: Any) -> None:  # noqa: ANN401 - as boto3's
        self.asked.append(asked)


def test_tags_go_with_the_mail_and_not_into_it() -> None:
    """SES gives them back with every event; its reader finds nothing of them in the message."""
    ses: Any = _Ses()
    tags = {"request": "sr_1234", "firm": "frm_1234"}
    SesMailer(ses, SENDER, "paraphe-prod").send(replace(_mail(), tags=tags))
    SesMailer(ses, SENDER).send(_mail())
    tagged, plain = ses.asked
    assert tagged["ConfigurationSetName"] == "paraphe-prod"
    assert tagged["EmailTags"] == [
        {"Name": "firm", "Value": "frm_1234"},
        {"Name": "request", "Value": "sr_1234"},
    ]
    assert b"frm_1234" not in tagged["Content"]["Raw"]["Data"]
    assert not {"EmailTags", "ConfigurationSetName"} & set(plain)


@settings(max_examples=40)
@given(st.binary(max_size=300), st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_an_attachment_arrives_byte_for_byte(content: bytes, name: str) -> None:
    raw = _sent(_mail(Attachment(f"{name}.pdf", content), Attachment("deux.pdf", b"%PDF")))
    read = message_from_bytes(raw, policy=default)
    first, second = read.iter_attachments()
    assert first.get_content() == content
    assert second.get_content() == b"%PDF"
    assert first.get_content_type() == "application/pdf"
    assert second.get_filename() == "deux.pdf"
    body = read.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines() == ["Bonjour"]


def test_a_message_with_an_attachment_has_the_headers_of_one_without() -> None:
    plain = message_from_bytes(_sent(_mail()), policy=default)
    attached = message_from_bytes(_sent(_mail(Attachment("a.pdf", b"%PDF"))), policy=default)
    changed = {"Content-Type", "MIME-Version"}
    assert {k: v for k, v in plain.items() if k not in changed} == {
        k: v for k, v in attached.items() if k not in changed
    }
    assert attached.get_content_type() == "multipart/mixed"
    assert attached["MIME-Version"] == "1.0"


def test_a_boundary_never_stands_in_an_attachment() -> None:
    """Base64 has no hyphens, so a boundary cannot be in it; lines are short and end in CRLF."""
    content = hashlib.sha256(b"x").digest() * 4000
    raw = _sent(_mail(Attachment("a.pdf", content)))
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert b"\n" not in raw.replace(b"\r\n", b"")


@pytest.mark.parametrize("name", ["é è.pdf", 'a"b\r\nBcc: x@y.z.pdf', "契約.pdf"])
def test_a_name_adds_no_header(name: str) -> None:
    raw = _sent(_mail(Attachment(name, b"%PDF")))
    read = message_from_bytes(raw, policy=default)
    assert read["Bcc"] is None
    (attached,) = read.iter_attachments()
    assert set(attached.keys()) == {
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-Disposition",
    }
