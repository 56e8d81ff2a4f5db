"""P11, P12, P16, P17: how a request ends, however it ends."""

from datetime import timedelta

import pytest

from paraphe.domain.errors import ConflictError, GoneError, ParapheError
from paraphe.domain.requests import actor, after_end, endings
from paraphe.domain.requests.model import NoticeKind, RequestState
from paraphe.domain.requests.recipient import RecipientState, Role
from paraphe.ports.requests import RequestRef
from paraphe.usecases.requests import edit_documents
from tests.support.world import MILLISECOND, World

MONTH = timedelta(days=31)


@pytest.fixture
def world() -> World:
    """A platform."""
    return World()


def _told(world: World, ref: RequestRef, kind: NoticeKind) -> set[str | None]:
    told = [notice.recipient_id for notice in world.notices(ref) if notice.kind is kind]
    assert len(told) == len(set(told))
    return set(told)


def test_p12_declining_ends_the_request_at_once(world: World) -> None:
    """P12: sender and those who took part are told; who was never asked is not; no file leaves."""
    ref = world.launched(people=(1, 1, 2))
    first, second, _ = world.signer_ids(ref)
    world.sign(ref, first)
    request = world.decline(ref, second, "Erreur de montant.")
    assert request.state is RequestState.DECLINED
    declined = endings.declined_by(request)
    assert declined is not None
    assert (declined.id, declined.decline_reason) == (second, "Erreur de montant.")
    request = world.run_actor(ref)
    assert request.closed
    assert _told(world, ref, NoticeKind.DECLINED) == {None, first}
    world.deliver()
    assert all(not mail.attachments for mail in world.mailer.sent)
    with pytest.raises(GoneError, match="request_declined"):
        edit_documents.download_url(world.files, request, request.documents[0].id, world.now)


def test_p12_a_signature_being_applied_stops_when_another_declines(world: World) -> None:
    """P12: the accepted signature of the other one never reaches the document."""
    ref = world.launched(people=(1, 1))
    first, second = world.signer_ids(ref)
    world.accept(ref, first)
    world.decline(ref, second)
    request = world.run_actor(ref)
    assert request.closed
    assert not request.documents[0].revisions
    assert not request.commands
    assert world.recipient(ref, first).state is RecipientState.SIGNING


@pytest.mark.parametrize("turn", ["waiting", "signed"])
def test_p12_only_who_is_asked_can_decline(world: World, turn: str) -> None:
    """P12, P5, P11: neither before one's turn nor after one's signature."""
    ref = world.launched(people=(1, 2, 3))
    first, second, _ = world.signer_ids(ref)
    world.sign(ref, first)
    who = first if turn == "signed" else world.signer_ids(ref)[2]
    before = world.load(ref)
    with pytest.raises(ConflictError):
        endings.decline(before, who, "Non.", world.now)
    assert endings.decline(before, second, "Non.", world.now).request.is_ended


def test_p14_expiry_tells_those_who_were_asked(world: World) -> None:
    """P14: everybody unsigned becomes `expired`; who was never asked hears nothing."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.now += timedelta(days=15)
    request = world.run_actor(ref)
    assert request.state is RequestState.EXPIRED
    assert {r.state for r in request.recipients} == {RecipientState.EXPIRED}
    assert _told(world, ref, NoticeKind.EXPIRED) == {None, first}
    assert second not in _told(world, ref, NoticeKind.EXPIRED)


def test_p14_nothing_expires_early(world: World) -> None:
    """P14: a millisecond before the deadline, expiring changes nothing."""
    ref = world.launched()
    request = world.load(ref)
    assert request.deadline is not None
    assert endings.expire(request, request.deadline - MILLISECOND).changes_nothing
    assert endings.expire(request, request.deadline).request.state is RequestState.EXPIRED


def test_p14_an_expiry_waits_for_accepted_signatures(world: World) -> None:
    """P14: the execution's wait ran out while a signature was accepted: that is applied first."""
    ref = world.launched(people=(1, 2))
    request = world.accept(ref, world.signer_ids(ref)[0])
    late = (request.deadline or world.now) + MONTH
    assert endings.expire(request, late).changes_nothing
    assert endings.expire(world.run_actor(ref), late).request.state is RequestState.EXPIRED


