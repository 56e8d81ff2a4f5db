"""P17: the outbox becomes mails, each only while it is true."""

from datetime import timedelta

import pytest

from paraphe.domain.requests.model import NoticeKind
from paraphe.ports.requests import RequestRef
from paraphe.usecases.delivery.deliver_notice import ATTACH_AT_MOST, deliver_notice
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import World


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _deliver(world: World, ref: RequestRef, kind: NoticeKind) -> list[bool]:
    return [
        deliver_notice(world.post, ref, notice, world.now).sent
        for notice in world.notices(ref)
        if notice.kind is kind
    ]


def test_an_invitation_holds_the_link_of_its_recipient(world: World) -> None:
    """The link in the mail is the one that opens the page."""
    ref = world.launched(people=(1, 2))
    assert world.deliver() == 1
    mail = world.mailer.sent[0]
    assert mail.to_address == "signataire-0@client.test"
    assert mail.text == world.links.token(world.visit(ref, world.signer_ids(ref)[0]).ref, 1)
    assert not mail.attachments


@pytest.mark.parametrize("event", ["signed", "replaced", "canceled", "corrected"])
def test_a_late_invitation_is_not_sent(world: World, event: str) -> None:
    """Nobody is asked for what is done, taken from them, over, or sent to a wrong address."""
    ref = world.launched(people=(1, 2))
    signer = world.signer_ids(ref)[0]
    if event == "signed":
        world.sign(ref, signer)
    elif event == "replaced":
        world.replace(ref, signer)
    elif event == "canceled":
        world.cancel(ref)
    else:
        world.change(ref, signer, RecipientChange(email="juste@client.test"))
    notice = world.notices(ref)[0]
    assert (notice.kind, notice.recipient_id) == (NoticeKind.INVITATION, signer)
    assert not deliver_notice(world.post, ref, notice, world.now).sent
    assert world.mailer.sent == []


def test_p17_an_original_that_is_too_large_is_linked_only(world: World) -> None:
    """P17: all attachments or none; the link is always there."""
    ref = world.launched()
    signer = world.signer_ids(ref)[0]
    world.accept(ref, signer)
    world.signer.padding = ATTACH_AT_MOST
    world.run_actor(ref)
    assert _deliver(world, ref, NoticeKind.COMPLETED) == [True, True]
    assert [mail.attachments for mail in world.mailer.sent] == [(), ()]
    assert world.mailer.sent[1].text


def test_p16_a_mail_after_the_month_has_no_attachment(world: World) -> None:
    """P16: what is erased is not sent; the mail itself still tells the end."""
    ref = world.launched()
    world.sign_all(ref)
    world.now += timedelta(days=31)
    world.sweep()
    _deliver(world, ref, NoticeKind.COMPLETED)
    assert all(not mail.attachments for mail in world.mailer.sent)


def test_the_sender_is_told_in_every_case(world: World) -> None:
    """Completed, declined, expired, canceled, failed: one mail to the sender, without a link."""
    for act in (world.sign, world.decline):
        ref = world.launched()
        act(ref, world.signer_ids(ref)[0])
        world.run_actor(ref)
    world.deliver()
    mine = [mail for mail in world.mailer.sent if mail.to_address == "claire@cabinet.test"]
    assert [mail.subject.split()[0] for mail in mine] == ["completed", "declined"]
    assert {mail.text for mail in mine} == {""}
