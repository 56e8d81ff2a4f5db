"""A firm's templates: make, change, copy, delete; take one from a draft (P24)."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from paraphe.domain.errors import ForbiddenError, NotFoundError, check_version
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, is_id, new_id
from paraphe.domain.requests import acting, ready_templates, template_use
from paraphe.domain.requests.model import SignatureRequest
from paraphe.domain.requests.templates import Help, Template, TemplateRole, checked
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.ports.templates import TemplateFiles, TemplatePage, TemplateRef, Templates


@dataclass(frozen=True, slots=True)
class TemplateContent:
    """What a caller says of a template; checked and normalised at the door."""

    name: str
    title: str
    message: str
    reminder_days: tuple[int, ...] | None
    locale: str
    evidence_years: int
    help: Help
    roles: tuple[TemplateRole, ...]


def find(templates: Templates, ref: TemplateRef, locale: str | None = None) -> Template:
    """Read a template, a ready one too; those are in the language that is asked for.

    Raises:
        NotFoundError: `template_not_found`.

    """
    if ready_templates.is_ready(ref.template_id):
        return ready_templates.template(ref.firm_id, ref.template_id, locale or "fr")
    if not is_id(ref.template_id, "tpl"):
        raise NotFoundError("template_not_found", "There is no such template.")
    return templates.template(ref)


def list_templates(
    templates: Templates, principal: Principal, limit: int, cursor: str | None
) -> TemplatePage:
    """Read a page of the firm's own templates.

    Raises:
        InvalidError: `bad_cursor`.

    """
    return templates.listed(principal.firm_id, limit, cursor)


@dataclass(frozen=True, slots=True)
class KeepTemplates:
    """Keeps a firm's templates."""

    templates: Templates
    template_files: TemplateFiles
    requests: Requests
    entropy: Entropy

    def create(self, principal: Principal, content: TemplateContent, now: datetime) -> Template:
        """Make a template without documents.

        Raises:
            ForbiddenError: `not_permitted`.
            InvalidError: as `templates.checked`.

        """
        principal.check_may(Capability.PREPARE)
        bare = Template(principal.firm_id, self._new_id(now), content.name, content.title, now, now)
        made = checked(_with(bare, content))
        self.templates.save(made, replaces=None)
        return made

    def change(
        self,
        principal: Principal,
        template_id: str,
        content: TemplateContent,
        now: datetime,
        if_match: int | None = None,
    ) -> Template:
        """Say all of a template anew; its documents stay.

        Raises:
            ForbiddenError: `not_permitted`, `template_is_ready`.
            ChangedError: it is another version by now.
            NotFoundError, InvalidError: as `create`.

        """
        before = self._own(principal, template_id, if_match)
        after = checked(_with(before, content))
        return self._save(before, after, now)

    def set_documents(
        self,
        principal: Principal,
        template_id: str,
        request_id: str,
        now: datetime,
        if_match: int | None = None,
    ) -> Template:
        """Put a draft's documents into a template in the place of those that it has.

        Raises:
            ConflictError: `not_a_draft`.
            InvalidError: `documents_not_ready`, `too_many_documents`, or a box off their pages.
            ForbiddenError, ChangedError, NotFoundError: as `change`.

        """
        before = self._own(principal, template_id, if_match)
        source = RequestRef(principal.firm_id, request_id)
        documents = template_use.ready_documents(self._draft(source))
        checked(replace(before, documents=documents))
        ref = TemplateRef(before.firm_id, before.id)
        kept = tuple(self.template_files.keep(source, d, ref) for d in documents)
        after = self._save(before, replace(before, documents=kept), now)
        still = {d.id for d in kept}
        for old in before.documents:
            if old.id not in still:
                self.template_files.erase(ref, old.id)
        return after

    def from_draft(
        self, principal: Principal, request_id: str, name: str, now: datetime
    ) -> Template:
        """Make a template of a draft: its documents, order and boxes, without its people.

        Raises:
            ForbiddenError: `not_permitted`.
            ConflictError: `not_a_draft`.
            NotFoundError: `request_not_found`.
            InvalidError: `documents_not_ready`, `too_many_documents`, `too_many_roles`,
                `no_signers`.

        """
        principal.check_may(Capability.PREPARE)
        ref = RequestRef(principal.firm_id, request_id)
        request = self._draft(ref)
        documents = template_use.ready_documents(request)
        target = TemplateRef(principal.firm_id, self._new_id(now))
        bare = checked(
            template_use.template_of(request, self._origin(request), target.template_id, name, now)
        )
        kept = tuple(self.template_files.keep(ref, d, target) for d in documents)
        made = replace(bare, documents=kept)
        self.templates.save(made, replaces=None)
        return made

    def copy(
        self, principal: Principal, template_id: str, name: str | None, locale: str, now: datetime
    ) -> Template:
        """Copy a template, a ready one too, with its documents.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `template_not_found`.

        """
        principal.check_may(Capability.PREPARE)
        source = TemplateRef(principal.firm_id, template_id)
        found = find(self.templates, source, locale)
        target = TemplateRef(principal.firm_id, self._new_id(now))
        shared = tuple(self.template_files.share(source, d, target) for d in found.documents)
        made = replace(
            found,
            id=target.template_id,
            name=name or found.name,
            documents=shared,
            created_at=now,
            updated_at=now,
            version=1,
        )
        self.templates.save(made, replaces=None)
        return made

    def delete(self, principal: Principal, template_id: str, if_match: int | None = None) -> None:
        """Delete a template, then its documents; requests made from it keep theirs.

        Raises:
            ForbiddenError, ChangedError, NotFoundError: as `change`.

        """
        found = self._own(principal, template_id, if_match)
        self.templates.delete(found)
        if found.documents:
            self.template_files.erase(TemplateRef(found.firm_id, found.id))

    def _own(self, principal: Principal, template_id: str, if_match: int | None) -> Template:
        principal.check_may(Capability.PREPARE, template_id)
        if ready_templates.is_ready(template_id):
            raise ForbiddenError(
                "template_is_ready", "This template comes with Paraphe: copy it, change the copy."
            )
        found = find(self.templates, TemplateRef(principal.firm_id, template_id))
        check_version(found.version, if_match)
        return found

    def _draft(self, ref: RequestRef) -> SignatureRequest:
        request = self.requests.load(ref)
        acting.check_there(request)
        return request

    def _origin(self, request: SignatureRequest) -> Template | None:
        if request.template_id is None:
            return None
        try:
            return find(self.templates, TemplateRef(request.firm_id, request.template_id))
        except NotFoundError:
            return None

    def _save(self, before: Template, after: Template, now: datetime) -> Template:
        made = replace(after, updated_at=now, version=before.version + 1)
        self.templates.save(made, replaces=before.version)
        return made

    def _new_id(self, now: datetime) -> str:
        return new_id("tpl", now, self.entropy(RANDOM_BYTES))


def _with(template: Template, content: TemplateContent) -> Template:
    said = {field.name: getattr(content, field.name) for field in fields(content)}
    return replace(template, **said)