def test_p16_erasing_is_written_down_once(world: World) -> None:
    """P16: not before the month is over, and a second sweep beside the first adds nothing."""
    ref = world.launched()
    request = world.sign_all(ref)
    end = (request.ended_at or world.now) + MONTH
    assert after_end.purge(request, end - MILLISECOND).changes_nothing
    purged = after_end.purge(request, end).request
    assert purged.purged_at == end
    assert after_end.purge(purged, end + MONTH).changes_nothing


def test_p17_everybody_gets_the_original(world: World) -> None:
    """P17: sender, signers and copies, with the signed files attached and a link of their own."""
    ref = world.launched(people=(1, 2), copies=2, files=2)
    request = world.sign_all(ref)
    assert request.state is RequestState.COMPLETED
    assert _told(world, ref, NoticeKind.COMPLETED) == {None, *(r.id for r in request.recipients)}
    world.deliver()
    final = [mail for mail in world.mailer.sent if mail.subject.startswith("completed")]
    assert len(final) == 5
    for mail in final:
        assert [a.filename for a in mail.attachments] == [
            "lettre-0-signed.pdf",
            "lettre-1-signed.pdf",
        ]
        for attachment, document in zip(mail.attachments, request.documents, strict=True):
            assert attachment.content == world.files.objects[document.retained_key or ""]
            assert attachment.content.count(b"%signed") == 2
    links = {mail.text for mail in final if mail.to_address != request.sender.email}
    assert len(links) == 4
    assert "" not in links


def test_p17_a_copy_can_open_its_link_at_the_end(world: World) -> None:
    """P17: who gets a copy has no link before the end, and one afterwards."""
    ref = world.launched(copies=1)
    copy = next(r for r in world.load(ref).recipients if r.role is Role.CC)
    assert copy.link_hash is None
    world.sign_all(ref)
    assert world.visit(ref, copy.id).recipient.id == copy.id


@pytest.mark.parametrize("end", ["declined", "expired", "canceled"])
def test_p17_copies_hear_nothing_of_a_request_that_failed_to_be_signed(
    world: World, end: str
) -> None:
    """P12, P17: a copy is of a signed document only."""
    ref = world.launched(copies=1)
    signer = world.signer_ids(ref)[0]
    if end == "declined":
        world.decline(ref, signer)
    elif end == "canceled":
        world.cancel(ref)
    world.now += timedelta(days=15)
    request = world.run_actor(ref)
    assert request.state == end
    copy = next(r for r in request.recipients if r.role is Role.CC)
    assert copy.id not in {notice.recipient_id for notice in world.notices(ref)}


def test_p16_documents_are_kept_31_days_to_the_millisecond(world: World) -> None:
    """P16: downloads work until the last millisecond, answer "gone" from the instant on."""
    ref = world.launched(files=2)
    request = world.sign_all(ref)
    document = request.documents[0].id
    end = (request.ended_at or world.now) + MONTH
    assert edit_documents.download_url(world.files, request, document, end - MILLISECOND)
    with pytest.raises(GoneError, match="documents_erased"):
        edit_documents.download_url(world.files, request, document, end)
    world.now = end - MILLISECOND
    world.sweep()
    assert any(key.startswith("retained/") for key in world.files.objects)
    world.now = end
    assert world.sweep().purged == 1
    assert world.files.objects == {}
    assert world.load(ref).purged_at == end
    assert world.sweep().purged == 0


def test_p16_after_closing_nothing_lies_in_active(world: World) -> None:
    """P16: files and page pictures were moved, so that S3's age count starts at the end."""
    ref = world.launched(files=2)
    request = world.sign_all(ref)
    assert request.closed
    assert {key.split("/")[0] for key in world.files.objects} == {"retained"}
    assert sum(key.endswith(".png") for key in world.files.objects) == 2


def test_p16_a_month_passes_even_if_closing_never_worked(world: World) -> None:
    """P16: erased on time, though the documents could not be copied."""
    ref = world.launched()
    world.cancel(ref)
    world.files.objects = {k: v for k, v in world.files.objects.items() if "pages" in k}
    world.now += MONTH
    assert world.sweep().purged == 1
    assert world.files.objects == {}
    assert not world.load(ref).closed
    later = actor.due_at(world.load(ref))  # without evidence the table is the account: ten years
    assert later is not None
    assert later > world.now + 99 * MONTH


