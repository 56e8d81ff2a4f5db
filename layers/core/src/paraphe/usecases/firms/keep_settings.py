"""A firm reads and changes its settings."""

from dataclasses import dataclass

from paraphe.domain.errors import check_version
from paraphe.domain.firms import firm_settings as settings
from paraphe.domain.firms.firm import Firm
from paraphe.domain.firms.firm_settings import SettingsChange
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.ports.firms import Firms


@dataclass(frozen=True, slots=True)
class ReadSettings:
    """Reads the settings."""

    firms: Firms

    def __call__(self, principal: Principal) -> Firm:
        """Return the firm with its settings."""
        return self.firms.firm(principal.firm_id)


@dataclass(frozen=True, slots=True)
class ChangeSettings:
    """Changes settings, for requests that are made from then on."""

    firms: Firms

    def __call__(
        self, principal: Principal, change: SettingsChange, *, expected: int | None
    ) -> Firm:
        """Return the firm with the change.

        Raises:
            ForbiddenError: `not_permitted`. InvalidError: see `settings.changed`.
            ChangedError: If-Match. RaceLostError: somebody else was first.

        """
        principal.check_may(Capability.MANAGE)
        before = self.firms.firm(principal.firm_id)
        check_version(before.version, expected)
        after = settings.changed(before, change)
        self.firms.replace(before, after)
        return after
