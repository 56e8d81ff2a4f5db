"""A template keeps its order and boxes: template → request → template is the same (P24)."""

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from paraphe.domain.firms.firm import Firm
from paraphe.domain.requests import drafts, template_use
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.inspection import Page
from paraphe.domain.requests.model import Sender
from paraphe.domain.requests.recipient import IN_DOCUMENTS, Role
from paraphe.domain.requests.template_use import Filling
from paraphe.domain.requests.templates import (
    Addressee,
    Help,
    SlotPlacement,
    Template,
    TemplateRole,
    checked,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FIRM = Firm("frm_00000001", "Cabinet", seal_key_id="key", seal_certificate="pem")
SENDER = Sender("usr_1", "Claire", "claire@example.org")
PERSON = Addressee("Paul", "paul@example.org", "+33612345678", "en")

documents = st.integers(0, 4).map(
    lambda count: tuple(
        Document(
            f"doc_{n:08d}",
            f"{n}.pdf",
            n,
            DocumentState.READY,
            sha256=f"{n:064d}",
            key=f"k{n}",
            pages=(Page(1, 595.0, 842.0, 0), Page(2, 595.0, 842.0, 0)),
        )
        for n in range(1, count + 1)
    )
)


def _box(slot: int) -> st.SearchStrategy[SlotPlacement]:
    return st.builds(
        SlotPlacement,
        slot=st.just(slot),
        page=st.integers(1, 2),
        x=st.floats(0, 400),
        y=st.floats(0, 700),
        width=st.floats(1, 100),
        height=st.floats(1, 100),
    )


@st.composite
def templates(draw: st.DrawFn) -> Template:
    """Any template whose boxes lie on its documents."""
    held = draw(documents)
    keys = draw(st.lists(st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True), unique=True))
    roles = [TemplateRole("first", "First", Role.SIGNER, draw(st.integers(1, 3)))]
    for key in keys[:8]:
        if key == "first":
            continue
        role = draw(st.sampled_from(list(Role)))
        slots = set()
        if held and role in IN_DOCUMENTS:
            slots = draw(st.sets(st.integers(1, len(held))))
        person = None if role is Role.SEAL else draw(st.sampled_from([None, PERSON]))
        boxes = tuple(draw(_box(slot)) for slot in sorted(slots))
        roles.append(TemplateRole(key, key.upper(), role, draw(st.integers(1, 5)), person, boxes))
    bare = Template(
        FIRM.id,
        "tpl_00000001",
        "Lettre",
        "Pour {first}",
        NOW,
        NOW,
        message=draw(st.sampled_from(["", "Bonjour"])),
        reminder_days=draw(st.sampled_from([None, (), (3,), (7, 2)])),
        locale=draw(st.sampled_from(["fr", "en"])),
        evidence_years=draw(st.integers(5, 10)),
        help=Help("a", "b"),
        roles=tuple(roles),
        documents=held,
    )
    return checked(bare)


@given(templates())
def test_template_to_request_to_template(template: Template) -> None:
    """All comes back but the documents' ids, which each request has of its own."""
    people = {role.key: PERSON for role in template.roles if role.needs_person}
    filling = Filling(people)
    created = drafts.create(
        FIRM,
        "sr_00000001",
        NewRequest("Pour Paul", template.message, SENDER, template.reminder_days),
        NOW,
    )
    assert set(template_use.names_of(template, filling)) == {r.key for r in template.roles}
    places = template_use.places(template, created.request)
    request = template_use.fill(created, template, filling, places, NOW).request
    again = template_use.template_of(request, template, template.id, template.name, NOW)
    named = tuple(
        replace(document, id=original.id)
        for document, original in zip(again.documents, template.documents, strict=True)
    )
    assert checked(replace(again, documents=named)) == template
    assert [r.order for r in request.recipients] == [r.order for r in template.roles]
