"""Names that travel in headers: of files, of people, of executions."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraphe.adapters.delivery.ses import compose
from paraphe.adapters.requests.executions import execution_arn
from paraphe.adapters.s3.presigned import attachment
from paraphe.ports.delivery import Mail

STATE_MACHINE = "arn:aws:states:eu-west-3:000000000000:stateMachine:paraphe"


@given(st.text(max_size=60))
def test_a_file_name_never_breaks_its_header(name: str) -> None:
    """Any name gives one ASCII header; the long form holds every printable character of it."""
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    plain, _, long = header.partition("; filename*=UTF-8''")
    assert plain.count('"') == 2
    kept = "".join(c for c in name if c.isprintable() and c not in "/\\") or "document"
    assert unquote(long) == kept


def _mail(**changes: str) -> Mail:
    values = {
        "to_name": "Zoé",
        "to_address": "zoe@example.org",
        "subject": "Bilan",
        "text": "Bonjour",
        "html": "<p>Bonjour</p>",
        **changes,
    }
    return Mail(**values)  # type: ignore[arg-type] # text fields only


@given(st.text(max_size=80), st.text(max_size=80))
def test_names_and_subjects_cannot_add_headers(name: str, subject: str) -> None:
    """Line breaks in what a sender typed stay text."""
    mail = _mail(to_name=name + "\r\nBcc: x@example.org", subject=subject + "\nBcc: y@example.org")
    message = message_from_bytes(compose(mail, "paraphe@example.org").as_bytes(), policy=default)
    assert message["Bcc"] is None
    assert [a.addr_spec for a in message["To"].addresses] == ["zoe@example.org"]


@pytest.mark.parametrize("address", ["", "zoe", "a@b\r\nBcc: c@d", "a@b, c@d"])
def test_an_impossible_address_is_refused_without_being_quoted(address: str) -> None:
    """The error does not repeat it."""
    with pytest.raises(ValueError, match=r"^this address cannot be written to$") as caught:
        compose(_mail(to_address=address), "paraphe@example.org")
    assert caught.value.__suppress_context__


def test_an_alias_is_not_part_of_an_executions_arn() -> None:
    """Executions started through an alias carry the machine's name."""
    expected = "arn:aws:states:eu-west-3:000000000000:execution:paraphe:sr_1-2"
    assert execution_arn(STATE_MACHINE, "sr_1-2") == expected
    assert execution_arn(f"{STATE_MACHINE}:live", "sr_1-2") == expected
    with pytest.raises(ValueError, match="not the ARN"):
        execution_arn("paraphe", "sr_1-2")