def test_p16_an_untouched_draft_is_given_up_after_31_days(world: World) -> None:
    """P16: its files go too; nobody is written to."""
    ref = world.draft()
    world.now += MONTH - MILLISECOND
    assert world.sweep().abandoned == 0
    world.now += MILLISECOND
    assert world.sweep().abandoned == 1
    request = world.load(ref)
    assert (request.state, request.closed) == (RequestState.CANCELED, True)
    assert world.notices(ref) == ()
    world.now += MONTH
    world.sweep()
    assert world.files.objects == {}


def test_p16_a_draft_that_was_touched_or_launched_is_not_given_up(world: World) -> None:
    """P16: what the sweep saw is decided on anew, on what is stored."""
    touched, launched = world.draft(), world.draft()
    world.now += MONTH
    world.add_document(touched, "autre.pdf")
    world.launch(launched)
    for ref in (touched, launched):
        assert endings.abandon(world.load(ref), world.now).changes_nothing


def test_cancelling_a_draft_writes_to_nobody(world: World) -> None:
    """A draft that is canceled is closed by the sweep: it never had an actor."""
    ref = world.draft()
    world.cancel(ref)
    world.now += timedelta(minutes=2)
    world.sweep()
    assert world.load(ref).closed
    assert world.notices(ref) == ()


def test_cancelling_tells_those_who_were_asked(world: World) -> None:
    """Those who were asked are told; those who were not have nothing to forget."""
    ref = world.launched(people=(1, 2))
    first = world.signer_ids(ref)[0]
    world.cancel(ref)
    world.run_actor(ref)
    assert _told(world, ref, NoticeKind.CANCELED) == {None, first}


@pytest.mark.parametrize("from_completing", [False, True])
def test_failed_is_visible_and_resumes_where_it_stood(
    world: World, *, from_completing: bool
) -> None:
    """A failure keeps everything; resuming starts a new execution, which finishes the work."""
    ref = world.launched(people=(1,) if from_completing else (1, 2))
    signer = world.signer_ids(ref)[0]
    world.accept(ref, signer)
    before = world.load(ref)
    execution = world.execution(ref)
    assert execution is not None
    world.fail(execution)
    failed = world.load(ref)
    assert (failed.state, failed.failed_from) == (RequestState.FAILED, before.state)
    assert failed.commands == before.commands
    assert world.notices(ref)[-1].kind is NoticeKind.FAILED
    with pytest.raises(ConflictError, match="request_failed"):
        world.relaunch(ref)
    resumed = world.resume(ref)
    assert (resumed.state, resumed.generation) == (before.state, before.generation + 1)
    world.run_actor(ref)
    world.sign_all(ref)
    assert world.load(ref).state is RequestState.COMPLETED
    with pytest.raises(ConflictError, match="not_failed"):
        world.resume(ref)


def test_failed_can_be_canceled_unless_everybody_had_signed(world: World) -> None:
    """P11: with all signatures accepted there is only resuming."""
    refs = {}
    for people in ((1, 2), (1,)):
        ref = world.launched(people=people)
        world.accept(ref, world.signer_ids(ref)[0])
        execution = world.execution(ref)
        assert execution is not None
        world.fail(execution)
        refs[people] = ref
    assert world.cancel(refs[1, 2]).state is RequestState.CANCELED
    with pytest.raises(ConflictError, match="request_completing"):
        world.cancel(refs[1,])


def test_a_replaced_execution_fails_nothing(world: World) -> None:
    """The end of an old execution's retries says nothing about the new one."""
    ref = world.launched()
    old = world.execution(ref)
    assert old is not None
    world.kill(ref)
    world.now += timedelta(minutes=2)
    world.relaunch(ref)
    world.now += timedelta(minutes=2)
    world.sweep()
    assert world.load(ref).generation == 2
    world.fail(old)
    assert world.load(ref).state is RequestState.ACTIVE


def test_downloads_before_the_end_are_refused(world: World) -> None:
    """P12: no partly signed file leaves, not even to the sender."""
    ref = world.launched(people=(1, 2))
    world.sign(ref, world.signer_ids(ref)[0])
    request = world.load(ref)
    with pytest.raises(ConflictError, match="not_completed"):
        edit_documents.download_url(world.files, request, request.documents[0].id, world.now)


def test_errors_hold_no_personal_data(world: World) -> None:
    """Codes and details are fixed sentences: no name, phone, address or reason gets into them."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.decline(ref, first, "Motif confidentiel")
    for act in (world.consent, world.decline, world.replace):
        with pytest.raises(ParapheError) as refused:
            act(ref, first)
        for secret in ("Motif", "Signataire", "+33639", "@client.test", second):
            assert secret not in str(refused.value)
