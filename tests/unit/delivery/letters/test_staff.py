"""P23, P25: the letter that invites staff, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from paraphe.adapters.delivery.letters import Letters
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.invitation import LIFETIME, Invitation
from tests.support.world import FIRM, START

LETTERS = Letters(lambda: "https://sign.example.test", lambda: "https://firm.example.test")
INVITED = Invitation(
    "inv_00000001",
    FIRM.id,
    "Léa Petit",
    "lea@cabinet.test",
    "fr",
    START,
    START,
    START + LIFETIME + timedelta(0),
)


@pytest.mark.parametrize(
    ("locale", "subject", "until"),
    [
        ("fr", "Cabinet Exemple vous invite sur Paraphe", "27 mars 2026"),
        ("en", "Cabinet Exemple invites you to Paraphe", "27 March 2026"),
    ],
)
def test_p25_the_link_leads_into_the_portal(locale: str, subject: str, until: str) -> None:
    """P25: text and HTML carry the same link, and say until when it works."""
    mail = LETTERS.staff_invitation(replace(INVITED, locale=locale), FIRM, "frm.inv.token")
    assert (mail.subject, mail.to_address) == (subject, "lea@cabinet.test")
    for body in (mail.text, mail.html):
        assert "https://firm.example.test/invitations/frm.inv.token" in body
        assert until in body
        assert "Léa Petit" in body


def test_what_a_firm_is_called_adds_no_header_and_no_html() -> None:
    """The name of a firm is text."""
    firm = Firm(FIRM.id, "<b>Cabinet</b>\r\nBcc: x@y.test")
    mail = LETTERS.staff_invitation(INVITED, firm, "t")
    assert "\n" not in mail.subject
    assert "<b>Cabinet</b>" not in mail.html
