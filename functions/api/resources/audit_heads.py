"""The heads of the firm's audit chains, as they are written down each day."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.evidence.heads import HeadDay, HeadDayList, HeadsQuery
from paraphe.contracts.shapes import Nothing
from paraphe.usecases.evidence import read_heads

resource = Resource("audit_heads")


@resource.operation(
    "GET",
    "/audit_heads",
    scope=Scope.READ,
    given=HeadsQuery,
    answer=HeadDayList,
    problems=(),
)
def list_audit_heads(call: Call[HeadsQuery]) -> Answer:
    """List the days whose chain heads are written down, oldest first.

    A day is there from about ten past one in the morning (UTC) on, if any request of the firm
    moved on it. Keep your own copy: it is what a history that was rewritten later is held against.
    """
    page = read_heads.list_days(
        call.services.head_files, call.firm_id, call.given.since, call.given.limit
    )
    return Answer(HeadDayList(items=page.days, next_since=page.next_since))


@resource.operation(
    "GET",
    "/audit_heads/{day}",
    scope=Scope.READ,
    given=Nothing,
    answer=HeadDay,
)
def get_audit_heads(call: Call[Nothing]) -> Answer:
    """Get a day's chain heads and their time-stamp.

    `heads_url` leads to JSON (docs/heads.schema.json), `token_url` to the RFC 3161 answer over
    exactly these bytes, which `openssl ts -verify` reads.
    """
    kept = read_heads.day_of(call.services.head_files, call.firm_id, call.path["day"])
    return Answer(
        HeadDay(
            day=kept.day,
            heads_url=kept.heads_url,
            token_url=kept.token_url,
            expires_in=read_heads.LINK_SECONDS,
        )
    )
