"""A firm's templates, the ready ones beside them, and the drafts made from them (P24)."""

from typing import Any

from api.operations import Answer, Call, Repeat, Resource, Scope
from paraphe.contracts.requests.answers import RequestOut
from paraphe.contracts.requests.template_answers import TemplateList, TemplateOut
from paraphe.contracts.requests.templates import (
    NewFromTemplate,
    TemplateCopy,
    TemplateDocuments,
    TemplateFromDraft,
    TemplateIn,
    TemplateQuery,
    TemplatesQuery,
)
from paraphe.contracts.shapes import Nothing
from paraphe.domain.requests import ready_templates
from paraphe.domain.requests.model import Mode, Sender
from paraphe.domain.requests.template_use import Filling, NamedFile
from paraphe.domain.requests.templates import Help, Template
from paraphe.ports.requests import RequestRef
from paraphe.ports.templates import TemplateRef
from paraphe.usecases import using
from paraphe.usecases.requests import keep_templates
from paraphe.usecases.requests.add_contact import TakeRoles
from paraphe.usecases.requests.edit_documents import load
from paraphe.usecases.requests.keep_templates import KeepTemplates, TemplateContent
from paraphe.usecases.requests.use_template import FromTemplate, UseTemplate

resource = Resource("templates")
PATH = "/templates"
ONE = PATH + "/{template_id}"


def _content(given: TemplateIn) -> TemplateContent:
    return TemplateContent(
        name=given.name,
        title=given.title,
        message=given.message,
        reminder_days=given.reminder_days,
        locale=given.locale,
        evidence_years=given.evidence_years,
        help=Help(given.help.fr, given.help.en),
        roles=tuple(role.to_domain() for role in given.roles),
    )


def _shown(template: Template) -> Answer:
    return Answer(TemplateOut.of(template), version=template.version)


def _created(template: Template) -> Answer:
    location = {"Location": f"/v1{PATH}/{template.id}"}
    return Answer(TemplateOut.of(template), headers=location, version=template.version)


@resource.operation(
    "POST",
    PATH,
    scope=Scope.FIRM_WRITE,
    given=TemplateIn,
    answer=TemplateOut,
    status=201,
    problems=(),
)
def create_template(call: Call[TemplateIn]) -> Answer:
    """Make a template without documents.

    Documents come from a draft: `set_template_documents`, or `create_template_from_draft`.
    """
    keep = using(KeepTemplates, call.services)
    return _created(keep.create(call.principal, _content(call.given), call.now))


@resource.operation(
    "GET",
    PATH,
    scope=Scope.FIRM_READ,
    given=TemplatesQuery,
    answer=TemplateList,
    problems=(),
)
def list_templates(call: Call[TemplatesQuery]) -> Answer:
    """List the firm's own templates, oldest first, and the five ready ones."""
    page = keep_templates.list_templates(
        call.services.templates, call.principal, call.given.limit, call.given.cursor
    )
    return Answer(TemplateList.of(page, ready_templates.all_of(call.firm_id, call.given.locale)))


def _made_template(call: Call[Any]) -> Answer:
    """Tell of the template that a call has made, as it stands now."""
    ref = TemplateRef(call.firm_id, call.made[0])
    return _created(keep_templates.find(call.services.templates, ref, None))


@resource.operation(
    "POST",
    PATH + "/from_draft",
    scope=Scope.FIRM_WRITE,
    given=TemplateFromDraft,
    answer=TemplateOut,
    status=201,
    problems=(404, 409),
    repeat=Repeat(_made_template),
)
def create_template_from_draft(call: Call[TemplateFromDraft]) -> Answer:
    """Make a template of a draft: its documents, order and boxes, without its people."""
    keep = using(KeepTemplates, call.services)
    return _created(
        keep.from_draft(call.principal, call.given.signature_request_id, call.given.name, call.now)
    )


@resource.operation("GET", ONE, scope=Scope.FIRM_READ, given=TemplateQuery, answer=TemplateOut)
def get_template(call: Call[TemplateQuery]) -> Answer:
    """Read a template with its roles and documents."""
    ref = TemplateRef(call.firm_id, call.path["template_id"])
    found = keep_templates.find(call.services.templates, ref, call.given.locale)
    ready = ready_templates.is_ready(found.id)
    return Answer(TemplateOut.of(found, ready=ready), version=found.version)


