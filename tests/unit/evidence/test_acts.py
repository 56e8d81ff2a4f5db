"""P23: the evidence says who prepared and who launched, under the delegation of that moment."""

from __future__ import annotations

import json
from typing import Any

import jsonschema  # type: ignore[import-untyped] # its stubs are not installed
import pytest

from infra.tree import ROOT
from paraphe.adapters.evidence import wording
from paraphe.domain.evidence import account
from paraphe.domain.evidence.account import About
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import OnBehalf, Principal, PrincipalKind
from tests.support.world import FIRM, World

SCHEMA = ROOT / "docs" / "evidence.schema.json"
ABOUT = About({"name": "paraphe", "version": "0"}, "2.25.1")
STANDING = OnBehalf("dlg_00000001", "mbr_00000001", "Claire Martin")
DEPUTY = OnBehalf("dlg_00000002", "mbr_00000001", "Claire Martin", is_absence=True)


def member(whose: OnBehalf | None = None) -> Principal:
    """A member of staff."""
    may = frozenset(Capability)
    return Principal(FIRM.id, PrincipalKind.MEMBER, "mbr_2", "Léa Petit", may, whose)


def told(prepares: Principal, launches: Principal) -> dict[str, Any]:
    """Tell of a request that one has prepared and another has launched and canceled."""
    world = World()
    world.principal = prepares
    ref = world.draft()
    world.principal = launches
    world.launch(ref)
    world.cancel(ref)
    events = tuple(world.requests.events(ref))
    return account.build(world.load(ref), events, {}, ABOUT, world.now)


def test_p23_the_account_names_them_and_the_delegation() -> None:
    """P23: as the schema says."""
    whole = told(member(STANDING), member(DEPUTY))
    acts = whole["request"]["acts"]
    assert acts["prepared"] == {
        "kind": "member",
        "id": "mbr_2",
        "name": "Léa Petit",
        "delegation": {
            "id": "dlg_00000001",
            "member": "mbr_00000001",
            "name": "Claire Martin",
            "absence": False,
        },
    }
    assert acts["launched"]["delegation"]["absence"] is True
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    request = {"$ref": "#/$defs/request", "$defs": schema["$defs"]}
    jsonschema.validate(whole["request"], request)
    assert "acts" not in json.dumps(account.excerpt(_with_one(whole), "rcp_1")["request"])


def _with_one(whole: dict[str, Any]) -> dict[str, Any]:
    mine = {**whole["recipients"][0], "id": "rcp_1"}
    return {**whole, "recipients": [mine]}


@pytest.mark.parametrize(
    ("whose", "english", "french"),
    [
        (None, "Prepared by: Léa Petit", "Préparé par\u00a0: Léa Petit"),
        (
            STANDING,
            "Prepared by: Léa Petit, under the delegation of Claire Martin",
            "Préparé par\u00a0: Léa Petit, par délégation de Claire Martin",
        ),
        (
            DEPUTY,
            "Prepared by: Léa Petit, in the absence of Claire Martin",
            "Préparé par\u00a0: Léa Petit, en l’absence de Claire Martin",
        ),
    ],
)
def test_p23_it_is_said_in_both_languages(
    whose: OnBehalf | None, english: str, french: str
) -> None:
    """P23: on the first page, and beside each event."""
    lines = [one.text for one in wording.paragraphs(told(member(whose), member(whose)))]
    assert {english, french} <= set(lines)
    launched = english.replace("Prepared", "Launched")
    assert launched in lines
    said = english.removeprefix("Prepared by: ")
    assert any("Draft created" in one and one.endswith(f"– {said}") for one in lines)


def test_p23_software_that_launches_is_named_too() -> None:
    """P23: it has no delegation."""
    software = Principal(
        FIRM.id, PrincipalKind.CLIENT, "c1", "Compta", frozenset({Capability.LAUNCH})
    )
    whole = told(member(), software)
    assert whole["request"]["acts"]["launched"] == {
        "kind": "client",
        "id": "c1",
        "name": "Compta",
        "delegation": None,
    }
    lines = [one.text for one in wording.paragraphs(whole)]
    assert "Launched by: software “Compta” (client c1)" in lines
