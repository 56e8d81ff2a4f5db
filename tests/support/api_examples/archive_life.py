"""A package for the firm's archive: asked for, made, fetched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from paraphe.domain.delivery import archive_exports as rules
from paraphe.domain.delivery.archive_exports import DELAYS, ExportFault
from paraphe.ports.archive_exports import ExportRef
from paraphe.usecases import using
from paraphe.usecases.delivery.export_archives import ExportArchives

if TYPE_CHECKING:
    from tests.support.api import Caller
    from tests.support.world import World


def play(world: World, caller: Caller) -> None:
    """Ask, look, let it be made, fetch; another one fails and is tried again."""
    request = world.launched()
    world.sign_all(request)
    root = f"/v1/signature_requests/{request.request_id}/archive_exports"
    path = f"{root}/{caller.call('POST', root, {'target': 'download'}).json['id']}"
    using(ExportArchives, caller.services)(lambda: world.now, lambda: True)
    caller.call("GET", path)
    caller.call("GET", "/v1/archive_exports")
    caller.call("GET", f"{path}/download")
    failing = caller.call("POST", root, {"target": "download"}).json["id"]
    exports = caller.services.archive_exports
    export = exports.find(ExportRef(request.firm_id, failing))
    assert export is not None
    last = replace(rules.begun(export, world.now), attempts=len(DELAYS) + 1)
    failed = rules.failed(last, ExportFault.INTERRUPTED, world.now)
    exports.save(failed, replaces=export.version)
    caller.call("POST", f"{root}/{failing}/retry")
