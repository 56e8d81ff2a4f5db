"""The firm's own bucket, into which packages are pushed (P18)."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.delivery.archive_target_bodies import NewTarget, TargetOut
from paraphe.contracts.shapes import Nothing
from paraphe.usecases import using
from paraphe.usecases.delivery.keep_archive_target import Bucket, KeepArchiveTarget

resource = Resource("archive_target")
PATH = "/archive_target"


@resource.operation("GET", PATH, scope=Scope.FIRM_READ, given=Nothing, answer=TargetOut)
def get_archive_target(call: Call[Nothing]) -> Answer:
    """Get the bucket into which packages are pushed, and the external id for its role."""
    found = using(KeepArchiveTarget, call.services).read(call.principal)
    return Answer(TargetOut.of(found), version=found.version)


@resource.operation(
    "PUT", PATH, scope=Scope.MANAGE, given=NewTarget, answer=TargetOut, problems=(409, 412)
)
def put_archive_target(call: Call[NewTarget]) -> Answer:
    """Name the bucket, and the role that Paraphe assumes to write there.

    The answer has the external id that the role's trust policy has to ask for. Nothing is tried:
    whether it works is told by the first export with the target `push`.
    """
    given = call.given
    wanted = Bucket(given.bucket, given.prefix, given.region, given.role_arn)
    kept = using(KeepArchiveTarget, call.services).put(
        call.principal, wanted, call.now, call.if_match
    )
    return Answer(TargetOut.of(kept), version=kept.version)


@resource.operation(
    "DELETE",
    PATH,
    scope=Scope.MANAGE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409, 412),
)
def delete_archive_target(call: Call[Nothing]) -> Answer:
    """Forget the bucket; exports that are on their way there fail."""
    using(KeepArchiveTarget, call.services).remove(call.principal, call.if_match)
    return Answer()
