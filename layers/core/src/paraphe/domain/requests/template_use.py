"""From a template to a draft, and back: both ways keep order and boxes (P24)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from paraphe.domain.errors import InvalidError
from paraphe.domain.evidence.audit import Actor
from paraphe.domain.evidence.events.drafts import TemplateUsed
from paraphe.domain.requests import draft_recipients, drafts, launch, templates
from paraphe.domain.requests.decision import Decision, Edit
from paraphe.domain.requests.document import Document, DocumentState
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.recipient import Recipient, Role
from paraphe.domain.requests.templates import (
    MAX_DOCUMENTS,
    MAX_ROLES,
    Addressee,
    Help,
    SlotPlacement,
    Template,
    TemplateRole,
)

# A title that somebody typed is no pattern.
_NO_PATTERN = str.maketrans("{}", "()")


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A document to be uploaded, behind those of the template."""

    name: str
    remove_active_content: bool = False


@dataclass(frozen=True, slots=True)
class Filling:
    """What a request adds to its template: people by role, and files to be uploaded."""

    people: Mapping[str, Addressee]
    files: tuple[NamedFile, ...] = ()


def names_of(template: Template, filling: Filling) -> dict[str, str]:
    """Return who takes each role, by name.

    Raises:
        InvalidError: `unknown_role`, `role_is_seal`, `role_missing`.

    """
    for key in filling.people:
        role = template.role(key)
        if role is None:
            raise InvalidError(
                "unknown_role", "The template has no such role.", field=f"roles.{key}"
            )
        if role.role is Role.SEAL:
            raise InvalidError(
                "role_is_seal", "A seal is the firm's: nobody takes it.", field=f"roles.{key}"
            )
    names = {}
    for role in template.roles:
        person = filling.people.get(role.key, role.person)
        if person is None and role.needs_person:
            raise InvalidError(
                "role_missing", f"Say who takes the role `{role.key}`.", field=f"roles.{role.key}"
            )
        names[role.key] = person.name if person else ""
    return names


def fill(
    created: Decision,
    template: Template,
    filling: Filling,
    taken: tuple[Document, ...],
    now: datetime,
    by: Actor | None = None,
) -> Decision:
    """Fill a draft that was just made: documents, people, and what the template says once.

    Args:
        created: `drafts.create`'s decision.
        template: what it is made from.
        filling: who takes which role; complete, as `names_of` has checked.
        taken: the template's documents, copied for this request.
        now: the instant.
        by: the software that prepares it.

    Raises:
        InvalidError: `documents_missing`, `too_many_documents`, and as
            `draft_recipients.check_recipient`, with the role's field.

    """
    _check_files(template, filling)
    edit = Edit(created.request, now)
    edit.set(template_id=template.id, evidence_years=template.evidence_years)
    edit.set(documents=taken)
    for position, file in enumerate(filling.files, start=len(taken) + 1):
        added = Document(
            part_id("doc", edit.request, str(position)),
            file.name,
            position,
            remove_active_content=file.remove_active_content,
        )
        edit.set(documents=(*edit.request.documents, added))
    for role in template.roles:
        person = filling.people.get(role.key, role.person)
        recipient = _recipient(edit.request, role, person, template.locale)
        _check(edit.request, recipient)
        edit.set(recipients=(*edit.request.recipients, recipient))
    used = TemplateUsed(
        template=template.id,
        documents=tuple(f"{d.id}:{d.sha256}" for d in taken),
        places=tuple(d.id for d in edit.request.documents[len(taken) :]),
        recipients=tuple(f"{r.order}:{r.role}:{r.id}" for r in edit.request.recipients),
    )
    edit.event(used, edit.asked_by(by))
    filled = edit.decision()
    return Decision(filled.request, (*created.events, *filled.events))


def places(template: Template, request: SignatureRequest) -> tuple[Document, ...]:
    """Return the template's documents as they will be in a request: with ids of their own there."""
    return tuple(
        replace(document, id=part_id("doc", request, str(slot)), position=slot)
        for slot, document in enumerate(template.documents, start=1)
    )


def part_id(prefix: str, request: SignatureRequest, what: str) -> str:
    """Return the id of a request's part, the same whenever it is made again."""
    digest = hashlib.sha256(f"{request.firm_id}\n{request.id}\n{what}".encode()).hexdigest()
    return f"{prefix}_{digest[:26]}"


