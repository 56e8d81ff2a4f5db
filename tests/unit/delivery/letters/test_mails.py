"""The wording of mails: who is told what, and what is never told."""

import re
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser

import pytest

from paraphe.adapters.delivery.letters import Letters
from paraphe.domain.firms.member import Capability, Member
from paraphe.domain.requests import failures
from paraphe.domain.requests.decision import find_recipient
from paraphe.domain.requests.model import Notice, NoticeKind, SignatureRequest
from paraphe.domain.requests.recipient import DeliveryState, DigitTries, Role
from paraphe.ports.delivery import Attachment, Mail
from paraphe.ports.requests import RequestRef
from tests.support.world import World

LETTERS = Letters(lambda: "https://sign.example.test", lambda: "https://firm.example.test")
TOKEN = "t0ken-of-256-bits"
ORIGINAL = Attachment("lettre-0-signed.pdf", b"%PDF")
NBSP = "\u00a0"


def _launched(world: World, **more: int) -> tuple[RequestRef, SignatureRequest]:
    ref = world.launched(people=(1, 2), **more)
    return ref, world.load(ref)


def _write(
    request: SignatureRequest,
    kind: NoticeKind,
    reader: int | None = 0,
    attachments: tuple[Attachment, ...] = (),
) -> Mail:
    recipient = None if reader is None else request.recipients[reader]
    notice = Notice("0001", kind, recipient.id if recipient else None, request.updated_at)
    link = TOKEN if recipient else None
    return LETTERS.mail(notice, request, recipient, link, attachments, request.updated_at)


