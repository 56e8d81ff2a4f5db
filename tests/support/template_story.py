"""A draft that is made from a template, as the audit trail tells it."""

from dataclasses import replace

from paraphe.domain.requests import ready_templates
from paraphe.domain.requests.template_use import Filling
from paraphe.domain.requests.templates import Addressee
from paraphe.ports.templates import TemplateRef
from paraphe.usecases import using
from paraphe.usecases.requests.use_template import FromTemplate, UseTemplate
from tests.support.services import in_memory
from tests.support.world import SENDER, World


def from_template(world: World) -> None:
    """A draft that was made from a template with one document of its own."""
    source = world.draft(people=())
    kept = tuple(
        world.template_files.keep(source, d, TemplateRef(source.firm_id, "tpl_00000001"))
        for d in world.load(source).documents
    )
    template = ready_templates.template(source.firm_id, "tpl_readyengagement")
    store = in_memory(world)
    store.templates.save(replace(template, id="tpl_00000001", documents=kept), replaces=None)
    person = Addressee("Paul Durand", "paul@client.example", "+33639980001")
    people = {"client": person, "accountant": person}
    wanted = FromTemplate("tpl_00000001", SENDER, Filling(people))
    using(UseTemplate, store)(world.principal, wanted, world.now)
