"""The firm's members: what they may do, and taking it back (P23)."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.firms.members import MemberChanges, MemberList, MemberOut, MemberQuery
from paraphe.contracts.shapes import Nothing
from paraphe.domain.firms.member import Member
from paraphe.usecases import using
from paraphe.usecases.firms.manage_members import ChangeMember, ReadMembers, RemoveMember

resource = Resource("members")
PATH = "/members"
ONE = PATH + "/{member_id}"


def _shown(member: Member) -> Answer:
    return Answer(MemberOut.of(member), version=member.version)


@resource.operation(
    "GET", PATH, scope=Scope.FIRM_READ, given=MemberQuery, answer=MemberList, problems=()
)
def list_members(call: Call[MemberQuery]) -> Answer:
    """List the firm's members: accountants, who may do everything, and staff."""
    page = using(ReadMembers, call.services).page(
        call.principal, call.given.limit, call.given.cursor
    )
    return Answer(MemberList.of(page))


@resource.operation("GET", ONE, scope=Scope.FIRM_READ, given=Nothing, answer=MemberOut)
def get_member(call: Call[Nothing]) -> Answer:
    """Get a member; the ETag goes into If-Match of a change."""
    return _shown(using(ReadMembers, call.services).one(call.principal, call.path["member_id"]))


@resource.operation(
    "PATCH",
    ONE,
    scope=Scope.MANAGE,
    given=MemberChanges,
    answer=MemberOut,
    problems=(404, 409, 412),
)
def change_member(call: Call[MemberChanges]) -> Answer:
    """Change what a member may do, their mobile, or suspend them: from their next act on.

    An accountant may do everything, and proves their mobile themselves. A firm keeps one who is not
    suspended: 409 `last_accountant`. With If-Match only the version that you have seen is changed.
    """
    member = using(ChangeMember, call.services)(
        call.principal,
        call.path["member_id"],
        call.given.to_domain(),
        call.now,
        expected=call.if_match,
    )
    return _shown(member)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.MANAGE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409, 412),
)
def remove_member(call: Call[Nothing]) -> Answer:
    """Remove a member, at once; what they did stays in the evidence, with their name.

    Who has a certificate is removed once it is revoked: 409 `still_enrolled`.
    """
    using(RemoveMember, call.services)(
        call.principal, call.path["member_id"], expected=call.if_match
    )
    return Answer()