def _check_files(template: Template, filling: Filling) -> None:
    count = len(template.documents) + len(filling.files)
    if count > MAX_DOCUMENTS:
        raise InvalidError(
            "too_many_documents",
            f"Made from a template, a request begins with at most {MAX_DOCUMENTS} documents.",
            field="documents",
        )
    if count < template.slots:
        raise InvalidError(
            "documents_missing",
            f"This template places signatures on {template.slots} documents:"
            " name those that you will upload.",
            field="documents",
        )


def _recipient(
    request: SignatureRequest, role: TemplateRole, person: Addressee | None, locale: str
) -> Recipient:
    recipient_id = part_id("rcp", request, role.key)
    documents = request.documents
    placements = tuple(p.on(documents[p.slot - 1].id) for p in role.placements)
    if person is None:
        made = launch.seal_recipient(request, recipient_id, role.order)
    else:
        made = Recipient(
            id=recipient_id,
            slot=recipient_id,
            role=role.role,
            order=role.order,
            name=person.name,
            email=person.email,
            phone=person.phone,
            locale=person.locale or locale,
        )
    return replace(made, placements=placements, template_role=role.key)


def _check(request: SignatureRequest, recipient: Recipient) -> None:
    try:
        draft_recipients.check_recipient(request, recipient)
    except InvalidError as error:
        field = f"roles.{recipient.template_role}" + (f".{error.field}" if error.field else "")
        raise InvalidError(error.code, error.detail, field=field) from None


def template_of(
    request: SignatureRequest,
    known: Template | None,
    template_id: str,
    name: str,
    now: datetime,
) -> Template:
    """Return the template that a draft would be made from, as it lies in the draft.

    Args:
        request: as stored.
        known: the template that it was made from, if it is still there: what the draft does not
            keep (labels, people who are always the same, the title's pattern) comes from it.
        template_id: the new template's id.
        name: its name.
        now: the instant.

    Raises:
        ConflictError, InvalidError: as `ready_documents` and `roles_of`.

    """
    firms_reminders = known is not None and known.reminder_days is None
    return Template(
        firm_id=request.firm_id,
        id=template_id,
        name=name,
        title=known.title if known else request.title.translate(_NO_PATTERN),
        created_at=now,
        updated_at=now,
        message=request.message,
        reminder_days=None if firms_reminders else request.reminder_days,
        locale=known.locale if known else request.sender.locale,
        evidence_years=request.evidence_years,
        help=known.help if known else Help(),
        roles=roles_of(request, known),
        documents=ready_documents(request),
    )


def roles_of(request: SignatureRequest, known: Template | None = None) -> tuple[TemplateRole, ...]:
    """Return the roles that a draft's people take; who they are stays behind.

    Args:
        request: as stored.
        known: the template that it was made from, if it is still there: labels, and people who are
            always the same, come from it.

    Raises:
        InvalidError: `too_many_roles`.

    """
    if len(request.recipients) > MAX_ROLES:
        raise InvalidError("too_many_roles", f"A template holds at most {MAX_ROLES} roles.")
    slots = {d.id: n for n, d in enumerate(_sorted(request), start=1)}
    given = {r.template_role for r in request.recipients}
    roles: list[TemplateRole] = []
    for recipient in sorted(request.recipients, key=lambda r: (r.order, r.id)):
        key = recipient.template_role or _free_key(recipient.role, given)
        given.add(key)
        same = known.role(key) if known is not None else None
        roles.append(
            TemplateRole(
                key=key,
                label=same.label if same else key.replace("_", " "),
                role=recipient.role,
                order=recipient.order,
                person=same.person if same else None,
                placements=tuple(
                    SlotPlacement.of(p, slots[p.document_id]) for p in recipient.placements
                ),
            )
        )
    return templates.in_order(tuple(roles))


def _free_key(role: Role, taken: set[str]) -> str:
    number = 1
    while f"{role}_{number}" in taken:
        number += 1
    return f"{role}_{number}"


def ready_documents(request: SignatureRequest) -> tuple[Document, ...]:
    """Return a draft's documents in their order, once a template can hold them.

    Raises:
        ConflictError: not a draft.
        InvalidError: `documents_not_ready`, `too_many_documents`.

    """
    drafts.check_draft(request)
    if any(d.state is not DocumentState.READY for d in request.documents):
        raise InvalidError(
            "documents_not_ready", "Every document has to be uploaded and accepted first."
        )
    if len(request.documents) > MAX_DOCUMENTS:
        raise InvalidError(
            "too_many_documents", f"A template holds at most {MAX_DOCUMENTS} documents."
        )
    return _sorted(request)


def _sorted(request: SignatureRequest) -> tuple[Document, ...]:
    return tuple(sorted(request.documents, key=lambda d: d.position))
