"""What makes the alarms of archive exports ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraphe import clock
from paraphe.domain.delivery.archive_exports import DELAYS, ArchiveExport, ExportContents
from tests.support.alarms import embedded_metrics
from tests.support.doors import door
from tests.support.services import Broken, in_memory
from tests.support.world import FIRM

if TYPE_CHECKING:
    import pytest

    from tests.support.alarms import Datum


def archives_failed(log: pytest.CaptureFixture[str]) -> list[Datum]:
    """An export whose last attempt fails like all before."""
    services, now = in_memory(requests=Broken(RuntimeError("down"))), clock.now()
    export = ArchiveExport(
        firm_id=FIRM.id,
        id="arc_00000001",
        request_id="sr_00000001",
        contents=ExportContents.DOCUMENTS,
        created_at=now,
        attempts=len(DELAYS),
        due_at=now,
    )
    services.archive_exports.save(export, replaces=None)
    door("export_archive", services)({})
    return list(embedded_metrics(log.readouterr().out))