class _Shown(HTMLParser):
    """The text of a page, links included."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        """Collect."""
        self.parts.append(data)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w{3,}", text))


def test_the_invitation_says_who_what_until_when_and_how(world: World) -> None:
    """P9, P14."""
    _, request = _launched(world)
    request = replace(request, message="Merci\nde lire.")
    mail = _write(request, NoticeKind.INVITATION)
    assert mail.subject == f"À signer{NBSP}: Lettre de mission (Cabinet Exemple)"
    assert (mail.to_name, mail.to_address) == ("Signataire 0", "signataire-0@client.test")
    for text in (mail.text, mail.html):
        assert f"https://sign.example.test/s/{TOKEN}" in text
        assert "Claire Exemple (Cabinet Exemple) vous demande de signer 1 document" in text
        assert "4 avril 2026 à 11:30 (heure de Paris)" in text
        assert "lettre-0.pdf" in text
        assert "non qualifiée" in text
    assert "> Merci\n> de lire." in mail.text
    assert mail.reference == "0001"


def test_text_and_html_say_the_same(world: World) -> None:
    """Whoever reads one misses nothing of the other."""
    ref, request = _launched(world)
    for kind in NoticeKind:
        for reader in (0, None):
            mail = _write(request, kind, reader)
            html = " ".join(_Shown(mail.html).parts)
            assert _words(mail.text) <= _words(html), (kind, reader)
    assert world.load(ref) == request


def test_a_relaunch_tells_the_new_date(world: World) -> None:
    """P14."""
    ref, _ = _launched(world)
    world.now += timedelta(days=14)
    world.relaunch(ref)
    mail = _write(world.load(ref), NoticeKind.RELAUNCHED)
    assert "Délai prolongé" in mail.subject
    assert "18 avril 2026 à 11:30" in mail.text


def test_a_reminder_tells_the_same_date(world: World) -> None:
    """P15."""
    _, request = _launched(world)
    mail = _write(request, NoticeKind.REMINDER)
    assert mail.subject.startswith("Rappel")
    assert "4 avril 2026 à 11:30" in mail.text


@pytest.mark.parametrize("state", list(DeliveryState))
def test_the_sender_reads_whom_an_e_mail_did_not_reach_and_what_to_do(
    world: World, state: DeliveryState
) -> None:
    """The address is there, because a typing error in it is what is to be found."""
    ref, request = _launched(world)
    world.deliver()
    world.bounce(ref, world.mailer.sent[0], state)
    notice = next(n for n in world.notices(ref) if n.kind is NoticeKind.UNREACHABLE)

    def written(request: SignatureRequest) -> Mail:
        return LETTERS.mail(notice, request, None, None, (), request.updated_at)

    mail = written(world.load(ref))
    assert mail.to_address == "claire@cabinet.test"
    assert mail.subject == f"E-mail non reçu{NBSP}: Lettre de mission"
    assert "Signataire 0 (signataire-0@client.test)" in mail.text
    assert ("indésirable" in mail.text) is (state is DeliveryState.COMPLAINED)
    assert ("n’est pas arrivé" in mail.text) is (state is DeliveryState.BOUNCED)
    assert "Corrigez l’adresse" in mail.text
    world.cancel(ref)
    late = written(world.load(ref))
    assert "Corrigez" not in late.text
    assert "joignez Signataire 0 par un autre moyen" in late.text
    english = replace(request, sender=replace(request.sender, locale="en"))
    assert "The e-mail to Signataire 0 (signataire-0@client.test)" in written(english).text


def test_completed_with_and_without_attachment(world: World) -> None:
    """P17: attached when it fits, and by link always."""
    ref, _ = _launched(world, copies=1)
    world.sign_all(ref)
    request = world.load(ref)
    with_file = _write(request, NoticeKind.COMPLETED, 0, (ORIGINAL,))
    assert "est joint à cet e-mail" in with_file.text
    assert with_file.attachments == (ORIGINAL,)
    without = _write(request, NoticeKind.COMPLETED, 0)
    assert "trop volumineux" in without.text
    for mail in (with_file, without):
        assert f"/s/{TOKEN}" in mail.text
        assert "20 avril 2026 à 11:30 (heure de Paris)" in mail.text
    copy = next(i for i, r in enumerate(request.recipients) if r.role is Role.CC)
    assert "votre copie" in _write(request, NoticeKind.COMPLETED, copy, (ORIGINAL,)).text
    sender = _write(request, NoticeKind.COMPLETED, None, (ORIGINAL,))
    assert "Signataire 0, Signataire 1" in sender.text
    assert "/s/" not in sender.text


def test_declined_tells_the_sender_who_and_why_and_nobody_else(world: World) -> None:
    """P12."""
    ref, request = _launched(world)
    world.decline(ref, request.recipients[0].id, "Montant faux\n<b>ici</b>")
    request = world.load(ref)
    sender = _write(request, NoticeKind.DECLINED, None)
    assert "Signataire 0 a refusé" in sender.text
    assert "> Montant faux\n> <b>ici</b>" in sender.text
    assert "&lt;b&gt;ici&lt;/b&gt;" in sender.html
    other = _write(request, NoticeKind.DECLINED, 1)
    for text in (other.text, other.html, other.subject):
        assert "Signataire 0" not in text
        assert "Montant" not in text
        assert f"/s/{TOKEN}" not in text


def test_expired_names_to_the_sender_who_is_missing(world: World) -> None:
    """Whoever signed is not among them."""
    ref, request = _launched(world)
    world.sign(ref, request.recipients[0].id)
    world.now += timedelta(days=15)
    world.run_actor(ref)
    expired = world.load(ref)
    sender = _write(expired, NoticeKind.EXPIRED, None)
    assert f"N’ont pas signé{NBSP}: Signataire 1." in sender.text
    other = _write(expired, NoticeKind.EXPIRED, 0)
    assert "Signataire 1" not in other.text


def test_canceled_and_failed(world: World) -> None:
    """Nothing is lost by a failure; nothing is left to do after a cancellation."""
    ref, request = _launched(world)
    failed = failures.fail(request, "sign", world.now).request
    assert "Rien n’est perdu" in _write(failed, NoticeKind.FAILED, None).text
    world.cancel(ref)
    canceled = world.load(ref)
    assert "a annulé la demande" in _write(canceled, NoticeKind.CANCELED, 0).text
    assert "Comme demandé" in _write(canceled, NoticeKind.CANCELED, None).text


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_everybody_reads_their_own_language(world: World, kind: NoticeKind) -> None:
    """The recipient's, and the sender's for what goes to the sender."""
    _, request = _launched(world)
    first, second = request.recipients
    request = replace(
        request,
        sender=replace(request.sender, locale="en"),
        recipients=(replace(first, locale="en"), second),
    )
    for reader, greeting in ((0, "Hello"), (1, "Bonjour"), (None, "Hello")):
        mail = _write(request, kind, reader)
        assert mail.text.startswith(greeting)
        assert f'<html lang="{"fr" if reader == 1 else "en"}">' in mail.html


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_names_and_titles_can_harm_neither_headers_nor_html(world: World, kind: NoticeKind) -> None:
    """No line break in a header line, no markup in the page."""
    _, request = _launched(world)
    nasty = 'A\r\nBcc: x@y.test\u2028<img src="http://t.test/1.gif">{0}{title}%s'
    request = replace(
        request,
        title=nasty,
        firm_name=nasty,
        message=nasty,
        sender=replace(request.sender, name=nasty),
        recipients=tuple(replace(r, name=nasty) for r in request.recipients),
    )
    for reader in (0, None):
        mail = _write(request, kind, reader)
        for line in (mail.subject, mail.to_name):
            assert line.replace(NBSP, " ").isprintable()
            assert line == line.strip()
        assert len(mail.subject) <= 150
        assert "<img" not in mail.html


def test_no_mail_loads_anything_or_runs_anything(world: World) -> None:
    """No remote pictures, no scripts, no style sheets: inline styles only."""
    _, request = _launched(world)
    for kind in NoticeKind:
        html = _write(request, kind).html
        assert not re.search(r"<(img|script|link|style|iframe)\b|src=|url\(", html)
        assert set(re.findall(r'href="([^"]+)"', html)) <= {f"https://sign.example.test/s/{TOKEN}"}


def test_find_recipient_of_the_notice_is_whom_it_is_written_to(world: World) -> None:
    """The delivery's own path, with the real wording."""
    ref, _ = _launched(world)
    world.post = replace(world.post, letters=LETTERS)
    assert world.deliver() == 1
    mail = world.mailer.sent[0]
    first = world.signer_ids(ref)[0]
    assert mail.to_address == find_recipient(world.load(ref), first).email
    assert world.links.token(world.visit(ref, first).ref, 1) in mail.text


