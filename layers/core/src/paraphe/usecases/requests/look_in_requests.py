"""Where a person is in requests: as a recipient, as the sender, in rows of bulk launches."""

from collections.abc import Iterable
from dataclasses import replace

from paraphe.domain import times
from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms.member import Capability
from paraphe.domain.requests import acting, draft_recipients
from paraphe.domain.requests import personal_data as rules
from paraphe.domain.requests.bulk import Bulk, BulkState, Chunk
from paraphe.domain.requests.decision import Decision
from paraphe.domain.requests.listing import Wanted, address_word
from paraphe.domain.requests.model import RequestState, SignatureRequest
from paraphe.domain.requests.personal_data import Fate, Ground, Held, Record
from paraphe.domain.requests.recipient import Recipient
from paraphe.ports.bulk import BulkLaunches
from paraphe.ports.requests import RequestRef, Requests
from paraphe.usecases.optimistic_commit import change
from paraphe.usecases.requests.look_for_person import Found, FoundPage, Looking

# Each is loaded whole, with its trail; of those that they sent, one item is read.
RECEIVED_AT_ONCE, SENT_AT_ONCE = 10, 25


def in_bulk_launches(launches: BulkLaunches, looking: Looking, position: str | None) -> FoundPage:
    """Look into the rows of one bulk launch."""
    bulk = launches.following(looking.firm_id, position)
    if bulk is None:
        return FoundPage(())
    found = [one for chunk in bulk.chunks for one in _rows(launches, looking, bulk, chunk)]
    return FoundPage(found, bulk.launch.id)


def _rows(launches: BulkLaunches, looking: Looking, bulk: Bulk, chunk: Chunk) -> Iterable[Found]:
    """Yield what a chunk holds; all of it is erased with the first, in one write."""
    fates: list[Ground | None] = []

    def erase(record: Record) -> Fate:
        if not fates:
            fates.append(_erase_rows(launches, looking, bulk, chunk))
        return rules.erased(record) if fates[0] is None else rules.kept(record, fates[0])

    for row in chunk.rows:
        for p in row.people:
            if not looking.subject.is_named(p.name, p.email, p.phone):
                continue
            values = rules.told(name=p.name, email=p.email, phone=p.phone, locale=p.locale)
            record = Record(
                Held.BULK_ROW,
                bulk.launch.id,
                f"{row.line}.{p.key}",
                rules.told(**values, external_id=row.external_id),
                title=row.title,
                state=str(row.state),
            )
            yield Found(record, lambda r=record: erase(r))  # type: ignore[misc]


def _erase_rows(
    launches: BulkLaunches, looking: Looking, bulk: Bulk, chunk: Chunk
) -> Ground | None:
    if bulk.launch.state is BulkState.LAUNCHING:
        return Ground.ROW_RUNNING
    after = chunk.changed(lambda row: rules.row_without(row, looking.subject))
    try:
        launches.save_chunk(bulk.launch, after, replaces=chunk.version)
    except RaceLostError:
        return Ground.CHANGING
    return None


def in_received(requests: Requests, looking: Looking, position: str | None) -> FoundPage:
    """Look into requests that have them as a recipient."""
    if looking.subject.email is None:
        return FoundPage(())
    wanted = Wanted(person=(address_word(looking.subject.email),))
    page = requests.listed(looking.firm_id, wanted, RECEIVED_AT_ONCE, position)
    found = (one for bare in page.requests for one in _received(requests, looking, bare))
    return FoundPage(found, page.cursor)


def _received(requests: Requests, looking: Looking, bare: SignatureRequest) -> Iterable[Found]:
    ref = RequestRef(bare.firm_id, bare.id)
    request = requests.load(ref)
    mine = [r for r in request.recipients if looking.subject.has(r.email)]
    events = requests.events(ref) if mine else ()
    for one in mine:
        did = tuple(e for e in events if (e.actor.kind, e.actor.id) == ("recipient", one.id))
        record = replace(_recipient(request, one), events=did)
        yield Found(record, lambda r=record: _erase_recipient(requests, looking, request, r))  # type: ignore[misc]


def _recipient(request: SignatureRequest, one: Recipient) -> Record:
    instants = ("notified_at", "consented_at", "accepted_at", "signed_at")
    at = {name: getattr(one, name) for name in instants}
    codes = [c for c in request.challenges if c.recipient_id == one.id and c.sent_to]
    values = rules.told(
        name=one.name,
        email=one.email,
        phone=one.phone,
        locale=one.locale,
        decline_reason=one.decline_reason,
        codes_sent_to=" ".join(dict.fromkeys(str(c.sent_to) for c in codes)),
        mark=one.mark.kind if one.mark else None,
        external_id=request.external_id,
        request_created_at=times.to_text(request.created_at),
        request_ended_at=times.to_text(request.ended_at) if request.ended_at else None,
        **{name: times.to_text(instant) for name, instant in at.items() if instant is not None},
    )
    return _of(Held.RECIPIENT, request, one.id, values, str(one.role), str(one.state))


def _of(
    kind: Held,
    request: SignatureRequest,
    part: str,
    values: dict[str, str],
    role: str,
    state: str | None = None,
) -> Record:
    return Record(kind, request.id, part, values, request.title, role, state, str(request.state))


def _erase_recipient(
    requests: Requests, looking: Looking, request: SignatureRequest, record: Record
) -> Fate:
    if request.state is not RequestState.DRAFT:
        return rules.kept_in(request, record)
    ref = RequestRef(request.firm_id, request.id)

    def decide(now_stored: SignatureRequest) -> Decision:
        by = acting.allow(looking.principal, Capability.MANAGE, now_stored)
        return draft_recipients.remove_recipient(now_stored, record.part, looking.now, by)

    try:
        change(requests, ref, decide)
    except NotFoundError:
        return rules.erased(record)
    except RaceLostError:
        return rules.kept(record, Ground.CHANGING)
    except ConflictError:  # it was launched meanwhile
        return rules.kept(record, Ground.RUNNING)
    return rules.erased(record)


def in_sent(requests: Requests, looking: Looking, position: str | None) -> FoundPage:
    """Look at requests of which they are the sender."""
    if looking.subject.email is None:
        return FoundPage(())
    wanted = Wanted(sender=address_word(looking.subject.email))
    page = requests.listed(looking.firm_id, wanted, SENT_AT_ONCE, position)
    mine = [r for r in page.requests if looking.subject.has(r.sender.email)]
    return FoundPage([_sent(request) for request in mine], page.cursor)


def _sent(request: SignatureRequest) -> Found:
    who = request.sender
    values = rules.told(
        name=who.name,
        email=who.email,
        locale=who.locale,
        sender_id=who.id,
        external_id=request.external_id,
        request_created_at=times.to_text(request.created_at),
        request_ended_at=times.to_text(request.ended_at) if request.ended_at else None,
    )
    record = _of(Held.SENDER, request, "", values, "sender")
    return Found(record, lambda: rules.kept_in(request, record))
