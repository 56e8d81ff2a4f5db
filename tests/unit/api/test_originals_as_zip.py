"""All signed originals of a request as one plain ZIP file (P12, P16)."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, cast

from paraphe.domain.delivery.bags import numbered_name
from paraphe.usecases import using
from paraphe.usecases.delivery.export_archives import ExportArchives

if TYPE_CHECKING:
    from paraphe.ports.requests import RequestRef
    from tests.support.api import Caller
    from tests.support.fakes.packages import FakePackages
    from tests.support.world import World

WANTED = {"contents": "originals"}


def root(ref: RequestRef) -> str:
    """Return the exports of a request."""
    return f"/v1/signature_requests/{ref.request_id}/archive_exports"


def completed(world: World, *, files: int = 3) -> RequestRef:
    """Let everybody sign."""
    ref = world.launched(people=(1, 1), files=files)
    world.sign_all(ref)
    world.run_actor(ref)
    return ref


def made(caller: Caller, ref: RequestRef) -> str:
    """Ask for the file and let it be made; return its path."""
    answer = caller.call("POST", root(ref), WANTED)
    assert (answer.status, answer.json["contents"]) == (202, "originals")
    done = using(ExportArchives, caller.services)(lambda: caller.world.now, lambda: True)
    assert done.done == 1
    return answer.headers["Location"]


def test_it_holds_the_originals_and_nothing_else(caller: Caller, world: World) -> None:
    """In their order, byte for byte, stored as they are, with names in UTF-8."""
    ref = completed(world)
    path = made(caller, ref)
    ((stored),) = cast("FakePackages", caller.services.packages).objects.values()
    with zipfile.ZipFile(io.BytesIO(stored)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [f"{n + 1:02d}-lettre-{n}-signed.pdf" for n in range(3)]
        for document, entry in zip(world.load(ref).documents, archive.infolist(), strict=True):
            assert archive.read(entry) == world.files.objects[document.retained_key or ""]
            assert entry.compress_type == zipfile.ZIP_STORED
            assert entry.flag_bits & 0x800
    assert caller.call("GET", path).json["size"] == len(stored)
    moved = caller.call("GET", path + "/download", query={"redirect": ["true"]})
    assert moved.status == 302
    assert f"as={ref.request_id}.zip" in moved.headers["Location"]


def test_the_same_originals_make_one_file(caller: Caller, world: World) -> None:
    """Asking again, also on another day, finds it; the package of the archive is another one."""
    ref = completed(world)
    packages = cast("FakePackages", caller.services.packages)
    made(caller, ref)
    made(caller, ref)
    assert packages.written == 1
    caller.call("POST", root(ref), {"target": "download"})
    using(ExportArchives, caller.services)(lambda: world.now, lambda: True)
    assert len(packages.objects) == 2


def test_names_lead_nowhere_and_are_not_repeated() -> None:
    """A number before each makes names differ; nothing of a path is left."""
    names = [numbered_name(n, name) for n, name in enumerate(("../a.pdf", "a.pdf", "a.pdf"), 1)]
    assert len({name.casefold() for name in names}) == 3
    assert not any("/" in name or "\\" in name or name.startswith(".") for name in names)


def test_not_before_everybody_has_signed_and_not_after_the_month(
    caller: Caller, world: World
) -> None:
    """409 while it runs, 410 once the documents are erased; nothing is made meanwhile."""
    running = world.launched(people=(1, 1), files=2)
    early = caller.call("POST", root(running), WANTED)
    assert (early.status, early.code) == (409, "not_completed")
    ref = completed(world)
    path = made(caller, ref)
    until = world.load(ref).retention_until
    assert until is not None
    world.now = until
    for method, where, body in (("POST", root(ref), WANTED), ("GET", f"{path}/download", None)):
        gone = caller.call(method, where, body)
        assert (gone.status, gone.code) == (410, "documents_erased")


def test_nothing_partly_signed_leaves(caller: Caller, world: World) -> None:
    """A request that ended without all signatures has an evidence file, and no originals."""
    ref = world.launched(people=(1, 1), files=2)
    caller.call("POST", f"/v1/signature_requests/{ref.request_id}/cancel")
    world.run_actor(ref)
    assert world.load(ref).is_ended
    refused = caller.call("POST", root(ref), WANTED)
    assert (refused.status, refused.code) == (410, "request_canceled")


def test_a_word_for_contents_is_one_of_two(caller: Caller, world: World) -> None:
    """Anything else is a problem of that field."""
    refused = caller.call("POST", root(completed(world)), {"contents": "evidence"})
    assert refused.status == 422
    assert refused.json["errors"][0]["pointer"] == "#/contents"
