"""Mails that bounce or are complained about: recorded once, told once, made good."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from paraphe.adapters.dynamodb.codec import decode, encode
from paraphe.domain.delivery import bounces
from paraphe.domain.delivery.bounces import Failure
from paraphe.domain.evidence import audit
from paraphe.domain.requests.model import Notice, NoticeKind, RequestState
from paraphe.domain.requests.recipient import Delivery, DeliveryState, Recipient
from paraphe.ports.requests import RequestRef
from paraphe.usecases.delivery.deliver_notice import deliver_notice
from paraphe.usecases.delivery.record_bounce import record_bounce
from paraphe.usecases.requests.edit_recipients import RecipientChange
from tests.support.world import World

if TYPE_CHECKING:
    from paraphe.ports.delivery import Mail


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _invited(world: World, people: tuple[int, ...] = (1,)) -> tuple[RequestRef, Mail]:
    ref = world.launched(people=people)
    world.deliver()
    return ref, world.mailer.sent[0]


def _told(world: World, ref: RequestRef) -> list[str | None]:
    """About whom the sender is owed a mail."""
    notices = [n for n in world.notices(ref) if n.kind is NoticeKind.UNREACHABLE]
    assert all(n.recipient_id is None for n in notices)
    return [n.about for n in notices]


def _failures(world: World, ref: RequestRef) -> int:
    return sum(kind in {"mail_bounced", "mail_complained"} for kind in world.kinds(ref))


def test_a_mail_says_by_ids_alone_what_it_is_about(world: World) -> None:
    """Nothing personal, in characters that SES takes (letters, digits, `_` and `-`)."""
    ref, mail = _invited(world)
    signer = world.signer_ids(ref)[0]
    assert mail.tags == {
        "firm": ref.firm_id,
        "request": ref.request_id,
        "recipient": signer,
        "link": "1",
        "notice": world.notices(ref)[0].id,
    }
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,256}", value) for value in mail.tags.values())
    world.cancel(ref)
    world.run_actor(ref)
    world.deliver()
    assert [m.tags["recipient"] for m in world.mailer.sent[1:]].count("sender") == 1


@pytest.mark.parametrize("state", list(DeliveryState))
def test_a_failed_mail_is_in_the_trail_the_state_and_the_sender_s_post(
    world: World, state: DeliveryState
) -> None:
    ref, mail = _invited(world, (1, 1))
    signer, other = world.signer_ids(ref)
    assert world.bounce(ref, mail, state)
    kept = Delivery(state, world.now, (mail.tags["notice"],))
    assert world.recipient(ref, signer).delivery == kept
    assert world.recipient(ref, other).delivery is None
    event = world.requests.events(ref)[-1]
    assert event.kind == f"mail_{state}"
    assert event.data == {
        "recipient": signer,
        "notice": mail.tags["notice"],
        "subtype": "General",
    }
    assert _told(world, ref) == [signer]
    assert world.deliver() == 1
    assert world.mailer.sent[-1].to_address == "claire@cabinet.test"
    assert world.mailer.sent[-1].tags["recipient"] == "sender"


def test_once_per_notice_however_often_and_in_whatever_order_it_is_told(world: World) -> None:
    """The trail has one event per notice; the sender gets one mail per address."""
    ref, first = _invited(world)
    world.remind(ref)
    world.deliver()
    second = world.mailer.sent[-1]
    assert second.tags["notice"] != first.tags["notice"]
    done = [world.bounce(ref, mail) for mail in (second, first, second, first, first)]
    assert done == [True, True, False, False, False]
    assert _failures(world, ref) == 2
    assert len(_told(world, ref)) == 1
    request = world.load(ref)
    events = world.requests.events(ref)
    assert audit.first_break(events, count=request.audit_seq, head=request.audit_head) is None


def test_a_correction_makes_it_good_and_the_new_address_is_written_to(world: World) -> None:
    """The new address counts as a new one; what comes late about the old one changes nothing."""
    ref, wrong = _invited(world)
    signer = world.signer_ids(ref)[0]
    world.bounce(ref, wrong)
    world.change(ref, signer, RecipientChange(email="juste@client.test"))
    assert world.recipient(ref, signer).delivery is None
    assert world.deliver() == 0  # that the old one does not work is no news any more
    world.run_actor(ref)
    world.deliver()
    again = world.mailer.sent[-1]
    assert again.to_address == "juste@client.test"
    assert not world.bounce(ref, wrong)
    assert world.recipient(ref, signer).delivery is None
    assert world.bounce(ref, again)
    assert _told(world, ref) == [signer, signer]


def test_another_name_does_not_make_an_address_work(world: World) -> None:
    """Nothing is sent there again; the trail says so, and the sender knows."""
    ref, mail = _invited(world)
    signer = world.signer_ids(ref)[0]
    world.bounce(ref, mail)
    world.change(ref, signer, RecipientChange(name="Jeanne Exemple"))
    assert world.recipient(ref, signer).delivery is not None
    world.run_actor(ref)
    sent = len(world.mailer.sent)
    assert world.deliver() == 1  # to the sender
    assert world.mailer.sent[sent].tags["recipient"] == "sender"
    event = world.requests.events(ref)[-1]
    assert (event.kind, event.data["recipient"]) == ("recipient_not_written_to", signer)
    assert len(_told(world, ref)) == 1


def test_a_replacement_begins_afresh(world: World) -> None:
    ref, mail = _invited(world)
    signer = world.signer_ids(ref)[0]
    world.bounce(ref, mail)
    heir = world.replace(ref, signer)
    assert world.recipient(ref, signer).delivery is None
    assert world.recipient(ref, heir).delivery is None
    assert not world.bounce(ref, mail)
    assert world.deliver() == 0


def test_after_the_end_it_is_recorded_until_the_documents_are_erased(world: World) -> None:
    """Who does not get their copy: the sender can still do something about it (P17)."""
    ref = world.launched(copies=1)
    world.sign_all(ref)
    world.deliver()
    mails = {m.tags["recipient"]: m for m in world.mailer.sent if m.subject.startswith("complet")}
    copy = next(r for r in world.load(ref).recipients if r.id not in world.signer_ids(ref))
    before = world.load(ref)
    assert world.bounce(ref, mails[copy.id])
    after = world.load(ref)
    assert (after.state, after.closed) == (RequestState.COMPLETED, before.closed)
    assert after.evidence_sha256 == before.evidence_sha256
    assert _told(world, ref) == [copy.id]
    world.now += timedelta(days=31)
    world.sweep()
    assert not world.bounce(ref, mails[world.signer_ids(ref)[0]])


def test_what_is_unknown_is_harmless(world: World) -> None:
    ref, mail = _invited(world)
    before = world.load(ref)
    stranger = Failure("rcp_00000000", 1, "00000006-000-invitation", DeliveryState.BOUNCED, "x")
    assert not record_bounce(world.requests, ref, stranger, world.now)
    assert not world.bounce(RequestRef(ref.firm_id, "sr_00000000"), mail)
    assert not world.bounce(RequestRef("frm_00000009", ref.request_id), mail)
    assert world.load(ref) == before


def test_one_address_fills_no_trail_and_one_request_no_sender_s_mailbox(world: World) -> None:
    ref, _ = _invited(world, (1,) * (bounces.MOST_TOLD + 3))
    signers = world.signer_ids(ref)
    for mail in list(world.mailer.sent):
        assert world.bounce(ref, mail)
    assert len(_told(world, ref)) == bounces.MOST_TOLD
    assert all(world.recipient(ref, signer).delivery for signer in signers)
    failures = [
        Failure(signers[0], 1, f"{number:08d}-000-reminder", DeliveryState.BOUNCED, "General")
        for number in range(100, 130)
    ]
    done = [record_bounce(world.requests, ref, failure, world.now) for failure in failures]
    assert sum(done) == bounces.MOST_RECORDED - 1


def test_a_bounce_does_not_stop_who_signs_nevertheless(world: World) -> None:
    """A complaint by one click in a mailbox, and the link works: the state goes on (P13)."""
    ref, mail = _invited(world)
    world.bounce(ref, mail, DeliveryState.COMPLAINED)
    world.sign_all(ref)
    assert world.load(ref).state is RequestState.COMPLETED


def test_a_notice_about_somebody_is_sent_once_it_is_true_only(world: World) -> None:
    ref, mail = _invited(world)
    notice = Notice("1", NoticeKind.UNREACHABLE, None, world.now, world.signer_ids(ref)[0])
    assert not deliver_notice(world.post, ref, notice, world.now).sent
    world.bounce(ref, mail)
    assert deliver_notice(world.post, ref, notice, world.now).sent


def test_it_is_stored_and_what_was_stored_before_is_read(world: World) -> None:
    ref, mail = _invited(world)
    world.bounce(ref, mail)
    recipient = world.recipient(ref, world.signer_ids(ref)[0])
    item = encode(recipient)
    assert decode(Recipient, item) == recipient
    del item["delivery"]
    assert decode(Recipient, item).delivery is None
