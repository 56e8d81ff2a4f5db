"""The operator's commands, as typed, on the deployed platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from infra.local.stack import fresh_siren
from paraphe.command.main import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from infra.local.stack import LocalStack

Typed = tuple[int, str, str]


@pytest.fixture
def paraphe(
    platform: LocalStack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Typed]:
    """Type a command; returns its exit code, its answer and its complaint."""
    for name, value in platform.aws.environment().items():
        monkeypatch.setenv(name, value)

    def typed(*words: str, stack: str = "paraphe") -> Typed:
        code = main([*words, "--stack", stack])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return typed


def test_a_firm_from_opening_to_its_limits(paraphe: Callable[..., Typed]) -> None:
    siren = fresh_siren()
    opening = ("firm", "open", "--name", "Cabinet Opérateur", "--siren", siren)
    code, told, _ = paraphe(*opening)
    assert code == 0
    made = json.loads(told)
    assert set(made) == {"firm_id", "client_id", "client_secret", "scope"}
    firm = ("--firm", made["firm_id"])
    assert f"{made['firm_id']}  {siren}  Cabinet Opérateur\n" in paraphe("firm", "list")[1]
    again = paraphe(*opening)
    assert again[:2] == (1, "")
    assert f"{made['firm_id']} has this SIREN" in again[2]
    code, told, _ = paraphe("firm", "seal-renew", *firm)
    assert (code, told.startswith("certified until 20")) == (0, True)
    code, told, _ = paraphe("firm", "sending", *firm, "--countries", "FR,BE", "--sms-per-day", "7")
    assert code == 0
    sending = json.loads(told)
    assert (sending["countries"], sending["sms_per_day"]) == (["FR", "BE"], 7)
    assert json.loads(paraphe("firm", "sending", *firm)[1]) == sending, "shown, nothing changed"
    assert paraphe("firm", "stamp", *firm, "--remove") == (0, "the seal shows no picture\n", "")


def test_a_firm_that_has_no_seal(paraphe: Callable[..., Typed]) -> None:
    made = json.loads(paraphe("firm", "open", "--name", "Sans SIREN")[1])
    refused = paraphe("firm", "seal-renew", "--firm", made["firm_id"])
    told = "paraphe firm seal-renew: the firm has no SIREN, and a seal names one\n"
    assert refused == (1, "", told)
    none = paraphe("firm", "seal-renew", "--firm", "frm_nobody")
    assert none == (1, "", "paraphe firm seal-renew: There is no such firm.\n")


def test_a_member_from_enrolling_to_leaving(paraphe: Callable[..., Typed]) -> None:
    firm = ("--firm", "frm_operators")
    person = ("--name", "Zoë Łukasz", "--email", "zoe@cabinet.example", "--subject", "zoe")
    refused = paraphe("member", "enrol", *firm, *person, "--phone", "+33123456789")
    assert (refused[0], refused[1]) == (1, "")
    wrong = ("--name", "Zoë", "--email", "zoe at cabinet", "--subject", "zoe")
    refused = paraphe("member", "enrol", *firm, *wrong)
    assert (refused[0], "e-mail address" in refused[2]) == (1, True)
    assert paraphe("member", "list", *firm) == (0, "", ""), "nothing was written"
    code, told, _ = paraphe(
        "member", "enrol", *firm, *person, "--phone", "+33612345678", "--may", "seal", "launch"
    )
    member_id, _, may = told.split()
    assert (code, may) == (0, "seal,launch")
    member = (*firm, "--member", member_id)
    again = paraphe("member", "enrol", *member)
    assert again[0] == 1
    assert again[2] == "paraphe member enrol: This member has a certificate: revoke it first.\n"
    assert paraphe("member", "change", *member, "--may")[1].split()[-1] == "-"
    assert paraphe("member", "revoke", *member) == (0, f"{member_id}  no certificate  -\n", "")
    code, told, _ = paraphe("member", "list", *firm)
    assert (code, told) == (0, f"{member_id}  no certificate  -\n")
    assert paraphe("member", "revoke", *member)[0] == 1
    nobody = paraphe("member", "change", *firm, "--member", "mbr_x", "--may")
    assert nobody[2] == "paraphe member change: There is no such member in this firm.\n"


def test_what_is_done_for_the_whole_stack(paraphe: Callable[..., Typed]) -> None:
    """Held again, the ceremony keeps what is there."""
    held = paraphe("ceremony", "--organization", "Paraphe", "--siren", "123456782")
    assert (held[0], held[2]) == (0, "")
    assert [line.partition(",")[0] for line in held[1].splitlines()] == [
        "CN=Paraphe Root CA",
        "CN=Paraphe Issuing CA",
        "CN=Paraphe",
    ]
    assert held == paraphe("ceremony", "--organization", "Paraphe", "--siren", "123456782")
    assert paraphe("revoke") == (0, "issuing.crl published\n", "")
    code, told, _ = paraphe("refile")
    assert (code, told.endswith(" requests filed\n")) == (0, True)
    code, told, _ = paraphe("heads", "check", "--firm", "frm_nobody")
    assert (code, told) == (3, "0 days, 0 requests, 0 differences\n")


def test_another_stack(paraphe: Callable[..., Typed]) -> None:
    """As AWS says it, not only our account in memory."""
    code, told, complaint = paraphe("firm", "list", stack="paraphe-prdo")
    assert (code, told) == (1, "")
    assert complaint.startswith("paraphe firm list: there is no stack paraphe-prdo in ")
