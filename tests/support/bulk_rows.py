"""A bulk launch with one row to launch, and a store of templates that is down."""

import pytest

from paraphe import clock
from paraphe.domain.firms.principal import PrincipalKind
from paraphe.domain.requests.bulk import (
    BulkLaunch,
    BulkRow,
    BulkState,
    Chunk,
    Launcher,
    RowState,
)
from paraphe.services import Services
from tests.support.alarms import Datum, embedded_metrics
from tests.support.doors import door
from tests.support.services import Broken, in_memory
from tests.support.world import FIRM, SENDER


def with_a_row_to_launch() -> Services:
    """Return services on which that row is interrupted."""
    services = in_memory(templates=Broken(RuntimeError("down")))
    now = clock.now()
    launch = BulkLaunch(
        firm_id=FIRM.id,
        id="blk_00000001",
        template_id="tpl_00000001",
        template_version=1,
        created_at=now,
        updated_at=now,
        state=BulkState.LAUNCHING,
        sender=SENDER,
        launched_by=Launcher(PrincipalKind.CLIENT, "client", "Logiciel"),
        due_at=now,
    )
    services.bulk_launches.save(launch, replaces=None)
    rows = (BulkRow(2, RowState.QUEUED),)
    services.bulk_launches.save_chunk(launch, Chunk(0, rows), replaces=None)
    return services


def bulk_faults(log: pytest.CaptureFixture[str]) -> list[Datum]:
    """A row whose request cannot be made, for no reason of its own."""
    door("launch_batch", with_a_row_to_launch())({})
    return list(embedded_metrics(log.readouterr().out))
