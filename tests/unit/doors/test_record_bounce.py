"""The door `record_bounce`: what SES tells, as it tells it, and what is none of our business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.doors import Play, mail_event

if TYPE_CHECKING:
    from paraphe.domain.requests.recipient import DeliveryState
    from paraphe.ports.delivery import Mail
    from paraphe.ports.requests import RequestRef


@pytest.fixture
def play() -> Play:
    """A world behind the doors."""
    return Play()


def _invited(play: Play) -> tuple[RequestRef, Mail]:
    ref = play.world.launched()
    play.deliver()
    return ref, play.world.mailer.sent[0]


def _state(play: Play, ref: RequestRef) -> DeliveryState | None:
    delivery = play.world.recipient(ref, play.world.signer_ids(ref)[0]).delivery
    return delivery.state if delivery else None


@pytest.mark.parametrize(
    ("kind", "told", "state", "metric"),
    [
        ("Bounce", {"bounceType": "Permanent", "bounceSubType": "NoEmail"}, "bounced", "Bounced"),
        ("Bounce", {"bounceType": "Permanent"}, "bounced", "Bounced"),
        ("Bounce", {"bounceType": "Transient", "bounceSubType": "MailboxFull"}, None, "Delayed"),
        ("Bounce", {"bounceType": "Undetermined"}, None, "Delayed"),
        ("DeliveryDelay", {"delayType": "TransientCommunicationFailure"}, None, "Delayed"),
        ("Complaint", {"complaintFeedbackType": "abuse"}, "complained", "Complained"),
        ("Complaint", {"complaintSubType": None}, "complained", "Complained"),
        ("Complaint", {"complaintFeedbackType": "not-spam"}, None, None),
        ("Reject", {"reason": "Bad content"}, None, "Rejected"),
        ("Send", {"at": "now"}, None, None),
    ],
)
def test_only_what_is_for_good_is_recorded(
    play: Play,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    told: dict[str, object],
    state: str | None,
    metric: str | None,
) -> None:
    ref, mail = _invited(play)
    play.call("record_bounce", mail_event(mail, kind, **told))
    assert _state(play, ref) == state
    written = capsys.readouterr().out
    counted = {
        name
        for name in ("Bounced", "Delayed", "Complained", "Rejected")
        if f'"Mails{name}"' in written
    }
    assert counted == ({metric} if metric else set())


def test_told_twice_it_is_recorded_once(play: Play) -> None:
    ref, mail = _invited(play)
    for _ in range(2):
        play.call("record_bounce", mail_event(mail))
    assert play.world.kinds(ref).count("mail_bounced") == 1


def test_the_sender_s_own_mail_brings_forth_no_mail(
    play: Play, capsys: pytest.CaptureFixture[str]
) -> None:
    """Else a sender without a mailbox would be written to for ever."""
    ref, mail = _invited(play)
    play.call("record_bounce", mail_event(mail))
    play.deliver()
    to_sender = play.world.mailer.sent[-1]
    assert to_sender.tags["recipient"] == "sender"
    before = play.world.load(ref)
    play.call("record_bounce", mail_event(to_sender))
    assert play.world.load(ref) == before
    assert '"SendersUnreachable"' in capsys.readouterr().out


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        ("firm", []),
        ("firm", ["F#frm_00000001"]),
        ("request", ["sr_0000 0001"]),
        ("recipient", ["rcp_1"]),
        ("recipient", ["rcp_00000001", "rcp_00000002"]),
        ("link", ["one"]),
        ("link", ["1" * 5000]),
        ("notice", ["jerome@client.test"]),
        ("notice", None),
        ("notice", [7]),
    ],
)
def test_a_mail_that_is_not_ours_is_passed_over(
    play: Play, capsys: pytest.CaptureFixture[str], tag: str, value: object
) -> None:
    """Other software may send with the same set."""
    ref, mail = _invited(play)
    before = play.world.load(ref)
    event = mail_event(mail)
    event["detail"]["mail"]["tags"][tag] = value
    play.call("record_bounce", event)
    assert play.world.load(ref) == before
    assert '"MailEventsUnknown"' in capsys.readouterr().out


@pytest.mark.parametrize("event", [{}, {"detail": None}, {"detail": {"mail": []}}])
def test_what_is_no_event_of_ses_is_passed_over(play: Play, event: dict[str, Any]) -> None:
    assert play.call("record_bounce", event) is None


def test_a_word_that_could_quote_somebody_is_not_kept(play: Play) -> None:
    """Of the event the trail has SES's own words only."""
    ref, mail = _invited(play)
    told = {"bounceType": "Permanent", "bounceSubType": "550 <jerome@client.test>"}
    play.call("record_bounce", mail_event(mail, "Bounce", **told))
    assert play.world.requests.events(ref)[-1].data["subtype"] == "other"
