"""Packages pushed into the firm's own bucket (P18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest

from paraphe.domain.delivery.archive_exports import DELAYS
from paraphe.domain.firms.firm import Firm
from paraphe.usecases.delivery.export_archives import Exported
from tests.support.api import Caller
from tests.support.packages import judged
from tests.unit.api.test_archive_exports import asked, ended, packages, root, work_off

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.fakes.packages import FakeFirmBuckets
    from tests.support.world import World

PATH = "/v1/archive_target"
BUCKET: dict[str, Any] = {
    "bucket": "cabinet-archive",
    "prefix": "paraphe/",
    "region": "eu-west-3",
    "role_arn": "arn:aws:iam::123456789012:role/paraphe-archive",
}


def firm_buckets(caller: Caller) -> FakeFirmBuckets:
    """Return the firms' buckets."""
    return cast("FakeFirmBuckets", caller.services.firm_buckets)


def test_a_package_is_pushed_once(caller: Caller, world: World, tmp_path: Path) -> None:
    ref = ended(world)
    target = caller.call("PUT", PATH, BUCKET).json
    paths = [caller.call("POST", root(ref), {"target": "push"}).headers["Location"] for _ in "12"]
    assert work_off(caller) == Exported(done=2)
    theirs = firm_buckets(caller).buckets[target["bucket"]]
    assert theirs.written == 1
    ((of, name),) = theirs.objects
    assert of == ref
    judged(theirs.objects[of, name], tmp_path)
    for path in paths:
        done = caller.call("GET", path).json
        assert done["location"] == f"s3://cabinet-archive/paraphe/{ref.request_id}/{name}.zip"
        assert caller.call("GET", path + "/download").code == "export_pushed"
    assert packages(caller).objects == {}


def test_a_role_that_refuses_is_tried_again_and_then_works(caller: Caller, world: World) -> None:
    target = caller.call("PUT", PATH, BUCKET).json
    firm_buckets(caller).refusing.add(target["external_id"])
    path = caller.call("POST", root(ended(world)), {"target": "push"}).headers["Location"]
    assert work_off(caller) == Exported(postponed=1)
    waits = caller.call("GET", path).json
    assert (waits["state"], waits["fault"]) == ("waiting", "target_refused")
    firm_buckets(caller).refusing.clear()
    world.now += DELAYS[0]
    assert work_off(caller) == Exported(done=1)


def test_without_a_target_nothing_is_pushed(caller: Caller, world: World) -> None:
    ref = ended(world)
    assert caller.call("GET", PATH).code == "archive_target_not_found"
    assert caller.call("DELETE", PATH).code == "archive_target_not_found"
    assert caller.call("POST", root(ref), {"target": "push"}).code == "no_archive_target"
    caller.call("PUT", PATH, BUCKET)
    path = caller.call("POST", root(ref), {"target": "push"}).headers["Location"]
    assert caller.call("DELETE", PATH).status == 204
    assert work_off(caller) == Exported(failed=1)
    assert caller.call("GET", path).json["fault"] == "no_archive_target"
    assert caller.call("GET", asked(caller, ref)).json["target"] == "download"


def test_the_external_id_is_ours_and_each_firms_own(caller: Caller, world: World) -> None:
    """So no firm can have us use another firm's role."""
    first = caller.call("PUT", PATH, BUCKET).json
    again = caller.call("PUT", PATH, BUCKET | {"prefix": ""}).json
    assert again["external_id"] == first["external_id"]
    assert caller.call("GET", PATH).json == again
    world.firms.save(Firm("frm_00000002", "Autre cabinet"))
    world.firms.bind_client("other", "frm_00000002")
    other = Caller(world, caller.services, client_id="other")
    assert other.call("GET", PATH).status == 404
    assert other.call("PUT", PATH, BUCKET).json["external_id"] != first["external_id"]
    chosen = other.call("PUT", PATH, BUCKET | {"external_id": first["external_id"]})
    assert chosen.status == 422


def test_a_change_that_was_not_seen_is_refused(caller: Caller) -> None:
    made = caller.call("PUT", PATH, BUCKET)
    assert made.headers["ETag"] == '"1"'
    caller.call("PUT", PATH, BUCKET)
    for method, body in (("PUT", BUCKET), ("DELETE", None)):
        late = caller.call(method, PATH, body, headers={"If-Match": '"1"'})
        assert late.status == 412


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("bucket", "Not A Bucket"),
        ("bucket", "a/b"),
        ("prefix", "/paraphe/"),
        ("prefix", "../"),
        ("prefix", "paraphe"),
        ("region", "evil.example.com/"),
        ("role_arn", "arn:aws:iam::123456789012:user/someone"),
        ("role_arn", "role"),
    ],
)
def test_what_is_no_bucket_is_refused_by_name(caller: Caller, field: str, wrong: str) -> None:
    answer = caller.call("PUT", PATH, BUCKET | {field: wrong})
    assert answer.status == 422
    assert field in answer.text
