"""Archive exports over the API, made by the door, judged by `bagit` (P12, P16, P18)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import pytest

from paraphe.contracts.spreadsheets import read_table
from paraphe.domain.delivery.archive_exports import DELAYS
from paraphe.domain.errors import ConflictError
from paraphe.usecases import using
from paraphe.usecases.delivery.export_archives import ExportArchives, Exported
from paraphe.usecases.evidence.store_evidence import StoreEvidence
from tests.support.api import Caller
from tests.support.packages import judged
from tests.support.services import Broken

if TYPE_CHECKING:
    from pathlib import Path

    from paraphe.ports.requests import RequestRef
    from tests.support.fakes.packages import FakePackages
    from tests.support.world import World

LIST = "/v1/archive_exports"


def root(ref: RequestRef) -> str:
    """Return the exports of a request."""
    return f"/v1/signature_requests/{ref.request_id}/archive_exports"


def ended(world: World, *, files: int = 2) -> RequestRef:
    """Let everybody sign."""
    ref = world.launched(people=(1, 1), files=files)
    world.sign_all(ref)
    world.run_actor(ref)
    return ref


def packages(caller: Caller) -> FakePackages:
    """Return where packages lie."""
    return cast("FakePackages", caller.services.packages)


def work_off(caller: Caller, **given: object) -> Exported:
    """Do what the schedule does each minute."""
    world = caller.world
    services: Any = caller.services
    if given:
        services = _Given(caller.services, given)
    return using(ExportArchives, services)(lambda: world.now, lambda: True)


class _Given:
    """Services of which some are others."""

    def __init__(self, services: Any, given: dict[str, object]) -> None:  # noqa: ANN401
        self._services, self._given = services, given

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        return self._given[name] if name in self._given else getattr(self._services, name)


def asked(caller: Caller, ref: RequestRef) -> str:
    """Ask for a package; return its path."""
    answer = caller.call("POST", root(ref), {"target": "download"})
    assert answer.status == 202, answer.text
    return answer.headers["Location"]


def test_a_completed_request_becomes_a_valid_package(
    caller: Caller, world: World, tmp_path: Path
) -> None:
    ref = ended(world)
    path = asked(caller, ref)
    waiting = caller.call("GET", path).json
    assert (waiting["state"], waiting["contents"], waiting["size"]) == (
        "waiting",
        "documents",
        None,
    )
    assert caller.call("GET", path + "/download").code == "export_not_done"
    assert work_off(caller) == Exported(done=1)
    done = caller.call("GET", path).json
    assert (done["state"], done["attempts"], done["fault"]) == ("done", 1, None)
    ((stored),) = packages(caller).objects.values()
    assert done["size"] == len(stored)
    files = judged(stored, tmp_path)
    request = world.load(ref)
    for number, document in enumerate(request.documents, start=1):
        content = world.files.objects[document.retained_key or ""]
        assert files[f"data/documents/{number:02d}-lettre-{number - 1}-signed.pdf"] == content
    info = files["bag-info.txt"].decode()
    assert f"External-Identifier: {ref.request_id}\n" in info
    assert f"Source-Organization: {request.firm_name}\n" in info
    assert files["data/evidence/evidence.json"]
    assert len([name for name in files if "attestation-" in name]) == 2
    table = read_table(files["data/metadata.csv"], 100)
    listed = {row.cells[0] for row in table.rows}
    assert listed == {n for n in files if n.startswith("data/")} - {"data/metadata.csv"}
    assert all(row.cells[2] == ref.request_id for row in table.rows)
    url = caller.call("GET", path + "/download").json["url"]
    assert f"as={ref.request_id}.zip" in url
    moved = caller.call("GET", path + "/download", query={"redirect": ["true"]})
    assert (moved.status, moved.headers["Location"]) == (302, url)


def test_the_same_package_is_written_once(caller: Caller, world: World) -> None:
    ref = ended(world)
    asked(caller, ref)
    again = asked(caller, ref)
    assert work_off(caller) == Exported(done=2)
    assert packages(caller).written == 1
    assert work_off(caller) == Exported()
    assert caller.call("GET", again).json["state"] == "done"


def test_a_declined_request_gives_its_evidence_alone(
    caller: Caller, world: World, tmp_path: Path
) -> None:
    """No partly signed document leaves (P12)."""
    ref = world.launched(people=(1, 2))
    first, second = world.signer_ids(ref)
    world.sign(ref, first)
    world.decline(ref, second)
    world.run_actor(ref)
    path = asked(caller, ref)
    work_off(caller)
    assert caller.call("GET", path).json["contents"] == "evidence"
    files = judged(next(iter(packages(caller).objects.values())), tmp_path)
    assert not [name for name in files if name.startswith("data/documents")]
    assert files["data/evidence/evidence.pdf"]


def test_what_cannot_be_exported(caller: Caller, world: World) -> None:
    draft = world.draft()
    assert caller.call("POST", root(draft), {}).code == "not_completed"
    open_one = world.launched()
    assert caller.call("POST", root(open_one), {}).code == "not_completed"
    missing = root(open_one).replace(open_one.request_id, "sr_" + "0" * 26)
    assert caller.call("POST", missing, {}).status == 404
    ref = ended(world)
    path = asked(caller, ref)
    other = path.replace(ref.request_id, open_one.request_id)
    for wrong in (other, root(ref) + "/arc_" + "0" * 26, root(ref) + "/nothing"):
        assert caller.call("GET", wrong).code == "archive_export_not_found"
    assert caller.call("POST", path + "/retry").code == "export_not_failed"
    assert caller.call("POST", root(ref), {"target": "pigeon"}).status == 422


def test_after_retention_it_is_gone(caller: Caller, world: World) -> None:
    ref = ended(world)
    path = asked(caller, ref)
    late = asked(caller, ref)
    work_off(caller)
    unmade = asked(caller, ref)
    world.now += timedelta(days=31)
    assert caller.call("POST", root(ref), {}).status == 410
    assert caller.call("GET", path + "/download").code == "documents_erased"
    assert caller.call("GET", late + "/download").status == 410
    assert work_off(caller) == Exported(failed=1)
    failed = caller.call("GET", unmade).json
    assert (failed["state"], failed["fault"]) == ("failed", "documents_erased")
    assert caller.call("POST", unmade + "/retry").status == 410


def test_nothing_is_written_while_documents_are_erased(caller: Caller, world: World) -> None:
    """A package that could be finished after the end would outlive it (P16)."""
    path = asked(caller, ended(world))
    world.now += timedelta(days=31) - timedelta(minutes=10)
    assert work_off(caller) == Exported(failed=1)
    assert packages(caller).objects == {}
    assert caller.call("GET", path).json["fault"] == "documents_erased"


def test_a_bucket_that_does_not_answer_is_tried_again(caller: Caller, world: World) -> None:
    path = asked(caller, ended(world))
    packages(caller).outages = 1
    assert work_off(caller) == Exported(postponed=1)
    waits = caller.call("GET", path).json
    assert (waits["state"], waits["fault"]) == ("waiting", "service_unavailable")
    assert work_off(caller) == Exported()
    world.now += DELAYS[0]
    assert work_off(caller) == Exported(done=1)
    assert caller.call("GET", path).json["attempts"] == 2


def test_a_defect_fails_for_good_after_days_and_can_be_tried_again(
    caller: Caller, world: World
) -> None:
    path = asked(caller, ended(world))
    broken = Broken(ConflictError("hash_mismatch", "The stored file is not the one written down."))
    for delay in DELAYS:
        told = work_off(caller, files=broken)
        assert (told.postponed, len(told.faults)) == (1, 1)
        world.now += delay
    assert work_off(caller, files=broken).failed == 1
    assert caller.call("GET", path).json["fault"] == "interrupted"
    assert caller.call("GET", LIST, query={"state": ["failed"]}).json["items"] != []
    assert caller.call("POST", path + "/retry").json["state"] == "waiting"
    assert work_off(caller) == Exported(done=1)


def test_evidence_that_is_not_there_yet_is_waited_for(caller: Caller, world: World) -> None:
    ref = world.launched(people=(1,))
    world.cancel(ref)
    path = asked(caller, ref) if world.load(ref).is_ended else None
    world.run_actor(ref)
    if path is None:
        path = asked(caller, ref)
    using(StoreEvidence, world)(ref, world.now)
    assert work_off(caller).done == 1
    assert caller.call("GET", path).json["state"] == "done"


def test_a_run_that_died_is_taken_up_and_two_runs_never_make_one_attempt(
    caller: Caller, world: World
) -> None:
    path = asked(caller, ended(world))
    with pytest.raises(KeyboardInterrupt):
        work_off(caller, files=Broken(KeyboardInterrupt()))  # type: ignore[arg-type]
    assert caller.call("GET", path).json["state"] == "running"
    assert work_off(caller) == Exported()
    world.now += timedelta(minutes=20)
    assert work_off(caller) == Exported(done=1)


def test_lists_have_pages(caller: Caller, world: World) -> None:
    ref = ended(world)
    paths = []
    for _ in range(3):
        world.now += timedelta(milliseconds=1)
        paths.append(asked(caller, ref))
    page = caller.call("GET", LIST, query={"limit": ["2"]}).json
    rest = caller.call("GET", LIST, query={"cursor": [page["next_cursor"]]}).json
    ids = [item["id"] for item in (*page["items"], *rest["items"])]
    assert ids == [path.rpartition("/")[2] for path in paths]
    assert rest["next_cursor"] is None
    assert caller.call("GET", LIST, query={"state": ["done"]}).json["items"] == []
    stranger = Caller(world, caller.services, client_id="nobody")
    assert stranger.call("GET", LIST).status in {401, 403}
