"""The firm says where its packages are pushed (P18)."""

from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.delivery.archive_targets import ArchiveTarget
from paraphe.domain.errors import NotFoundError, check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.ports.archive_exports import ArchiveTargets
from paraphe.ports.system import Entropy

_EXTERNAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Bucket:
    """What a firm says of its bucket."""

    bucket: str
    prefix: str
    region: str
    role_arn: str


@dataclass(frozen=True, slots=True)
class KeepArchiveTarget:
    """Keeps the one target of a firm; changing it needs the capability `manage`."""

    archive_targets: ArchiveTargets
    entropy: Entropy

    def read(self, principal: Principal) -> ArchiveTarget:
        """Return the target.

        Raises:
            NotFoundError: `archive_target_not_found`.

        """
        found = self.archive_targets.find(principal.firm_id)
        if found is None:
            raise NotFoundError("archive_target_not_found", "No bucket was named yet.")
        return found

    def put(
        self, principal: Principal, wanted: Bucket, now: datetime, expected: int | None
    ) -> ArchiveTarget:
        """Say all of the target anew; the external id stays as long as the target does.

        Raises:
            ForbiddenError: `not_permitted`.
            ChangedError: it is another version by now.

        """
        principal.check_may(Capability.MANAGE)
        before = self.archive_targets.find(principal.firm_id)
        if before is None:
            after = ArchiveTarget(
                principal.firm_id,
                wanted.bucket,
                wanted.prefix,
                wanted.region,
                wanted.role_arn,
                f"paraphe-{self.entropy(_EXTERNAL_BYTES).hex()}",
                now,
            )
        else:
            check_version(before.version, expected)
            after = replace(
                before,
                bucket=wanted.bucket,
                prefix=wanted.prefix,
                region=wanted.region,
                role_arn=wanted.role_arn,
                updated_at=now,
                version=before.version + 1,
            )
        self.archive_targets.save(after, replaces=before.version if before else None)
        return after

    def remove(self, principal: Principal, expected: int | None) -> None:
        """Forget the target: what was to be pushed there fails.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `archive_target_not_found`.
            ChangedError: it is another version by now.

        """
        principal.check_may(Capability.MANAGE)
        before = self.read(principal)
        check_version(before.version, expected)
        self.archive_targets.remove(before)
