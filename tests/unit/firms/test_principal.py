"""Who acts: their capabilities decide, and the templates that a delegation is limited to (P23)."""

import pytest

from paraphe.domain.errors import ForbiddenError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind


def member(*may: Capability, templates: frozenset[str] | None = None) -> Principal:
    """A member of staff under a delegation."""
    behalf = OnBehalf("dlg_1", "mbr_ec", "Claire Martin")
    kind = PrincipalKind.MEMBER
    return Principal("frm_1", kind, "mbr_1", "Léa Petit", frozenset(may), behalf, templates)


@pytest.mark.parametrize("needed", list(Capability))
def test_an_act_needs_its_capability(needed: Capability) -> None:
    """Each capability opens its own acts only."""
    for held in Capability:
        if held is needed:
            member(held).check_may(needed)
        else:
            with pytest.raises(ForbiddenError):
                member(held).check_may(needed)


def test_a_delegation_may_be_limited_to_templates() -> None:
    """To requests of these; one without template is none of them."""
    limited = member(Capability.LAUNCH, templates=frozenset({"tpl_1"}))
    limited.check_may(Capability.LAUNCH, "tpl_1")
    for other in ("tpl_2", None):
        with pytest.raises(ForbiddenError):
            limited.check_may(Capability.LAUNCH, other)