@resource.operation(
    "PUT",
    ONE,
    scope=Scope.FIRM_WRITE,
    given=TemplateIn,
    answer=TemplateOut,
    problems=(404, 409, 412),
)
def change_template(call: Call[TemplateIn]) -> Answer:
    """Say all of a template anew; its documents stay.

    Send the ETag that you read as If-Match, so that nobody's change is lost.
    """
    keep = using(KeepTemplates, call.services)
    return _shown(
        keep.change(
            call.principal,
            call.path["template_id"],
            _content(call.given),
            call.now,
            call.if_match,
        )
    )


@resource.operation(
    "PUT",
    ONE + "/documents",
    scope=Scope.FIRM_WRITE,
    given=TemplateDocuments,
    answer=TemplateOut,
    problems=(404, 409, 412),
)
def set_template_documents(call: Call[TemplateDocuments]) -> Answer:
    """Put a draft's documents into a template, in the place of those that it has.

    They were uploaded to the draft and inspected there; the template gets copies of its own.
    """
    keep = using(KeepTemplates, call.services)
    return _shown(
        keep.set_documents(
            call.principal,
            call.path["template_id"],
            call.given.signature_request_id,
            call.now,
            call.if_match,
        )
    )


@resource.operation(
    "POST",
    ONE + "/copy",
    scope=Scope.FIRM_WRITE,
    given=TemplateCopy,
    answer=TemplateOut,
    status=201,
    repeat=Repeat(_made_template),
)
def copy_template(call: Call[TemplateCopy]) -> Answer:
    """Copy a template with its documents; the copy of a ready one can be changed."""
    keep = using(KeepTemplates, call.services)
    copied = keep.copy(
        call.principal, call.path["template_id"], call.given.name, call.given.locale, call.now
    )
    return _created(copied)


@resource.operation(
    "DELETE",
    ONE,
    scope=Scope.FIRM_WRITE,
    given=Nothing,
    answer=None,
    status=204,
    problems=(404, 409, 412),
)
def delete_template(call: Call[Nothing]) -> Answer:
    """Delete a template with its documents; requests that were made from it keep theirs."""
    using(KeepTemplates, call.services).delete(
        call.principal, call.path["template_id"], call.if_match
    )
    return Answer()


def _made_request(call: Call[Any]) -> Answer:
    """Tell of the draft that a call has made, as it stands now."""
    ref = RequestRef(call.firm_id, call.made[0])
    request = load(call.services.requests, ref)
    location = {"Location": f"/v1/signature_requests/{request.id}"}
    return Answer(RequestOut.of(request), headers=location, version=request.version)


@resource.operation(
    "POST",
    ONE + "/requests",
    scope=Scope.WRITE,
    given=NewFromTemplate,
    answer=RequestOut,
    status=201,
    problems=(404, 409, 410),
    repeat=Repeat(_made_request),
)
def create_request_from_template(call: Call[NewFromTemplate]) -> Answer:
    """Make a draft from a template: its documents, order and boxes, with these people.

    Files named in `documents` come behind the template's own and are uploaded next, each with the
    form of `renew_upload`.
    """
    given = call.given
    takers = {key: taker.to_domain() for key, taker in given.roles.items()}
    wanted = FromTemplate(
        template_id=call.path["template_id"],
        sender=Sender(call.client.id, given.sender.name, given.sender.email, given.sender.locale),
        filling=Filling(
            using(TakeRoles, call.services)(call.principal, takers),
            tuple(NamedFile(file.name, file.remove_active_content) for file in given.documents),
        ),
        title=given.title,
        message=given.message,
        locale=given.locale,
        external_id=given.external_id,
        metadata=given.metadata,
        mode=Mode(given.mode),
    )
    request = using(UseTemplate, call.services)(call.principal, wanted, call.now)
    location = {"Location": f"/v1/signature_requests/{request.id}"}
    return Answer(RequestOut.of(request), headers=location, version=request.version)
