"""P23: each act on a request needs its capability, and is done in one's own firm alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from paraphe.domain.errors import ForbiddenError, NotFoundError
from paraphe.domain.evidence.audit import Actor, Person, Software
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal, PrincipalKind
from paraphe.domain.requests import acting
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.recipient import Role
from paraphe.ports.requests import RequestRef
from paraphe.usecases import using
from paraphe.usecases.requests.create_request import CreateRequest
from paraphe.usecases.requests.edit_documents import EditDocuments
from paraphe.usecases.requests.edit_recipients import (
    AddRecipient,
    ChangeRecipient,
    RecipientChange,
    RemoveRecipient,
    ReplaceRecipient,
)
from paraphe.usecases.requests.launch_request import LaunchRequest
from paraphe.usecases.requests.manage_request import ManageRequest
from tests.support.world import SENDER, World, person

Act = Callable[[World, Principal, RequestRef], object]
PREPARE, LAUNCH = Capability.PREPARE, Capability.LAUNCH


def _first(world: World, ref: RequestRef) -> str:
    return world.load(ref).recipients[0].id


def _document(world: World, ref: RequestRef) -> str:
    return world.load(ref).documents[0].id


def _add_recipient(world: World, by: Principal, ref: RequestRef) -> object:
    return using(AddRecipient, world)(
        by, ref, person(7), role=Role.SIGNER, order=1, placements=(), now=world.now
    )


def _correct(world: World, by: Principal, ref: RequestRef) -> object:
    changes = RecipientChange(name="Autre Nom")
    return using(ChangeRecipient, world)(by, ref, _first(world, ref), changes, world.now)


def _replace(world: World, by: Principal, ref: RequestRef) -> object:
    return using(ReplaceRecipient, world)(by, ref, _first(world, ref), person(8), world.now)


DRAFTS: dict[str, tuple[Capability, Act]] = {
    "add a document": (
        PREPARE,
        lambda w, by, ref: using(EditDocuments, w).add(by, ref, "bilan.pdf", w.now),
    ),
    "remove a document": (
        PREPARE,
        lambda w, by, ref: using(EditDocuments, w).remove(by, ref, _document(w, ref), w.now),
    ),
    "add a recipient": (PREPARE, _add_recipient),
    "change a recipient": (PREPARE, _correct),
    "remove a recipient": (
        PREPARE,
        lambda w, by, ref: using(RemoveRecipient, w)(by, ref, _first(w, ref), w.now),
    ),
    "take a draft back": (
        PREPARE,
        lambda w, by, ref: using(ManageRequest, w).cancel(by, ref, w.now),
    ),
    "launch": (LAUNCH, lambda w, by, ref: using(LaunchRequest, w)(by, ref, w.now)),
}
ACTIVE: dict[str, tuple[Capability, Act]] = {
    "correct": (LAUNCH, _correct),
    "replace": (LAUNCH, _replace),
    "remind": (LAUNCH, lambda w, by, ref: using(ManageRequest, w).remind(by, ref, w.now)),
    "relaunch": (LAUNCH, lambda w, by, ref: using(ManageRequest, w).relaunch(by, ref, w.now)),
    "cancel": (LAUNCH, lambda w, by, ref: using(ManageRequest, w).cancel(by, ref, w.now)),
}
CASES = [
    pytest.param(needed, act, launched, id=f"{name}, {'launched' if launched else 'a draft'}")
    for launched, acts in ((False, DRAFTS), (True, ACTIVE))
    for name, (needed, act) in acts.items()
]


def _member(*may: Capability, templates: frozenset[str] | None = None) -> Principal:
    return Principal(
        "frm_00000001",
        PrincipalKind.MEMBER,
        "mbr_1",
        capabilities=frozenset(may),
        templates=templates,
    )


@pytest.mark.parametrize(("needed", "act", "launched"), CASES)
def test_p23_an_act_needs_its_capability(needed: Capability, act: Act, *, launched: bool) -> None:
    """P23: no other capability is enough, and nothing is changed; with it, the member is told."""
    world = World()
    ref = world.launched() if launched else world.draft()
    before = world.load(ref)
    others = frozenset(Capability) - {needed}
    with pytest.raises(ForbiddenError, match="not_permitted"):
        act(world, _member(*others), ref)
    with pytest.raises(ForbiddenError, match="not_permitted"):
        act(world, _member(needed, templates=frozenset({"tpl_1"})), ref)
    foreign = replace(_member(needed), firm_id="frm_00000002")
    with pytest.raises(NotFoundError, match="request_not_found"):
        act(world, foreign, ref)
    assert world.load(ref) == before
    act(world, _member(needed), ref)
    assert Actor("member", "mbr_1") in {event.actor for event in world.requests.events(ref)}


def test_p23_a_draft_needs_prepare() -> None:
    """P23: whatever else one may."""
    world = World()
    new = NewRequest("Mandat", "", SENDER)
    for others in (frozenset(Capability) - {PREPARE}, frozenset[Capability]()):
        with pytest.raises(ForbiddenError, match="not_permitted"):
            using(CreateRequest, world)(_member(*others), new, now=world.now)
    assert world.requests.stored == {}


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PrincipalKind.CLIENT, Software.of("id", "Compta")),
        (PrincipalKind.MEMBER, Person("member", "id", "Compta")),
        (PrincipalKind.SIGNER, Actor("recipient", "id")),
        (PrincipalKind.SYSTEM, Actor("system", "id")),
    ],
)
def test_p19_each_principal_is_an_actor(kind: PrincipalKind, expected: Actor) -> None:
    """P19: the trail names every kind that acts."""
    assert acting.actor_of(Principal("frm_1", kind, "id", "Compta")) == expected