def _batch(world: World) -> tuple[RequestRef, Member]:
    member, ref = world.member(Capability.SEAL), world.batch(files=2, copies=1)
    world.ask_to_seal(ref, member)
    world.run_actor(ref)
    return ref, member


def test_p21_a_sealed_batch_is_called_sealed(world: World) -> None:
    """Nobody has signed it, so no mail says so; nor is the member named to who gets a copy."""
    ref, member = _batch(world)
    world.confirm_seal(ref, member, world.seal_code(ref))
    request = world.run_actor(ref)
    copy = next(n for n, r in enumerate(request.recipients) if r.role is Role.CC)
    for reader in (None, copy):
        mail = _write(request, NoticeKind.COMPLETED, reader, (ORIGINAL,))
        assert mail.subject.startswith(f"Scellée{NBSP}: Lettre de mission")
        assert "Cabinet Exemple" in mail.text
        assert "igné par tout" not in mail.text
        assert member.name not in mail.text.replace(request.sender.name, "")


def test_p14_a_batch_that_ended_otherwise_says_that_nothing_is_sealed(world: World) -> None:
    """Expired and canceled; nobody is listed as not having signed."""
    ref, _ = _batch(world)
    request = world.load(ref)
    expired = _write(request, NoticeKind.EXPIRED, None)
    assert "sans le cachet du cabinet" in expired.text
    canceled = _write(request, NoticeKind.CANCELED, None)
    assert "Rien n’a été scellé." in canceled.text
    for mail in (expired, canceled):
        assert "signé" not in mail.text


def test_p10_the_sender_learns_whose_link_is_locked(world: World) -> None:
    """P10: by name, with what to do in either case; nothing of the digits."""
    _, request = _launched(world)
    first, second = request.recipients
    wrong = ("0101", "0102", "0103", "0104", "0105")
    tries = DigitTries(wrong, wrong)
    request = replace(request, recipients=(first, replace(second, digit_tries=tries)))
    mail = _write(request, NoticeKind.LINK_LOCKED, None)
    assert mail.subject.startswith("Lien bloqué pour un temps")
    assert second.name in mail.text
    assert first.name not in mail.text
    assert "vérifiez le numéro de mobile" in mail.text.replace("\n", " ")
    assert "corrigez l’adresse e-mail" in mail.text.replace("\n", " ")
    assert "0101" not in mail.text
