"""Firms, their members, and the certificates of those."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from paraphe.contracts.firms.contact_columns import ContactFile
from paraphe.domain.firms.firm import ApiClient, Firm
from paraphe.domain.firms.member import Enrolment, Member
from paraphe.ports.acting import Delegations, Invitations
from paraphe.ports.api_clients import ApiClients, Credentials
from paraphe.ports.contact_imports import ContactFiles
from paraphe.ports.contacts import Contacts


class Firms(Protocol):
    """Where firms and their API clients are kept."""

    def firm(self, firm_id: str) -> Firm:
        """Read a firm. Raises NotFoundError (`firm_not_found`)."""
        ...

    def client(self, client_id: str) -> ApiClient | None:
        """Return an API client with its firm and its name, or None."""
        ...

    def save(self, firm: Firm) -> None:
        """Write a firm's settings."""
        ...

    def replace(self, before: Firm, after: Firm) -> None:
        """Write a firm in the place of what was read. Raises RaceLostError."""
        ...

    def bind_client(self, client_id: str, firm_id: str, name: str = "") -> None:
        """Let an API client act for a firm, under the name that evidence tells."""
        ...


class Members(Protocol):
    """Where a firm's members are kept."""

    def member(self, firm_id: str, member_id: str) -> Member:
        """Read a member. Raises NotFoundError (`member_not_found`)."""
        ...

    def save(self, member: Member, *, beside: Member | None = None) -> Member:
        """Write a member in the place of the version that it was read with; gives the new one.

        `beside` has to be stored as it was read, in the same transaction.

        Raises:
            RaceLostError: another version is stored, of the member or of who is beside.

        """
        ...

    def remove(self, member: Member, *, beside: Member | None = None) -> None:
        """Delete a member of that version; `beside` and errors as in `save`."""
        ...

    def listed(self, firm_id: str) -> tuple[Member, ...]:
        """Return a firm's members."""
        ...

    def page(self, firm_id: str, limit: int, after: str | None) -> tuple[tuple[Member, ...], bool]:
        """Return at most so many behind `after`, by id, and whether there are more."""
        ...


class Certifier(Protocol):
    """Issues keys and certificates to members, and revokes them (P1)."""

    def enrol(self, member: Member, now: datetime) -> Enrolment:
        """Make a key and certify it for three years. Raises TransientError."""
        ...

    def revoke(self, enrolment: Enrolment, now: datetime) -> None:
        """Revoke for good and say so in public. Raises TransientError."""
        ...


class Expiries(Protocol):
    """When certificates end, for whoever has to renew them."""

    def note(self, owner: str, expires_at: datetime) -> None:
        """Remember it; a newer certificate of the same owner takes its place."""
        ...

    def forget(self, owner: str) -> None:
        """It was revoked."""
        ...

    def noted(self) -> tuple[tuple[str, datetime], ...]:
        """Return every owner with the end of their certificate."""
        ...


class FirmServices(Protocol):
    """This part's place in `paraphe.services.Services`."""

    @property
    def firms(self) -> Firms:
        """The store of firms."""
        ...

    @property
    def members(self) -> Members:
        """The store of firms' members."""
        ...

    @property
    def delegations(self) -> Delegations:
        """The store of firms' delegations."""
        ...

    @property
    def invitations(self) -> Invitations:
        """The store of invitations to be a member."""
        ...

    @property
    def certifier(self) -> Certifier:
        """What issues certificates to members."""
        ...

    @property
    def expiries(self) -> Expiries:
        """When certificates end."""
        ...

    @property
    def contacts(self) -> Contacts:
        """The firm's address book."""
        ...

    @property
    def api_clients(self) -> ApiClients:
        """The firm's API clients."""
        ...

    @property
    def credentials(self) -> Credentials:
        """The token endpoint's clients."""
        ...

    @property
    def contact_files(self) -> ContactFiles:
        """Where contact lists lie while they are imported or exported."""
        ...

    @property
    def vcards(self) -> Callable[[bytes], ContactFile]:
        """What reads vCards."""
        ...
