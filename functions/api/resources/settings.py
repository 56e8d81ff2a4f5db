"""The firm's settings."""

from api.operations import Answer, Call, Resource, Scope
from paraphe.contracts.firms.settings import SettingsChanges, SettingsOut
from paraphe.contracts.shapes import Nothing
from paraphe.domain.firms.firm import Firm
from paraphe.usecases import using
from paraphe.usecases.firms.keep_settings import ChangeSettings, ReadSettings

resource = Resource("settings")
PATH = "/settings"


def _shown(firm: Firm) -> Answer:
    return Answer(SettingsOut.of(firm), version=firm.version)


@resource.operation(
    "GET", PATH, scope=Scope.FIRM_READ, given=Nothing, answer=SettingsOut, problems=()
)
def get_settings(call: Call[Nothing]) -> Answer:
    """Get the firm's settings."""
    return _shown(using(ReadSettings, call.services)(call.principal))


@resource.operation(
    "PATCH",
    PATH,
    scope=Scope.MANAGE,
    given=SettingsChanges,
    answer=SettingsOut,
    problems=(409, 412),
)
def change_settings(call: Call[SettingsChanges]) -> Answer:
    """Change settings; requests that are made from then on take them, earlier ones keep theirs."""
    firm = using(ChangeSettings, call.services)(
        call.principal, call.given.to_domain(), expected=call.if_match
    )
    return _shown(firm)
