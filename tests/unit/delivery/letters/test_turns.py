"""Letters to approvers and viewers: what they are asked, and nothing of codes or signing."""

import pytest

from paraphe.adapters.delivery.letters import Letters
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import Notice, NoticeKind
from paraphe.domain.requests.recipient import Role
from paraphe.ports.delivery import Mail
from tests.support.world import World

LETTERS = Letters(lambda: "https://sign.example.test", lambda: "https://firm.example.test")
NBSP = "\u00a0"


def _mail(world: World, role: Role, kind: NoticeKind, *, to_sender: bool = False) -> Mail:
    ref = world.draft(people=(2,))
    made = world.add_recipient(ref, order=1, number=7, role=role)
    world.launch(ref)
    request = world.run_actor(ref)
    if kind is NoticeKind.DECLINED:
        world.decline(ref, made.id, "Montant faux.")
        request = world.run_actor(ref)
    if kind is NoticeKind.EXPIRED:
        assert request.deadline is not None
        world.now = request.deadline
        request = world.run_actor(ref)
    reader = None if to_sender else find_recipient(request, made.id)
    notice = Notice("0001", kind, made.id if reader else None, world.now)
    return LETTERS.mail(notice, request, reader, "t0ken" if reader else None, (), world.now)


@pytest.mark.parametrize(
    ("kind", "subject"),
    [
        (NoticeKind.INVITATION, "À approuver"),
        (NoticeKind.REMINDER, "Rappel, à approuver"),
        (NoticeKind.RELAUNCHED, "Délai prolongé pour approuver"),
    ],
)
def test_an_approver_is_asked_to_approve(kind: NoticeKind, subject: str) -> None:
    """With the deadline and the digits, without a code."""
    mail = _mail(World(), Role.APPROVER, kind)
    assert mail.subject == f"{subject}{NBSP}: Lettre de mission (Cabinet Exemple)"
    for text in (mail.text, mail.html):
        assert "vous demande d’approuver 1 document" in text
        assert "Vous pouvez approuver jusqu’au 4 avril 2026" in text
        assert "4 derniers chiffres" in text
        assert "Lire et approuver" in text
        assert "SMS" not in text
        assert "de signer" not in text


def test_a_viewer_is_given_something_to_read() -> None:
    """Nothing is asked of them, and nothing has to be done by a date."""
    mail = _mail(World(), Role.VIEWER, NoticeKind.INVITATION)
    assert mail.subject == f"À lire{NBSP}: Lettre de mission (Cabinet Exemple)"
    assert "vous donne 1 document à lire" in mail.text
    assert "jusqu’au" not in mail.text
    assert "https://sign.example.test/s/t0ken" in mail.text


def test_a_viewer_gets_a_copy_of_what_was_signed() -> None:
    """P17: as who gets a copy."""
    world = World()
    ref = world.draft()
    made = world.add_recipient(ref, order=1, number=7, role=Role.VIEWER)
    world.launch(ref)
    world.run_actor(ref)
    request = world.sign_all(ref)
    notice = Notice("0001", NoticeKind.COMPLETED, made.id, world.now)
    reader = find_recipient(request, made.id)
    mail = LETTERS.mail(notice, request, reader, "t0ken", (), world.now)
    assert "Voici votre copie" in mail.text


def test_p12_the_sender_hears_that_an_approver_declined() -> None:
    """With the reason; nobody is said to have refused to sign."""
    mail = _mail(World(), Role.APPROVER, NoticeKind.DECLINED, to_sender=True)
    assert f"Signataire 7 a refusé d’approuver «{NBSP}Lettre de mission{NBSP}»." in mail.text
    assert "> Montant faux." in mail.text
    assert "a refusé de signer" not in mail.text


def test_the_sender_hears_who_did_not_approve_in_time() -> None:
    """Everybody who was waited for is named."""
    mail = _mail(World(), Role.APPROVER, NoticeKind.EXPIRED, to_sender=True)
    line = next(line for line in mail.text.splitlines() if line.startswith("N’ont pas signé ou"))
    assert "Signataire 7" in line
    assert "Signataire 0" in line
