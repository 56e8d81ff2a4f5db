"""Members, their certificates and when these end, in memory."""

from dataclasses import replace
from datetime import datetime, timedelta

from paraphe.domain.errors import NotFoundError, RaceLostError
from paraphe.domain.firms.member import Enrolment, Member

THREE_YEARS = timedelta(days=3 * 365 + 1)


class FakeMembers:
    """Keeps `Members`."""

    def __init__(self) -> None:
        self.members: dict[tuple[str, str], Member] = {}

    def member(self, firm_id: str, member_id: str) -> Member:
        """Keep `Members.member`."""
        if (firm_id, member_id) not in self.members:
            raise NotFoundError("member_not_found", "There is no such member in this firm.")
        return self.members[firm_id, member_id]

    def save(self, member: Member, *, beside: Member | None = None) -> Member:
        """Keep `Members.save`."""
        self._check(member, beside)
        stored = replace(member, version=member.version + 1)
        self.members[member.firm_id, member.id] = stored
        return stored

    def remove(self, member: Member, *, beside: Member | None = None) -> None:
        """Keep `Members.remove`."""
        self._check(member, beside)
        del self.members[member.firm_id, member.id]

    def _check(self, *unchanged: Member | None) -> None:
        for member in unchanged:
            if member is None:
                continue
            stored = self.members.get((member.firm_id, member.id))
            if (stored.version if stored else 0) != member.version:
                raise RaceLostError

    def listed(self, firm_id: str) -> tuple[Member, ...]:
        """Keep `Members.listed`."""
        return tuple(m for (firm, _), m in self.members.items() if firm == firm_id)

    def page(self, firm_id: str, limit: int, after: str | None) -> tuple[tuple[Member, ...], bool]:
        """Keep `Members.page`."""
        mine = sorted((m for m in self.listed(firm_id) if m.id > (after or "")), key=lambda m: m.id)
        return tuple(mine[:limit]), len(mine) > limit


class FakeCertifier:
    """Keeps `Certifier`: `revoked` holds serial numbers."""

    def __init__(self) -> None:
        self.made = 0
        self.revoked: list[str] = []

    def enrol(self, member: Member, now: datetime) -> Enrolment:
        """Keep `Certifier.enrol`."""
        self.made += 1
        name = f"key-{self.made}"
        return Enrolment(
            name, f"certificate of {member.id}", str(self.made), now, now + THREE_YEARS
        )

    def revoke(self, enrolment: Enrolment, now: datetime) -> None:
        """Keep `Certifier.revoke`."""
        if now < enrolment.enrolled_at:
            raise AssertionError("revoked before it was issued")
        self.revoked.append(enrolment.serial)


class FakeExpiries:
    """Keeps `Expiries`."""

    def __init__(self) -> None:
        self.ends: dict[str, datetime] = {}

    def note(self, owner: str, expires_at: datetime) -> None:
        """Keep `Expiries.note`."""
        self.ends[owner] = expires_at

    def forget(self, owner: str) -> None:
        """Keep `Expiries.forget`."""
        self.ends.pop(owner, None)

    def noted(self) -> tuple[tuple[str, datetime], ...]:
        """Keep `Expiries.noted`."""
        return tuple(self.ends.items())
