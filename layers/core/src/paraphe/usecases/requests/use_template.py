"""Make a draft from a template (P24)."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime

from paraphe.domain.errors import ConflictError, NotFoundError, RaceLostError
from paraphe.domain.firms.member import Capability
from paraphe.domain.firms.principal import Principal
from paraphe.domain.ids import RANDOM_BYTES, new_id
from paraphe.domain.requests import acting, drafts, template_use, templates
from paraphe.domain.requests.drafts import NewRequest
from paraphe.domain.requests.model import Mode, Sender, SignatureRequest
from paraphe.domain.requests.recipient import Role
from paraphe.domain.requests.template_use import Filling
from paraphe.ports.firms import Firms
from paraphe.ports.requests import RequestRef, Requests
from paraphe.ports.system import Entropy
from paraphe.ports.templates import TemplateFiles, TemplateRef, Templates
from paraphe.usecases.delivery.sending_budgets import check_country
from paraphe.usecases.requests.keep_templates import find


@dataclass(frozen=True, slots=True)
class FromTemplate:
    """What a caller says of a request to be made from a template; None: as the template has it."""

    template_id: str
    sender: Sender
    filling: Filling
    title: str | None = None
    message: str | None = None
    locale: str | None = None
    external_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.LIVE

    def fingerprint(self) -> str:
        """Return a hash that tells a repeated creation from another one under the same key."""
        said = asdict(self)
        if self.mode is Mode.LIVE:  # as it was before there were tests
            del said["mode"]
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class UseTemplate:
    """Makes drafts from templates."""

    templates: Templates
    template_files: TemplateFiles
    requests: Requests
    firms: Firms
    entropy: Entropy

    def __call__(
        self,
        principal: Principal,
        wanted: FromTemplate,
        now: datetime,
    ) -> SignatureRequest:
        """Make a draft with the template's documents, order and boxes, and these people.

        Raises:
            ForbiddenError: `not_permitted`.
            NotFoundError: `template_not_found`.
            InvalidError: as `template_use.fill` and `templates.titled`;
                `phone_country_not_allowed`.

        """
        request_id = new_id("sr", now, self.entropy(RANDOM_BYTES))
        return self._make(principal, wanted, request_id, now)

    def once(
        self,
        principal: Principal,
        wanted: FromTemplate,
        request_id: str,
        now: datetime,
    ) -> SignatureRequest:
        """Make the draft of this id, or return it as it is by now.

        It is looked for first, so that no file is copied into a request that is over.

        Raises:
            ForbiddenError, NotFoundError, InvalidError: as calling it.
            ConflictError: `idempotency_key_reused`.

        """
        principal.check_may(Capability.PREPARE, wanted.template_id)
        existing = self._existing(RequestRef(principal.firm_id, request_id), wanted)
        return existing or self._make(principal, wanted, request_id, now)

    def _make(
        self,
        principal: Principal,
        wanted: FromTemplate,
        request_id: str,
        now: datetime,
    ) -> SignatureRequest:
        """Check everything, copy the files, then commit what points to them."""
        principal.check_may(Capability.PREPARE, wanted.template_id)
        ref = RequestRef(principal.firm_id, request_id)
        source = TemplateRef(ref.firm_id, wanted.template_id)
        template = find(self.templates, source, wanted.locale)
        names = template_use.names_of(template, wanted.filling)
        by = acting.actor_of(principal)
        created = drafts.create(
            self.firms.firm(ref.firm_id),
            request_id,
            NewRequest(
                wanted.title or templates.titled(template, names),
                template.message if wanted.message is None else wanted.message,
                wanted.sender,
                template.reminder_days,
                wanted.external_id,
                wanted.metadata,
                wanted.mode,
            ),
            now,
            by,
        )
        created = replace(
            created, request=replace(created.request, fingerprint=wanted.fingerprint())
        )
        places = template_use.places(template, created.request)
        checked = template_use.fill(created, template, wanted.filling, places, now, by)
        _check_countries(checked.request)
        taken = tuple(
            self.template_files.hand_out(source, document, ref, place.id)
            for document, place in zip(template.documents, places, strict=True)
        )
        decision = template_use.fill(created, template, wanted.filling, taken, now, by)
        try:
            return self.requests.commit(None, decision)
        except RaceLostError:  # another call with the same key was first
            existing = self._existing(ref, wanted)
            if existing is None:
                raise
            return existing

    def _existing(self, ref: RequestRef, wanted: FromTemplate) -> SignatureRequest | None:
        try:
            request = self.requests.load(ref)
        except NotFoundError:
            return None
        if request.fingerprint != wanted.fingerprint():
            raise ConflictError(
                "idempotency_key_reused", "This Idempotency-Key was used for another request."
            )
        acting.check_there(request)
        return request


def _check_countries(request: SignatureRequest) -> None:
    for recipient in request.recipients:
        if recipient.role is Role.SIGNER:
            field = f"roles.{recipient.template_role}.phone"
            check_country(request, recipient.phone, field=field)
